import type { VerifiedAccount } from '../../api/types.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { counted, exact } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { Status } from '../../ui/status.tsx'

/** Accounts that are shown; the file has all. */
const shown = 200

const columns: readonly Column<VerifiedAccount>[] = [
  { name: 'account', title: 'Account', cell: ({ account }) => <code>{account}</code> },
  { name: 'name', title: 'Name', cell: ({ name }) => name ?? '–' },
  { name: 'status', title: 'Result', cell: ({ status }) => <Status status={status} /> },
  { name: 'rows', title: 'Rows', right: true, cell: ({ rows }) => exact(rows.source) },
  { name: 'why', title: 'Why', cell: (one) => whyOf(one) },
]

/** Where the integration has several: those that are not equal. */
export function Accounts({ accounts }: { readonly accounts: readonly VerifiedAccount[] }) {
  const told = accounts.filter(({ status }) => status !== 'equal')
  const more = told.length - shown
  return (
    <Panel
      title="Accounts"
      about={`${exact(accounts.length - told.length)} of ${counted(accounts.length, 'account')} equal${more > 0 ? `; the file names ${exact(more)} more that are not` : ''}`}
      flush
    >
      {told.length > 0 && (
        <DataTable
          label="Accounts that are not equal"
          columns={columns}
          rows={told.slice(0, shown)}
          rowKey={({ account }) => account}
        />
      )}
    </Panel>
  )
}

function whyOf({ reason, cure, tables }: VerifiedAccount): string {
  if (reason !== null) return [reason, cure].filter(Boolean).join('. ')
  return tables.map(({ table, status }) => `${table} ${status.replaceAll('_', ' ')}`).join(', ')
}

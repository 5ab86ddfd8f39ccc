import type { VerifiedTable } from '../../api/types.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { exact } from '../../ui/format.ts'
import { Status } from '../../ui/status.tsx'

/** A count that matters where it is not none. */
const found = (count: number) => (count === 0 ? '–' : <b>{exact(count)}</b>)

const columns: readonly Column<VerifiedTable>[] = [
  { name: 'table', title: 'Table', cell: ({ table }) => <code>{table}</code> },
  { name: 'status', title: 'Result', cell: ({ status }) => <Status status={status} /> },
  { name: 'source', title: 'In Stripe', right: true, cell: ({ rows }) => exact(rows.source) },
  { name: 'warehouse', title: 'In the warehouse', right: true, cell: ({ rows }) => exact(rows.warehouse) },
  { name: 'missing', title: 'Missing', right: true, cell: ({ missing }) => found(missing.count) },
  { name: 'extra', title: 'Too many', right: true, cell: ({ extra }) => found(extra.count) },
  { name: 'stale', title: 'Other values', right: true, cell: ({ stale }) => found(stale.count) },
  { name: 'moved', title: 'Changed since', right: true, cell: ({ moved }) => found(moved.count) },
  { name: 'repaired', title: 'Repaired', right: true, cell: ({ repaired }) => found(repaired) },
  { name: 'requests', title: 'Requests', right: true, cell: ({ requests }) => exact(requests) },
]

/** Each table, those with something to say first. */
export function VerifiedTables({ tables }: { readonly tables: readonly VerifiedTable[] }) {
  const rank = ({ status }: VerifiedTable) => (status === 'different' ? 0 : status === 'equal' ? 2 : 1)
  const sorted = [...tables].sort((a, b) => rank(a) - rank(b))
  return <DataTable label="Verified tables" columns={columns} rows={sorted} rowKey={({ stream }) => stream} />
}

import { useInfiniteQuery } from '@tanstack/react-query'
import { Gauge } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { readBudgetsQuery } from '../../api/system.ts'
import type { ReadBudget, System } from '../../api/types.ts'
import { AccountName } from '../../ui/account-name.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { counted, exact } from '../../ui/format.ts'
import { Meter } from '../../ui/meter.tsx'
import { PagedTable } from '../../ui/paged-table.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SearchField } from '../../ui/search-field.tsx'

const columns: readonly Column<ReadBudget>[] = [
  {
    name: 'account',
    title: 'Account',
    cell: (one) => <AccountName id={one.account_id} name={one.account_name} />,
  },
  { name: 'integrations', title: 'Integrations', cell: integrationsOf },
  { name: 'reads', title: 'Reads', right: true, cell: ({ reads }) => exact(reads) },
  {
    name: 'connected',
    title: 'Of connected accounts',
    right: true,
    cell: ({ connected }) => exact(connected),
  },
  {
    name: 'limit',
    title: 'Limit',
    right: true,
    cell: ({ limit }) => (limit === null ? 'none' : exact(limit)),
  },
]

/** How often each account was read in 30 days: those that are nearest to their limit, and all of them to be searched. */
export function ReadBudgets({ totals }: { readonly totals: System['read_budgets'] }) {
  const [text, setText] = useState('')
  const found = useInfiniteQuery(readBudgetsQuery(useDeferredValue(text.trim())))
  return (
    <>
      {totals.nearest.length > 0 && (
        <Panel title="Nearest to their limit" about="Runs of an account that has used it up pause">
          {totals.nearest.map(({ account_id, account_name, reads, connected, limit }) => (
            <Meter
              key={account_id}
              label={account_name ?? account_id}
              value={Math.max(reads, connected)}
              most={limit ?? 0}
              text={`${exact(Math.max(reads, connected))} of ${exact(limit ?? 0)} reads`}
            />
          ))}
        </Panel>
      )}
      <Panel
        title="Reads of Stripe's API"
        about={`In the last 30 days: ${aboutOf(totals)}`}
        flush
        actions={
          <SearchField
            label="Search accounts"
            hint="Account or integration"
            value={text}
            onChange={setText}
          />
        }
      >
        <PagedTable
          label="Read budgets"
          of={found}
          columns={columns}
          rowKey={({ account_id }) => account_id}
          icon={Gauge}
          none={text ? 'No account is like that' : 'No account is read yet'}
          more="More accounts"
        />
      </Panel>
    </>
  )
}

function aboutOf({ accounts, limited, spent }: System['read_budgets']): string {
  if (limited === 0) return `${counted(accounts, 'account')}, none with a limit`
  const used = spent === 0 ? 'none has used it up' : `${exact(spent)} used it up`
  return `${counted(accounts, 'account')}, ${exact(limited)} with a limit; ${used}`
}

function integrationsOf({ integrations, integration_count }: ReadBudget): string {
  const more = integration_count - integrations.length
  return integrations.join(', ') + (more > 0 ? ` and ${exact(more)} more` : '')
}

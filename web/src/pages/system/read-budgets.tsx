import { Gauge } from 'lucide-react'
import type { System } from '../../api/types.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { exact } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'

/** What was read of each account in the last 30 days. */
export function ReadBudgets({ budgets }: { readonly budgets: System['read_budgets'] }) {
  return (
    <Panel
      title="Reads in the last 30 days"
      about="Stripe allows 500 reads per transaction, and at least 10,000. A limit of your own is set with the integration's account."
      flush
    >
      {budgets.length === 0 ? (
        <Empty icon={Gauge} title="Nothing was read yet" />
      ) : (
        <DataTable
          label="Reads by account"
          rows={budgets}
          rowKey={({ account_id }) => account_id}
          columns={[
            { name: 'account', title: 'Account', cell: ({ account_id }) => <code>{account_id}</code> },
            { name: 'used', title: 'Integrations', cell: ({ integrations }) => integrations.join(', ') },
            { name: 'reads', title: 'Reads', right: true, cell: ({ reads }) => exact(reads) },
            {
              name: 'limit',
              title: 'Your limit',
              right: true,
              cell: ({ limit }) => (limit === null ? 'none' : exact(limit)),
            },
          ]}
        />
      )}
    </Panel>
  )
}

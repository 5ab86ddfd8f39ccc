import { Select } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Building2 } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { accountsQuery } from '../../api/integrations.ts'
import type { IntegrationAccount } from '../../api/types.ts'
import { AccountName } from '../../ui/account-name.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { counted, exact } from '../../ui/format.ts'
import { PagedTable } from '../../ui/paged-table.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { wordOf } from '../../ui/tone.ts'
import classes from './accounts.module.css'

const columns: readonly Column<IntegrationAccount>[] = [
  { name: 'account', title: 'Account', cell: (one) => <AccountName id={one.account} name={one.name} /> },
  { name: 'status', title: 'Status', cell: (one) => <State one={one} /> },
  { name: 'last', title: 'lastRunDate', cell: ({ last_run }) => <Time at={last_run} none="not yet" /> },
  {
    name: 'tried',
    title: 'Last tried',
    cell: ({ tried_at, run_id }) =>
      run_id === null ? (
        <Time at={tried_at} ago />
      ) : (
        <Link to="/runs/$id" params={{ id: run_id }}>
          <Time at={tried_at} ago />
        </Link>
      ),
  },
  { name: 'rows', title: 'Rows, last run', right: true, cell: ({ rows }) => exact(rows) },
  { name: 'requests', title: 'Requests', right: true, cell: ({ requests }) => exact(requests) },
]

const statuses = ['failed', 'partial', 'paused', 'disconnected', 'succeeded'] as const

/** The accounts that an integration reads, those that are not well first. */
export function Accounts() {
  const { id } = useParams({ from: '/inside/integrations/$id' })
  const [text, setText] = useState('')
  const [status, setStatus] = useState<IntegrationAccount['status'] | null>(null)
  const found = useInfiniteQuery(accountsQuery(id, { q: useDeferredValue(text.trim()), status }))
  const counts = found.data?.pages[0]?.counts ?? {}
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return (
    <Panel
      title="Accounts"
      about={total === 0 ? 'Each joins with the run that first reads it' : counted(total, 'account')}
      flush
      actions={
        <>
          <SearchField label="Search accounts" hint="Name or id" value={text} onChange={setText} />
          <Select
            aria-label="Filter by status"
            placeholder="Any status"
            clearable
            clearButtonProps={{ 'aria-label': 'Any status' }}
            w={190}
            data={statuses.map((value) => ({ value, label: `${wordOf(value)} (${counts[value] ?? 0})` }))}
            value={status}
            onChange={(value) => setStatus(value as IntegrationAccount['status'] | null)}
          />
        </>
      }
    >
      <PagedTable
        label="Accounts"
        of={found}
        columns={columns}
        rowKey={({ account }) => account}
        icon={Building2}
        none={text || status ? 'No account is like that' : 'No account was read yet'}
        more="More accounts"
      />
    </Panel>
  )
}

function State({ one }: { readonly one: IntegrationAccount }) {
  const { status, reason, cure, tables } = one
  return (
    <div className={classes.state}>
      <Status status={status} />
      {reason && <div>{reason}</div>}
      {cure && <div>{cure}</div>}
      {tables.slice(0, 5).map(({ stream, status: how, reason: why }) => (
        <div key={stream}>
          <code>{stream}</code> {wordOf(how).toLowerCase()}
          {why && `: ${why}`}
        </div>
      ))}
      {tables.length > 5 && <div>and {counted(tables.length - 5, 'other table')}</div>}
    </div>
  )
}

import { Select } from '@mantine/core'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import type { IntegrationsPage } from '../../api/types.ts'
import { Empty } from '../../ui/empty.tsx'
import { Failure } from '../../ui/failure.tsx'
import { counted, exact } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { SkeletonRows } from '../../ui/skeleton-rows.tsx'
import { IntegrationsTable } from './integrations-table.tsx'
import type { Choice } from './wanted.ts'

const states = [
  { value: 'any', label: 'Any state' },
  { value: 'active', label: 'Active' },
  { value: 'pending', label: 'Pending' },
  { value: 'paused', label: 'Paused' },
  { value: 'trouble', label: 'Last run not well' },
]

interface Props {
  readonly found: UseInfiniteQueryResult<InfiniteData<IntegrationsPage>>
  readonly choice: Choice
  readonly onChoose: (choice: Choice) => void
}

/** All integrations, with what narrows and orders them; more come as they are scrolled to. */
export function MyIntegrations({ found, choice, onChoose }: Props) {
  const [first] = found.data?.pages ?? []
  const rows = found.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Panel
      title="My integrations"
      about={
        first &&
        (first.total === first.present
          ? counted(first.total, 'integration')
          : `${exact(first.total)} of ${exact(first.present)}`)
      }
      flush
      actions={
        <>
          <SearchField
            label="Search integrations"
            hint="Name, account, warehouse"
            value={choice.text}
            onChange={(text) => onChoose({ ...choice, text })}
          />
          <Select
            aria-label="Filter by state"
            w={160}
            data={states}
            value={choice.state}
            onChange={(value) => onChoose({ ...choice, state: (value ?? 'any') as Choice['state'] })}
          />
        </>
      }
    >
      {found.isPending ? (
        <SkeletonRows />
      ) : found.data === undefined ? (
        <Failure error={found.error} retry={() => void found.refetch()} />
      ) : rows.length === 0 ? (
        <Empty icon={Search} title="No integration is like that" />
      ) : (
        <IntegrationsTable
          rows={rows}
          sort={choice.sort}
          onSort={(sort) => onChoose({ ...choice, sort })}
          onEnd={() => {
            if (found.hasNextPage && !found.isFetchingNextPage) void found.fetchNextPage()
          }}
        />
      )}
    </Panel>
  )
}

import { Select, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Rows3 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { previewQuery } from '../../api/data.ts'
import { integrationQuery } from '../../api/integrations.ts'
import type { Integration, QueryAnswer } from '../../api/types.ts'
import { Empty } from '../../ui/empty.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Panel } from '../../ui/panel.tsx'
import { RowsTable } from '../../ui/rows-table.tsx'
import { SkeletonRows } from '../../ui/skeleton-rows.tsx'
import { whenOnline } from '../../ui/when-online.ts'

const SqlBox = lazy(() => whenOnline(() => import('./sql-box.tsx')))

/** The rows themselves: the first of a table, and answers to SQL. */
export function Data() {
  const { id } = useParams({ from: '/inside/integrations/$id' })
  const one = useQuery(integrationQuery(id))
  return (
    <Loaded of={one}>
      {(integration) =>
        integration.loaded_at === null ? (
          <Panel>
            <Empty icon={Rows3} title="There are no rows yet">
              The first run loads them; then they can be looked at here, and asked for by SQL.
            </Empty>
          </Panel>
        ) : (
          <Tabs defaultValue="preview" variant="pills">
            <Tabs.List mb="md">
              <Tabs.Tab value="preview">Rows</Tabs.Tab>
              <Tabs.Tab value="sql">SQL</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="preview">
              <Preview one={integration} />
            </Tabs.Panel>
            <Tabs.Panel value="sql">
              <Suspense fallback={<SkeletonRows />}>
                <SqlBox one={integration} />
              </Suspense>
            </Tabs.Panel>
          </Tabs>
        )
      }
    </Loaded>
  )
}

function Preview({ one }: { readonly one: Integration }) {
  const tables = one.selection.tables.map(({ name }) => name)
  const [table, setTable] = useState(tables[0] ?? '')
  const rows = useQuery(previewQuery(one.id, table))
  return (
    <Panel
      title={`${one.name}.${table}`}
      about="The first rows as they stand in the warehouse"
      flush
      actions={
        <Select
          aria-label="Table"
          searchable
          data={tables}
          value={table}
          onChange={(value) => value && setTable(value)}
        />
      }
    >
      <Loaded of={rows}>{(answer) => <RowsTable answer={ownLast(answer)} />}</Loaded>
    </Panel>
  )
}

/** What Stripe says comes first; the columns of the bookkeeping stand at the end. */
function ownLast({ columns, rows, ...rest }: QueryAnswer): QueryAnswer {
  const isOwn = (at: number) => columns[at]?.name.startsWith('_') ?? false
  const order = columns.map((_, at) => at).sort((a, b) => Number(isOwn(a)) - Number(isOwn(b)))
  const inOrder = <T,>(cells: readonly T[]) => order.map((at) => cells[at] as T)
  return { ...rest, columns: inOrder(columns), rows: rows.map(inOrder) }
}

import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { KeyRound, Table2 } from 'lucide-react'
import { useState } from 'react'
import { schemaQuery } from '../../api/data.ts'
import { integrationQuery } from '../../api/integrations.ts'
import type { WarehouseTable } from '../../api/types.ts'
import { DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { counted } from '../../ui/format.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { RecentChanges } from './recent-changes.tsx'
import classes from './schema.module.css'

/** The columns of the tables, as they stand in the warehouse, and how they changed of late. */
export function Schema() {
  const { id } = useParams({ from: '/inside/integrations/$id' })
  const loaded = useQuery(integrationQuery(id)).data?.loaded_at
  const schema = useQuery({ ...schemaQuery(id), enabled: typeof loaded === 'string' })
  const [text, setText] = useState('')
  if (loaded === null) return <NoTables />
  return (
    <>
      <SearchField
        mb="md"
        maw={320}
        label="Search tables and columns"
        hint="Search tables and columns"
        value={text}
        onChange={setText}
      />
      <RecentChanges id={id} />
      <Loaded of={schema}>
        {(tables) =>
          tables.length === 0 ? (
            <NoTables />
          ) : (
            matching(tables, text.trim().toLowerCase()).map((table) => (
              <Columns key={`${table.schema}.${table.name}`} table={table} />
            ))
          )
        }
      </Loaded>
    </>
  )
}

function NoTables() {
  return (
    <Panel>
      <Empty icon={Table2} title="No table stands in the warehouse yet">
        The first run makes them.
      </Empty>
    </Panel>
  )
}

/** Tables of that name whole, and of others the columns of that name. */
function matching(tables: readonly WarehouseTable[], text: string): readonly WarehouseTable[] {
  return tables.flatMap((table) => {
    if (table.name.toLowerCase().includes(text)) return [table]
    const columns = table.columns.filter(({ name }) => name.toLowerCase().includes(text))
    return columns.length > 0 ? [{ ...table, columns }] : []
  })
}

function Columns({ table }: { readonly table: WarehouseTable }) {
  return (
    <Panel title={`${table.schema}.${table.name}`} about={counted(table.columns.length, 'column')} flush>
      <DataTable
        label={`Columns of ${table.name}`}
        rows={table.columns}
        rowKey={({ name }) => name}
        columns={[
          { name: 'name', title: 'Column', cell: ({ name }) => <code>{name}</code> },
          { name: 'type', title: 'Type', cell: ({ type }) => <code className={classes.type}>{type}</code> },
          {
            name: 'key',
            title: 'Key',
            cell: ({ key }) => key && <KeyRound size={13} aria-label="part of the key" />,
          },
          { name: 'about', title: 'About', cell: ({ description }) => description },
        ]}
      />
    </Panel>
  )
}

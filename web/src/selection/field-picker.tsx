import { Button, Checkbox, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { streamQuery } from '../api/catalog.ts'
import type { CatalogStreamDetail, TableSelection } from '../api/types.ts'
import { later } from '../ui/later.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { isTaken, withColumns, withComing } from './choose.ts'
import { FieldList } from './field-list.tsx'
import { ModeField } from './mode-field.tsx'
import classes from './picker.module.css'

const PartsField = later(async () => (await import('./parts-field.tsx')).PartsField)

interface Props {
  readonly table: TableSelection
  readonly onChange: (table: TableSelection) => void
}

/** The fields of one table: which are copied, which as hashes. */
export function FieldPicker({ table, onChange }: Props) {
  const stream = useQuery(streamQuery(table.name))
  return (
    <Loaded of={stream}>{(detail) => <Fields detail={detail} table={table} onChange={onChange} />}</Loaded>
  )
}

function Fields({ detail, table, onChange }: Props & { readonly detail: CatalogStreamDetail }) {
  const { columns } = detail
  const [text, setText] = useState('')
  const wanted = useDeferredValue(text.trim().toLowerCase())
  const shown = columns.filter(({ name, description }) =>
    `${name} ${description ?? ''}`.toLowerCase().includes(wanted),
  )
  const taken = columns.filter((column) => isTaken(table, column)).length
  const names = shown.filter(({ withheld }) => !withheld).map(({ name }) => name)
  return (
    <>
      <div className={classes.tools}>
        <SearchField
          label={`Search fields of ${table.name}`}
          hint="Search fields"
          value={text}
          onChange={setText}
        />
        <Group gap={6}>
          <Button
            variant="default"
            size="xs"
            onClick={() => onChange(withColumns(table, columns, names, true))}
          >
            Select all
          </Button>
          <Button
            variant="default"
            size="xs"
            onClick={() =>
              onChange(
                withColumns(
                  table,
                  columns,
                  shown.map(({ name }) => name),
                  false,
                ),
              )
            }
          >
            None
          </Button>
        </Group>
        <span className={classes.count} role="status">
          {taken} of {columns.length} fields
        </span>
      </div>
      <FieldList columns={shown} all={columns} table={table} onChange={onChange} />
      <div className={classes.extra}>
        <Checkbox
          label="Fields that Stripe adds later are copied, too"
          checked={table.fields === null}
          onChange={(event) => onChange(withComing(table, columns, event.currentTarget.checked))}
        />
        <ModeField value={table.mode} onChange={(mode) => onChange({ ...table, mode })} />
        <PartsField table={table} columns={columns} onChange={onChange} />
      </div>
    </>
  )
}

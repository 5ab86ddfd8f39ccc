import { Button, Checkbox, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useDeferredValue, useMemo, useState } from 'react'
import { streamQuery } from '../api/catalog.ts'
import type { CatalogStreamDetail, TableSelection } from '../api/types.ts'
import { exact } from '../ui/format.ts'
import { later } from '../ui/later.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { SearchField } from '../ui/search-field.tsx'
import { SkipOver } from '../ui/skip-over.tsx'
import { withComing } from './choose.ts'
import { FieldList } from './field-list.tsx'
import { ModeField } from './mode-field.tsx'
import classes from './picker.module.css'
import { type Place, placesOf, shownOf, stateOf, withPlaces } from './places.ts'

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

const noneOpen: ReadonlySet<string> = new Set()

function Fields({ detail, table, onChange }: Props & { readonly detail: CatalogStreamDetail }) {
  const { columns } = detail
  const [text, setText] = useState('')
  const [open, setOpen] = useState(noneOpen)
  const wanted = useDeferredValue(text.trim().toLowerCase())
  const places = useMemo(() => placesOf(columns), [columns])
  const opening = useMemo(() => places.flatMap(({ name, inner }) => (inner > 0 ? [name] : [])), [places])
  const fits = ({ name, description }: Place) => `${name} ${description ?? ''}`.toLowerCase().includes(wanted)
  const shown = shownOf(places, open, wanted === '' ? null : fits)
  const taken = places.filter((place) => stateOf(table, place).state !== 'left').length
  const toggle = useCallback(
    (name: string) =>
      setOpen(
        (before) => new Set(before.has(name) ? [...before].filter((one) => one !== name) : [...before, name]),
      ),
    [],
  )
  /** Of a search, what fits; otherwise all columns, and what was said of nested fields. */
  const set = (take: boolean) => {
    const chosen = (wanted === '' ? places : places.filter(fits)).filter(
      ({ depth, column }) => !take || depth > 0 || !column.withheld,
    )
    onChange(
      withPlaces(
        table,
        columns,
        chosen.map(({ name }) => name),
        take,
      ),
    )
  }
  const allOpen = open.size === opening.length
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
          <Button variant="default" size="xs" onClick={() => set(true)}>
            Select all
          </Button>
          <Button variant="default" size="xs" onClick={() => set(false)}>
            None
          </Button>
          {opening.length > 0 && (
            <Button
              variant="default"
              size="xs"
              onClick={() => setOpen(allOpen ? noneOpen : new Set(opening))}
            >
              {allOpen ? 'Fold nested' : 'Show nested'}
            </Button>
          )}
        </Group>
        <span className={classes.count} role="status">
          {exact(taken)} of {exact(places.length)} fields
        </span>
      </div>
      <SkipOver label="Skip the fields">
        <FieldList
          places={shown}
          columns={columns}
          table={table}
          isOpen={(name) => wanted !== '' || open.has(name)}
          onOpen={toggle}
          onChange={onChange}
        />
      </SkipOver>
      <div className={classes.extra}>
        <Checkbox
          label="Fields that Stripe adds later are copied, too"
          checked={table.fields === null}
          onChange={(event) => onChange(withComing(table, columns, event.currentTarget.checked))}
        />
        <ModeField value={table.mode} onChange={(mode) => onChange({ ...table, mode })} />
        <PartsField table={table} places={places} onChange={onChange} />
      </div>
    </>
  )
}

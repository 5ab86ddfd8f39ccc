import { Button, Group } from '@mantine/core'
import { Search } from 'lucide-react'
import { type ReactNode, useCallback, useDeferredValue, useMemo, useRef, useState } from 'react'
import type { CatalogStream, RowEstimate, StreamAccess, TableSelection } from '../api/types.ts'
import { Empty } from '../ui/empty.tsx'
import { exact } from '../ui/format.ts'
import { SearchField } from '../ui/search-field.tsx'
import { SkipOver } from '../ui/skip-over.tsx'
import { withoutTables, withTables } from './choose.ts'
import classes from './picker.module.css'
import { TableRow } from './table-row.tsx'

interface Props {
  readonly streams: readonly CatalogStream[]
  /** What the key may read, where that is known. */
  readonly access: readonly StreamAccess[]
  readonly estimates?: readonly RowEstimate[]
  /** Stands beside the buttons that select. */
  readonly actions?: ReactNode
  readonly value: readonly TableSelection[]
  readonly onChange: (tables: readonly TableSelection[]) => void
}

const none: readonly RowEstimate[] = []

/** All tables to choose from, with what each is for and how it is replicated. */
export function TablePicker({ streams, access, estimates = none, actions, value, onChange }: Props) {
  const [text, setText] = useState('')
  const wanted = useDeferredValue(text.trim().toLowerCase())
  const offered = useMemo(() => streams.filter(({ unreadable }) => unreadable === null), [streams])
  const shown = useMemo(
    () => offered.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(wanted)),
    [offered, wanted],
  )
  const groups = useMemo(
    () => [
      { title: 'Core: what most analyses need', tables: shown.filter(({ core }) => core) },
      { title: 'All others', tables: shown.filter(({ core }) => !core) },
    ],
    [shown],
  )
  const accessOf = useMemo(() => new Map(access.map((one) => [one.stream, one])), [access])
  const estimateOf = useMemo(() => new Map(estimates.map((one) => [one.stream, one])), [estimates])
  const chosen = useMemo(() => new Set(value.map(({ name }) => name)), [value])

  // Rows are drawn anew only when they change: they get the same function every time.
  const latest = useRef({ value, onChange })
  latest.current = { value, onChange }
  const toggle = useCallback(
    (name: string, on: boolean) => {
      const { value, onChange } = latest.current
      onChange(on ? withTables(value, [name], streams) : withoutTables(value, [name]))
    },
    [streams],
  )
  const set = (fits: (stream: CatalogStream) => boolean) => {
    const names = offered.filter(fits).map(({ name }) => name)
    onChange(
      withTables(
        value.filter(({ name }) => names.includes(name)),
        names,
        streams,
      ),
    )
  }
  return (
    <>
      <div className={classes.tools}>
        <SearchField label="Search tables" hint="Search tables" value={text} onChange={setText} />
        <Group gap={6}>
          <Button variant="default" size="xs" onClick={() => set(({ standard }) => standard)}>
            All
          </Button>
          <Button variant="default" size="xs" onClick={() => set(({ core }) => core)}>
            Core
          </Button>
          <Button variant="default" size="xs" onClick={() => set(({ seven }) => seven)}>
            The seven
          </Button>
          <Button variant="default" size="xs" onClick={() => onChange([])}>
            None
          </Button>
        </Group>
        {actions}
        <span className={classes.count} role="status">
          {exact(value.length)} of {offered.length} chosen
        </span>
      </div>
      {shown.length === 0 && <Empty icon={Search} title="No table is called so" />}
      <SkipOver label="Skip the tables">
        {groups.map(
          ({ title, tables }) =>
            tables.length > 0 && (
              <section key={title} aria-label={title}>
                <h3 className={classes.group}>{title}</h3>
                <ul className={classes.list}>
                  {tables.map((stream) => (
                    <TableRow
                      key={stream.name}
                      stream={stream}
                      access={accessOf.get(stream.name)}
                      estimate={estimateOf.get(stream.name)}
                      chosen={chosen.has(stream.name)}
                      onToggle={toggle}
                    />
                  ))}
                </ul>
              </section>
            ),
        )}
      </SkipOver>
    </>
  )
}

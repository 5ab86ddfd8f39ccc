import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useRef } from 'react'
import type { CatalogStreamDetail, TableSelection } from '../api/types.ts'
import { isTaken, withColumns, withHash } from './choose.ts'
import { FieldRow } from './field-row.tsx'
import classes from './picker.module.css'

type Columns = CatalogStreamDetail['columns']

interface Props {
  readonly columns: Columns
  /** Also those that the search hides. */
  readonly all: Columns
  readonly table: TableSelection
  readonly onChange: (table: TableSelection) => void
}

/** Only what is in view is drawn: some tables have hundreds of fields. */
export function FieldList({ columns, all, table, onChange }: Props) {
  const scroll = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: columns.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => 48,
    overscan: 8,
  })
  const latest = useRef({ all, table, onChange })
  latest.current = { all, table, onChange }
  const take = useCallback((name: string, on: boolean) => {
    const { all, table, onChange } = latest.current
    onChange(withColumns(table, all, [name], on))
  }, [])
  const hash = useCallback((name: string, on: boolean) => {
    const { table, onChange } = latest.current
    onChange(withHash(table, name, on))
  }, [])
  return (
    <section
      ref={scroll}
      className={classes.scroll}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      aria-label={`Fields of ${table.name}`}
    >
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const column = columns[index]
          if (!column) return null
          return (
            <FieldRow
              key={column.name}
              column={column}
              top={start}
              taken={isTaken(table, column)}
              hashed={table.hash.includes(column.name)}
              onTake={take}
              onHash={hash}
            />
          )
        })}
      </div>
    </section>
  )
}

import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useRef } from 'react'
import type { CatalogStreamDetail, TableSelection } from '../api/types.ts'
import { withHash } from './choose.ts'
import { FieldRow } from './field-row.tsx'
import classes from './picker.module.css'
import { type Place, stateOf, withPlaces } from './places.ts'

interface Props {
  readonly places: readonly Place[]
  readonly columns: CatalogStreamDetail['columns']
  readonly table: TableSelection
  readonly isOpen: (name: string) => boolean
  /** Always the same function. */
  readonly onOpen: (name: string) => void
  readonly onChange: (table: TableSelection) => void
}

/** Only what is in view is drawn: some tables have hundreds of fields. */
export function FieldList({ places, columns, table, isOpen, onOpen, onChange }: Props) {
  const scroll = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: places.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => 48,
    overscan: 8,
  })
  const latest = useRef({ columns, table, onChange })
  latest.current = { columns, table, onChange }
  const take = useCallback((name: string, on: boolean) => {
    const { columns, table, onChange } = latest.current
    onChange(withPlaces(table, columns, [name], on))
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
          const place = places[index]
          if (!place) return null
          const { state, inherited } = stateOf(table, place)
          return (
            <FieldRow
              key={place.name}
              place={place}
              top={start}
              state={state}
              inherited={inherited}
              open={isOpen(place.name)}
              onOpen={onOpen}
              onTake={take}
              onHash={hash}
            />
          )
        })}
      </div>
    </section>
  )
}

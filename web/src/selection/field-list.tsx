import { useVirtualizer } from '@tanstack/react-virtual'
import { EyeOff, KeyRound, UserRound } from 'lucide-react'
import { useRef } from 'react'
import type { CatalogStreamDetail, TableSelection } from '../api/types.ts'
import { isFixed, isTaken, withColumns, withHash } from './choose.ts'
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
    overscan: 12,
  })
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
            <div key={column.name} className={classes.field} style={{ top: start }}>
              <label className={classes.label}>
                <input
                  type="checkbox"
                  aria-label={column.name}
                  aria-describedby={column.description ? `about-${column.name}` : undefined}
                  checked={isTaken(table, column)}
                  disabled={isFixed(column)}
                  onChange={(event) =>
                    onChange(withColumns(table, all, [column.name], event.currentTarget.checked))
                  }
                />
                <code>{column.name}</code>
              </label>
              {column.description && (
                <span id={`about-${column.name}`} className={classes.saying} title={column.description}>
                  {column.description}
                </span>
              )}
              <span className={classes.type}>{column.type}</span>
              <Hint column={column} />
              {isFixed(column) ? (
                <span />
              ) : (
                <label className={classes.hash}>
                  <input
                    type="checkbox"
                    aria-label={`Hash ${column.name}`}
                    checked={table.hash.includes(column.name)}
                    disabled={!isTaken(table, column) || column.name === '_extra'}
                    onChange={(event) => onChange(withHash(table, column.name, event.currentTarget.checked))}
                  />
                  Hash
                </label>
              )}
            </div>
          )
        })}
      </div>
    </section>
  )
}

function Hint({ column }: { readonly column: Columns[number] }) {
  if (column.key)
    return (
      <span className={classes.type}>
        <KeyRound size={12} aria-hidden /> key
      </span>
    )
  if (column.withheld)
    return (
      <span className={classes.hint} title="A secret: left out unless you tick it">
        <EyeOff size={12} aria-hidden /> <span>secret</span>
      </span>
    )
  if (column.personal)
    return (
      <span
        className={classes.hint}
        title="May hold what identifies a person: think of hashing it or leaving it out"
      >
        <UserRound size={12} aria-hidden /> <span>personal</span>
      </span>
    )
  return <span />
}

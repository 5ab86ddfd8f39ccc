import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode } from 'react'
import classes from './data-table.module.css'
import { Scrolling } from './scrolling.tsx'

export interface Column<T> {
  readonly name: string
  readonly title: ReactNode
  readonly cell: (row: T) => ReactNode
  readonly right?: boolean
  readonly sortable?: boolean
}

export interface Sort {
  readonly by: string
  readonly down: boolean
}

interface Props<T> {
  readonly label: string
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly rowKey: (row: T) => string
  readonly sort?: Sort
  readonly onSort?: (sort: Sort) => void
}

/** Rows under headings; a heading that sorts is a button and says how. */
export function DataTable<T>({ label, columns, rows, rowKey, sort, onSort }: Props<T>) {
  return (
    <Scrolling label={label}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                data-right={column.right || undefined}
                aria-sort={sort?.by === column.name ? (sort.down ? 'descending' : 'ascending') : undefined}
              >
                {column.sortable && onSort ? (
                  <SortButton column={column} sort={sort} onSort={onSort} />
                ) : (
                  column.title
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) => (
                <td key={column.name} data-right={column.right || undefined}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolling>
  )
}

interface SortProps<T> {
  readonly column: Column<T>
  readonly sort: Sort | undefined
  readonly onSort: (sort: Sort) => void
}

function SortButton<T>({ column, sort, onSort }: SortProps<T>) {
  const on = sort?.by === column.name
  const Arrow = on && sort.down ? ArrowDown : ArrowUp
  return (
    <button
      type="button"
      className={classes.sort}
      data-on={on || undefined}
      onClick={() => onSort({ by: column.name, down: on ? !sort.down : false })}
    >
      {column.title}
      {on && <Arrow size={12} aria-hidden />}
    </button>
  )
}

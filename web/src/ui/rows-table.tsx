import { Rows3 } from 'lucide-react'
import type { QueryAnswer } from '../api/types.ts'
import { Empty } from './empty.tsx'
import classes from './rows-table.module.css'

/** Rows as a warehouse gave them. */
export function RowsTable({ answer }: { readonly answer: QueryAnswer }) {
  const { columns, rows } = answer
  if (rows.length === 0) return <Empty icon={Rows3} title="No rows" />
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className={classes.scroll} tabIndex={0} aria-label="Rows">
      <table className={classes.rows}>
        <thead>
          <tr>
            {columns.map(({ name, type }) => (
              <th key={name} scope="col" title={type ?? undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of an answer have no other name, and never change
            <tr key={index}>
              {row.map((cell, at) => (
                <td key={columns[at]?.name} data-null={cell === null || undefined}>
                  {cellText(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function cellText(cell: QueryAnswer['rows'][number][number]): string {
  if (cell === null) return 'null'
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
}

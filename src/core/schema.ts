/** What every table of a warehouse has besides the source's own columns. */
import type { Column, Table } from './model.ts'

/** Bookkeeping columns, in the order in which they stand before the data columns of a load's rows. */
export const bookkeeping = [
  { name: '_account_id', type: 'text', nullable: false },
  { name: '_version', type: 'integer', nullable: false },
  { name: '_synced_at', type: 'timestamp', nullable: false },
  { name: '_deleted_at', type: 'timestamp', nullable: true },
] as const satisfies readonly Column[]

/** When a row was found gone; null while it is there. */
export const deletedColumn = bookkeeping[3]

/** The JSON column for what the catalog does not know, or what did not fit its column; the last data column. */
export const extraColumn = { name: '_extra', type: 'json', nullable: true } as const satisfies Column

export const hasExtra = ({ columns }: Table) => columns.some(({ name }) => name === extraColumn.name)

/** The table as a warehouse sees it: bookkeeping columns first, the account part of the key. */
export function loadTable(table: Table): Table {
  return {
    ...table,
    columns: [...bookkeeping, ...table.columns],
    key: [bookkeeping[0].name, ...table.key],
  }
}

/** Positions of the key's columns in a row of the table. Throws when the table lacks one: a bug. */
export function keyPositions(table: Table): readonly number[] {
  return table.key.map((name) => {
    const position = table.columns.findIndex((column) => column.name === name)
    if (position < 0) throw new Error(`table ${table.name} has no key column ${name}`)
    return position
  })
}

/** What the reference destination keeps: tables as maps of rows, rows as maps of cells in their one form. */
import type { Cell, Column, Row, Table } from '../../core/model.ts'

/** Column → cell; a column that is not there is null. */
export type Cells = ReadonlyMap<string, Cell>

/** By key, as text. */
export type Rows = Map<string, Cells>

export interface StoredTable {
  readonly columns: Map<string, Column>
  rows: Rows
}

/** The cells of these columns as one text that no other cells have. Throws when one is null. */
export function keyText(table: Table, row: Cells, key: readonly string[] = table.key): string {
  const cells = key.map((name) => row.get(name) ?? null)
  if (cells.includes(null)) throw new Error(`a row of ${table.name} has no key`)
  return JSON.stringify(cells.map(String))
}

export const versionOf = (row: Cells): number => Number(row.get('_version'))

/** A row of a load as it is kept. Throws for a column that was not prepared, and for a value that is none of its type. */
export function cellsByName(stored: StoredTable, table: Table, row: Row): Cells {
  return new Map(
    table.columns.map((column, position) => {
      if (!stored.columns.has(column.name)) throw new Error(`${table.name}.${column.name} was not prepared`)
      return [column.name, canonical(column, row[position] ?? null)]
    }),
  )
}

/** The one form in which a value is kept. Throws when it is none of the column's type. */
function canonical(column: Column, cell: Cell): Cell {
  if (cell === null) return null
  const wrong = () => new TypeError(`${column.name}: not a ${column.type}: ${String(cell).slice(0, 100)}`)
  switch (column.type) {
    case 'text':
      if (typeof cell !== 'string') throw wrong()
      return cell
    case 'json':
      if (typeof cell !== 'string') throw wrong()
      JSON.parse(cell)
      return cell
    case 'date':
      if (typeof cell !== 'string' || new Date(`${cell}T00:00Z`).toISOString().slice(0, 10) !== cell)
        throw wrong()
      return cell
    case 'decimal':
      if (typeof cell !== 'string' || !/^-?\d{1,26}(\.\d{1,12})?$/.test(cell)) throw wrong()
      return shortest(cell)
    case 'boolean':
      if (typeof cell !== 'boolean') throw wrong()
      return cell
    case 'float':
      if (typeof cell !== 'number') throw wrong()
      return cell
    case 'timestamp':
      if (!Number.isSafeInteger(cell)) throw wrong()
      return cell
    case 'integer': {
      if (typeof cell !== 'bigint' && !Number.isSafeInteger(cell)) throw wrong()
      if (BigInt.asIntN(64, BigInt(cell)) !== BigInt(cell)) throw wrong()
      const small = Number(cell)
      return Number.isSafeInteger(small) ? small : cell
    }
  }
}

/** A decimal without zeros that say nothing: `-007.50` is `-7.5`. */
function shortest(decimal: string): string {
  const [, sign = '', whole = '0', places = ''] = /^(-?)0*(\d+?)(?:\.(\d*?)0*)?$/.exec(decimal) ?? []
  const digits = places === '' ? whole : `${whole}.${places}`
  return digits === '0' ? '0' : `${sign}${digits}`
}

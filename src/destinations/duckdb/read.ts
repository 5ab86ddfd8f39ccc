/** The rows of a table as logical cells, streamed. */
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Cell, ColumnType, Row, Table } from '../../core/model.ts'
import { columnName, tableName, types } from './dialect.ts'

export async function* readRows(
  connection: DuckDBConnection,
  integration: string,
  table: Table,
): AsyncGenerator<Row> {
  const columns = table.columns.map((column) => types[column.type].out(columnName(column.name)))
  const cells = table.columns.map((column) => toCell[column.type])
  const result = await connection.stream(`select ${columns.join(', ')} from ${tableName(integration, table)}`)
  for (;;) {
    const chunk = await result.fetchChunk()
    if (!chunk || chunk.rowCount === 0) return
    for (const row of chunk.getRows()) {
      yield row.map((value, position) => (value === null ? null : (cells[position]?.(value) ?? null)))
    }
  }
}

const exact = (value: unknown): Cell => {
  const integer = value as bigint
  const small = Number(integer)
  return Number.isSafeInteger(small) ? small : integer
}

const toCell: Readonly<Record<ColumnType, (value: unknown) => Cell>> = {
  text: (value) => value as string,
  json: (value) => value as string,
  date: (value) => value as string,
  integer: exact,
  timestamp: exact,
  float: (value) => value as number,
  boolean: (value) => value as boolean,
  // The warehouse pays out all twelve places; a cell has the shortest form.
  decimal: (value) => (value as string).replace(/\.?0+$/, ''),
}

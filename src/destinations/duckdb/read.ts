/** The rows of a table as logical cells, streamed. */
import type {
  DuckDBBlobValue,
  DuckDBConnection,
  DuckDBResult,
  DuckDBType,
  DuckDBValue,
} from '@duckdb/node-api'
import type { Cell, ColumnType, Row, Table, Within } from '../../core/model.ts'
import { columnName, folded, tableName } from '../sql/columns.ts'
import type { There } from '../sql/dialect.ts'
import { dialect, types } from './dialect.ts'
import { condition } from './within.ts'

export interface ReadOptions {
  readonly there: There
  readonly within?: Within | undefined
  readonly account?: string | undefined
}

/** What is not there, a table or a column, has no rows or is null. */
export async function* readRows(
  connection: DuckDBConnection,
  integration: string,
  table: Table,
  { there, within, account }: ReadOptions,
): AsyncGenerator<Row> {
  const known = there.get(folded(dialect, table.name))
  if (!known) return
  const columns = table.columns.map(({ name, type }) =>
    types[type].out(
      known.has(folded(dialect, name)) ? columnName(dialect, name) : `null::${types[type].sql}`,
    ),
  )
  const { where, ...given } = condition(integration, table, { within, account, there })
  const sql = `select ${columns.join(', ')} from ${tableName(dialect, integration, table)} t where ${where}`
  yield* streamed(connection, table, { ...given, sql })
}

export interface Selection {
  /** Its columns are those of the table, as `types.out` gives them. */
  readonly sql: string
  readonly values?: DuckDBValue[]
  readonly types?: DuckDBType[]
}

/** The rows of a query as logical cells. */
export async function* streamed(
  connection: DuckDBConnection,
  table: Table,
  { sql, values, types }: Selection,
): AsyncGenerator<Row> {
  const cells = table.columns.map((column) => toCell[column.type])
  const result = await connection.stream(sql, values, types)
  let done = false
  try {
    for (;;) {
      const chunk = await result.fetchChunk()
      if (!chunk || chunk.rowCount === 0) break
      for (const row of chunk.getRows()) {
        yield row.map((value, position) => (value === null ? null : (cells[position]?.(value) ?? null)))
      }
    }
    done = true
  } finally {
    // A result that is left open keeps the file, whatever is closed or detached: it must come to its end.
    if (!done) await abandon(connection, result)
  }
}

async function abandon(connection: DuckDBConnection, result: DuckDBResult): Promise<void> {
  connection.interrupt()
  try {
    while ((await result.fetchChunk())?.rowCount) connection.interrupt()
  } catch {
    // Interrupted, as asked.
  }
}

const exact = (value: unknown): Cell => {
  const integer = value as bigint
  const small = Number(integer)
  return Number.isSafeInteger(small) ? small : integer
}

/** Asked for as bytes: the library's own decoding of strings drops a byte order mark. */
const decoded = (value: unknown): Cell => Buffer.from((value as DuckDBBlobValue).bytes).toString('utf8')

const toCell: Readonly<Record<ColumnType, (value: unknown) => Cell>> = {
  text: decoded,
  json: decoded,
  date: (value) => value as string,
  integer: exact,
  timestamp: exact,
  float: (value) => value as number,
  boolean: (value) => value as boolean,
  // The warehouse pays out all twelve places; a cell has the shortest form.
  decimal: (value) => (value as string).replace(/\.?0+$/, ''),
}

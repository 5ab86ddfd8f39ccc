/** Looks into a DuckDB file that nobody writes at the moment, with DuckDB itself. */
import { DuckDBInstance, DuckDBTimestampTZValue, type Json } from '@duckdb/node-api'

export interface Looked extends Disposable {
  /** Values as JSON has them: integers, decimals and times are strings, times in UTC. */
  rows(sql: string): Promise<readonly ReadonlyMap<string, Json>[]>
}

export async function look(file: string): Promise<Looked> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  // As the name of its file, `acme.invoices` in `acme.duckdb` would be ambiguous.
  await connection.run(`attach '${file}' as looked (read_only)`)
  await connection.run('use looked')
  await connection.run("set TimeZone = 'UTC'")
  // The driver writes times as the clock of the machine shows them.
  DuckDBTimestampTZValue.timezoneOffsetInMinutes = 0
  return {
    async rows(sql) {
      const reader = await connection.runAndReadAll(sql)
      const columns = reader.deduplicatedColumnNames()
      return reader
        .getRowsJson()
        .map((row) => new Map(columns.map((name, index) => [name, row[index] ?? null])))
    },
    [Symbol.dispose]() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

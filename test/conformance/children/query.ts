/**
 * Another program with a DuckDB file, for tests: `query.ts <file> <SQL> [stay]`. Prints the
 * rows as JSON, or `refused`, in one line; with `stay` it then keeps the file open until it is killed.
 */
import { DuckDBInstance } from '@duckdb/node-api'

const [, , file = '', sql = 'select 1', stay] = process.argv

try {
  const instance = await DuckDBInstance.create(file)
  const connection = await instance.connect()
  const rows = (await connection.runAndReadAll(sql)).getRowsJson()
  process.stdout.write(`${JSON.stringify(rows)}\n`)
  if (stay) setInterval(() => instance, 1000)
  else {
    connection.closeSync()
    instance.closeSync()
  }
} catch {
  process.stdout.write('refused\n')
}

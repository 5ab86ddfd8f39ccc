/** Rows into a temporary table, by binary COPY; it ends with its transaction. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom } from 'pg-copy-streams'
import type { Column, Row } from '../../core/model.ts'
import { columnName } from '../sql/columns.ts'
import type { Staged } from '../sql/dialect.ts'
import type { Transaction } from './connection.ts'
import { dialect, types } from './dialect.ts'
import { encoded } from './encode.ts'

/** See `Stage` in ../sql/dialect.ts. The event loop has its turn at every 64 KB. */
export async function stage(
  { client, heard, run }: Transaction,
  name: string,
  columns: readonly Column[],
  rows: readonly Row[],
  always: readonly string[],
): Promise<Staged> {
  const isStaged = (column: Column, position: number) =>
    always.includes(column.name) || rows.some((row) => (row[position] ?? null) !== null)
  const positions = columns.flatMap((column, position) => (isStaged(column, position) ? position : []))
  const staged = positions.flatMap((position) => columns[position] ?? [])
  const names = staged.map((column) => columnName(dialect, column.name))
  const definitions = staged.map(({ type }, at) => `${names[at]} ${staging(type)}`)
  await run(`create temp table ${name} (${definitions.join(', ')}) on commit drop`)
  if (rows.length > 0) {
    const copy = client.query(
      copyFrom(`copy pg_temp.${name} (${names.join(', ')}) from stdin (format binary)`),
    )
    const cells = encoded(
      rows,
      positions,
      staged.map(({ type }) => type),
    )
    await heard(pipeline(Readable.from(cells, { objectMode: false, highWaterMark: 1 }), copy))
  }
  return { name, rows: rows.length, columns: staged }
}

/** Texts that are only carried, or compared with the table's own, need no collation of the database. */
const staging = (type: Column['type']) => (type === 'text' ? 'text collate "C"' : types[type].sql)

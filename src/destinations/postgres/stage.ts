/** Rows into a table by binary COPY: a temporary one that ends with its transaction, or the table that they are for. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom } from 'pg-copy-streams'
import type { Column, Row } from '../../core/model.ts'
import { columnName } from '../sql/columns.ts'
import type { Staged } from '../sql/dialect.ts'
import type { Transaction } from './connection.ts'
import { dialect, types } from './dialect.ts'
import { encoded } from './encode.ts'

/** See `Stage` in ../sql/dialect.ts. */
export async function stage(
  transaction: Transaction,
  name: string,
  columns: readonly Column[],
  rows: readonly Row[],
  always: readonly string[],
): Promise<Staged> {
  const given = present(columns, rows, always)
  const definitions = given.map(({ column }) => `${columnName(dialect, column.name)} ${staging(column.type)}`)
  await transaction.run(`create temp table ${name} (${definitions.join(', ')}) on commit drop`)
  if (rows.length > 0) await copy(transaction, `pg_temp.${name}`, given, rows)
  return { name, rows: rows.length, columns: given.map(({ column }) => column) }
}

/** A column of a batch, and where it stands in a row. */
export interface Given {
  readonly column: Column
  readonly position: number
}

/** The columns that are not null in every row, and those that are `always` there. */
export function present(
  columns: readonly Column[],
  rows: readonly Row[],
  always: readonly string[],
): readonly Given[] {
  return columns
    .map((column, position) => ({ column, position }))
    .filter(
      ({ column, position }) =>
        always.includes(column.name) || rows.some((row) => (row[position] ?? null) !== null),
    )
}

/** All rows in one statement. The event loop has its turn at every 64 KB. Throws a `TypeError` for a bad cell. */
export async function copy(
  { client, heard }: Transaction,
  target: string,
  given: readonly Given[],
  rows: readonly Row[],
): Promise<void> {
  const names = given.map(({ column }) => columnName(dialect, column.name))
  const stream = client.query(copyFrom(`copy ${target} (${names.join(', ')}) from stdin (format binary)`))
  const cells = encoded(
    rows,
    given.map(({ position }) => position),
    given.map(({ column }) => column.type),
  )
  await heard(pipeline(Readable.from(cells, { objectMode: false, highWaterMark: 1 }), stream))
}

/** Texts that are only carried, or compared with the table's own, need no collation of the database. */
const staging = (type: Column['type']) => (type === 'text' ? 'text collate "C"' : types[type].sql)

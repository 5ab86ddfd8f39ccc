/** Rows into a table by binary COPY: a temporary one that ends with its transaction, or the table that they are for. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { from as copyFrom } from 'pg-copy-streams'
import type { Cell, Column, Row } from '../../core/model.ts'
import { columnName } from '../sql/columns.ts'
import type { Staged } from '../sql/dialect.ts'
import type { Transaction } from './connection.ts'
import { dialect, types } from './dialect.ts'
import { encoded } from './encode.ts'

/** See `Stage` in ../sql/dialect.ts. */
export function stage(
  transaction: Transaction,
  name: string,
  columns: readonly Column[],
  rows: readonly Row[],
  always: readonly string[],
): Promise<Staged> {
  return stageThese(transaction, name, sendingOf(columns, rows, always))
}

export async function stageThese(transaction: Transaction, name: string, sending: Sending): Promise<Staged> {
  const definitions = sending.given.map(
    ({ column }) => `${columnName(dialect, column.name)} ${staging(column.type)}`,
  )
  await transaction.run(`create temp table ${name} (${definitions.join(', ')}) on commit drop`)
  if (sending.length > 0) await copy(transaction, `pg_temp.${name}`, sending.given, sending.chunks())
  return { name, rows: sending.length, columns: sending.given.map(({ column }) => column) }
}

/** A column of a batch, and where it stands in a row. */
export interface Given {
  readonly column: Column
  readonly position: number
}

/** Rows on their way to the server. */
export interface Sending {
  readonly length: number
  /** The columns that are sent. */
  readonly given: readonly Given[]
  /** A cell of the key, or the version, of the row at a place. */
  cell(at: number, position: number): Cell
  /** The bytes of a COPY, without the rows at some places. Throws a `TypeError` for a bad cell. */
  chunks(without?: ReadonlySet<number>): Iterable<Buffer>
}

/** Rows with the columns that are not null in all of them, and those that are `always` there. */
export function sendingOf(
  columns: readonly Column[],
  rows: readonly Row[],
  always: readonly string[],
): Sending {
  const given = columns
    .map((column, position) => ({ column, position }))
    .filter(
      ({ column, position }) =>
        always.includes(column.name) || rows.some((row) => (row[position] ?? null) !== null),
    )
  return {
    length: rows.length,
    given,
    cell: (at, position) => rows[at]?.[position] ?? null,
    chunks: (without) =>
      encoded(
        without ? rows.filter((_, at) => !without.has(at)) : rows,
        given.map(({ position }) => position),
        given.map(({ column }) => column.type),
      ),
  }
}

/** All rows in one statement, as `Sending.chunks` gives them. The event loop has its turn at every chunk. */
export async function copy(
  { client, heard }: Transaction,
  target: string,
  given: readonly Given[],
  chunks: Iterable<Buffer>,
): Promise<void> {
  const names = given.map(({ column }) => columnName(dialect, column.name))
  const stream = client.query(copyFrom(`copy ${target} (${names.join(', ')}) from stdin (format binary)`))
  await heard(pipeline(Readable.from(chunks, { objectMode: false, highWaterMark: 1 }), stream))
}

/** Texts that are only carried, or compared with the table's own, need no collation of the database. */
const staging = (type: Column['type']) => (type === 'text' ? 'text collate "C"' : types[type].sql)

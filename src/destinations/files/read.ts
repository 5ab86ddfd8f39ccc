/** The rows of a table that count, as logical cells. */
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Row, Table, TableColumn, Within } from '../../core/model.ts'
import { types } from '../duckdb/dialect.ts'
import { streamed } from '../duckdb/read.ts'
import { quoted } from '../naming.ts'
import { textLiteral } from '../sql/columns.ts'
import type { Format } from './formats.ts'
import type { Manifest, TableEntry } from './manifest.ts'
import { entryOf, foldedName } from './names.ts'
import { currentRows } from './relation.ts'
import type { Shelf } from './shelf.ts'
import { condition, type Other } from './within.ts'

export interface Reading {
  readonly connection: DuckDBConnection
  readonly manifest: Manifest
  readonly shelf: Shelf
  readonly format: Format
}

/** What is not there, a table or a column, has no rows or is null. */
export async function* readTable(
  { connection, manifest, shelf, format }: Reading,
  table: Table,
  { within, account }: { readonly within?: Within | undefined; readonly account?: string | undefined } = {},
): AsyncGenerator<Row> {
  const entry = entryOf(manifest, table)
  if (!entry) return
  const rowsOf = async (of: TableEntry) =>
    currentRows(of, await shelf.raw(manifest.files.filter((file) => file.table === of.name)), format)
  const columns = table.columns.map(({ name, type }) =>
    types[type].out(has(entry, name) ? column(entry, name, 't') : `null::${types[type].sql}`),
  )
  const ofAccount = (of: TableEntry, alias: string) =>
    account === undefined ? 'true' : `${column(of, '_account_id', alias)} = ${textLiteral(account)}`
  const sql = `select ${columns.join(', ')} from ${await rowsOf(entry)} t where ${ofAccount(entry, 't')}`
  if (!within) {
    yield* streamed(connection, table, { sql })
    return
  }
  const others = new Map<TableColumn, Other>()
  if ('outside' in within) {
    for (const of of [within.outside, ...(within.nor ?? [])]) {
      const other = entryOf(manifest, of.table)
      if (other)
        others.set(of, {
          rows: await rowsOf(other),
          column: column(other, of.column, 'o'),
          where: ofAccount(other, 'o'),
        })
    }
  }
  const { where, ...given } = condition(
    within,
    (name) => column(entry, name, 't'),
    (of) => others.get(of),
  )
  yield* streamed(connection, table, { sql: `${sql} and ${where}`, ...given })
}

const found = (entry: TableEntry, name: string) =>
  entry.columns.find((column) => column.name.toLowerCase() === foldedName(name))

const has = (entry: TableEntry, name: string) => found(entry, name) !== undefined

const column = (entry: TableEntry, name: string, of: string) => {
  const physical = found(entry, name)
  return physical ? `${of}.${quoted(physical.name)}` : 'null'
}

/** The rows of a table as logical cells, streamed through a cursor. */
import type { Cell, ColumnType, Row, Table, Within } from '../../core/model.ts'
import { columnName, folded, integerText, isOfAccount, tableName } from '../sql/columns.ts'
import type { There } from '../sql/dialect.ts'
import type { Transaction } from './connection.ts'
import { dialect, types } from './dialect.ts'
import { escapeText, unescapeJson, unescapeText } from './escape.ts'

/** Rows that are fetched together. */
const batch = 500

/** What is not there, a table or a column, has no rows or is null. Times must be in UTC and dates in ISO. */
export async function* readRows(
  { client, heard, run, rows: ask }: Transaction,
  integration: string,
  table: Table,
  { within, account }: { readonly within: Within | undefined; readonly account: string | undefined },
): AsyncGenerator<Row> {
  const there = await dialect.physicalTables({ run, rows: ask }, integration)
  const known = there.get(folded(dialect, table.name))
  if (!known) return
  const columns = table.columns.map(({ name, type }) =>
    known.has(folded(dialect, name)) ? types[type].out(columnName(dialect, name)) : 'null::text',
  )
  const { where, values } = within ? condition(integration, table, within, { there, account }) : everything
  const from = tableName(dialect, integration, table)
  const own = account === undefined ? 'true' : isOfAccount(dialect, from, account)
  await heard(
    client.query(
      `declare rows_read no scroll cursor for
         select ${columns.join(', ')} from ${from} where (${where}) and ${own}`,
      values.length > 0 ? [...values] : undefined,
    ),
  )
  const cells = table.columns.map(({ type }) => toCell[type])
  while (true) {
    const found = (await ask(`fetch ${batch} from rows_read`)) as readonly (readonly (string | null)[])[]
    for (const row of found) {
      yield row.map((text, at) => (text === null ? null : (cells[at]?.(text) ?? null)))
    }
    if (found.length < batch) return
  }
}

interface Condition {
  /** Something true or false of a row. */
  readonly where: string
  readonly values: readonly (readonly string[])[]
}

const everything: Condition = { where: 'true', values: [] }

/** A column that is not there is null in every row. */
function condition(
  integration: string,
  table: Table,
  within: Within,
  { there, account }: { readonly there: There; readonly account: string | undefined },
): Condition {
  const named = (of: { readonly name: string }, column: string) =>
    there.get(folded(dialect, of.name))?.has(folded(dialect, column))
      ? `${columnName(dialect, column)}`
      : 'null::text'
  const column = named(table, within.column)
  const plain = (where: string): Condition => ({ where, values: [] })
  if ('in' in within) {
    const values = within.in.filter((value) => value !== null).map(escapeText)
    const orNull = within.in.includes(null) ? `${column} is null` : 'false'
    if (values.length === 0) return plain(orNull)
    return { where: `${column} = any($1::text[]) or ${orNull}`, values: [values] }
  }
  if ('outside' in within) {
    const own = `${tableName(dialect, integration, table)}.${column}`
    const others = [within.outside, ...(within.nor ?? [])].filter(({ table: other }) =>
      there.has(folded(dialect, other.name)),
    )
    // Equal values are found by index or hash; null, which equals nothing, is asked for by itself.
    const lacks = others.map((other) => {
      const from = tableName(dialect, integration, other.table)
      const value = `o.${named(other.table, other.column)}`.replace('o.null::text', 'null::text')
      const of = account === undefined ? 'true' : isOfAccount(dialect, 'o', account)
      const same = `not exists (select 1 from ${from} o where ${value} = ${own} and ${of})`
      return `${same} and (${own} is not null or not exists (select 1 from ${from} o where ${value} is null and ${of}))`
    })
    return plain([within.notNull ? `${own} is not null` : 'true', ...lacks].join(' and '))
  }
  const { from, to } = within
  const bounds = [
    ...(from === undefined ? [] : [`${column}::timestamptz >= ${dialect.timestamp(integerText(from))}`]),
    ...(to === undefined ? [] : [`${column}::timestamptz < ${dialect.timestamp(integerText(to))}`]),
  ]
  return bounds.length === 0 ? everything : plain(bounds.join(' and '))
}

const exact = (text: string): Cell => {
  const small = Number(text)
  return Number.isSafeInteger(small) ? small : BigInt(text)
}

/** `2024-02-29 12:00:00.5+00` as microseconds since 1970. */
function microseconds(text: string): Cell {
  const [, day, time, fraction = ''] = /^(\S+) (\S+?)(?:\.(\d+))?\+00$/.exec(text) ?? []
  const seconds = Date.parse(`${day}T${time}Z`) / 1000
  if (!Number.isFinite(seconds)) throw new Error(`a time that cannot be read: ${text}`)
  return seconds * 1_000_000 + Number(fraction.padEnd(6, '0'))
}

const toCell: Readonly<Record<ColumnType, (text: string) => Cell>> = {
  text: unescapeText,
  json: unescapeJson,
  date: (text) => text,
  integer: exact,
  timestamp: microseconds,
  float: Number,
  boolean: (text) => text === 'true',
  decimal: (text) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text),
}

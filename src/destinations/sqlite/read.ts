/** The rows of a table as logical cells, streamed. */
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { Row, Table, Within } from '../../core/model.ts'
import { columnName, folded, integerText, isOfAccount, tableName } from '../sql/columns.ts'
import type { Session, There } from '../sql/dialect.ts'
import { decode } from './cells.ts'
import { dialect } from './dialect.ts'

/** Rows after which the event loop gets its turn. */
const batch = 500

/** What is not there, a table or a column, has no rows or is null. Inside a transaction: one state is read. */
export async function* readRows(
  db: DatabaseSync,
  session: Session,
  integration: string,
  table: Table,
  { within, account }: { readonly within: Within | undefined; readonly account: string | undefined },
): AsyncGenerator<Row> {
  const there = await dialect.physicalTables(session, integration)
  const known = there.get(folded(dialect, table.name))
  if (!known) return
  const columns = table.columns.map(({ name }) =>
    known.has(folded(dialect, name)) ? `t.${columnName(dialect, name)}` : 'null',
  )
  const cells = table.columns.map(({ type }) => decode[type])
  const { where, list } = within ? condition(integration, table, within, { there, account }) : everything
  const own = account === undefined ? 'true' : isOfAccount(dialect, 't', account)
  const statement = db.prepare(
    `select ${columns.join(', ')} from ${tableName(dialect, integration, table)} t where (${where}) and ${own}`,
  )
  statement.setReadBigInts(true)
  statement.setReturnArrays(true)
  const rows = list ? statement.iterate(JSON.stringify(list)) : statement.iterate()
  let count = 0
  for (const row of rows as Iterable<unknown> as Iterable<readonly SQLOutputValue[]>) {
    if (++count % batch === 0) await new Promise<void>((resolve) => setImmediate(resolve))
    yield row.map((value, at) => (value === null ? null : (cells[at]?.(value) ?? null)))
  }
}

interface Condition {
  readonly where: string
  /** The values of its one parameter. */
  readonly list?: readonly string[]
}

const everything: Condition = { where: 'true' }

/** A column that is not there is null in every row. */
function condition(
  integration: string,
  table: Table,
  within: Within,
  { there, account }: { readonly there: There; readonly account: string | undefined },
): Condition {
  const named = (alias: string, of: Pick<Table, 'name'>, column: string) =>
    there.get(folded(dialect, of.name))?.has(folded(dialect, column))
      ? `${alias}.${columnName(dialect, column)}`
      : 'null'
  const column = named('t', table, within.column)
  if ('in' in within) {
    const list = within.in.filter((value) => value !== null)
    const orNull = within.in.includes(null) ? `${column} is null` : 'false'
    return { where: `(${column} in (select value from json_each(?)) or ${orNull})`, list }
  }
  if ('outside' in within) {
    const lacks = [within.outside, ...(within.nor ?? [])]
      .filter(({ table: other }) => there.has(folded(dialect, other.name)))
      .map((other) => {
        const from = tableName(dialect, integration, other.table)
        const own = account === undefined ? 'true' : isOfAccount(dialect, 'o', account)
        return `not exists (select 1 from ${from} o where ${named('o', other.table, other.column)} is ${column} and ${own})`
      })
    return { where: [within.notNull ? `${column} is not null` : 'true', ...lacks].join(' and ') }
  }
  const { from, to } = within
  const bounds = [
    ...(from === undefined ? [] : [`${column} >= ${dialect.timestamp(integerText(from))}`]),
    ...(to === undefined ? [] : [`${column} < ${dialect.timestamp(integerText(to))}`]),
  ]
  return { where: ['true', ...bounds].join(' and ') }
}

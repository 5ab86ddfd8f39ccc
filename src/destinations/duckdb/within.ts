/** Which rows to read, as SQL. */
import { type DuckDBType, type DuckDBValue, LIST, listValue, VARCHAR } from '@duckdb/node-api'
import { columnName, folded, isOfAccount, tableName, integerText as whole } from '../sql/columns.ts'
import { dialect } from './dialect.ts'
import type { ReadOptions } from './read.ts'

export interface Condition {
  /** Something true or false of a row `t`. */
  readonly where: string
  readonly values: DuckDBValue[]
  readonly types: DuckDBType[]
}

/** A column that is not there is null in every row. `table` is the one that is read; it is there. */
export function condition(
  integration: string,
  table: { readonly name: string },
  { within, account, there }: ReadOptions,
): Condition {
  const wanted = within ? chosen(integration, table, within, { account, there }) : everything
  return account === undefined
    ? wanted
    : { ...wanted, where: `(${wanted.where}) and ${isOfAccount(dialect, 't', account)}` }
}

const everything: Condition = { where: 'true', values: [], types: [] }

function chosen(
  integration: string,
  table: { readonly name: string },
  within: NonNullable<ReadOptions['within']>,
  { account, there }: Omit<ReadOptions, 'within'>,
): Condition {
  const named = (of: { readonly name: string }, column: string) =>
    there.get(folded(dialect, of.name))?.has(folded(dialect, column)) ? columnName(dialect, column) : 'null'
  const column = named(table, within.column)
  const plain = (where: string): Condition => ({ where, values: [], types: [] })
  if ('in' in within) {
    const values = within.in.filter((value) => value !== null)
    const orNull = within.in.includes(null) ? `${column} is null` : 'false'
    if (values.length === 0) return plain(orNull)
    const from = tableName(dialect, integration, table)
    // By row number, so that only the column that is searched is read of all rows.
    return {
      where: `t.rowid in (select rowid from ${from}
                where ${column}::varchar in (select unnest($1)) or ${orNull})`,
      values: [listValue(values)],
      types: [LIST(VARCHAR)],
    }
  }
  if ('outside' in within) {
    const others = [within.outside, ...(within.nor ?? [])]
      .filter((other) => there.has(folded(dialect, other.table.name)))
      .map(
        (other) =>
          `select ${named(other.table, other.column)}::varchar as value from ${tableName(dialect, integration, other.table)} o where ${account === undefined ? 'true' : isOfAccount(dialect, 'o', account)}`,
      )
    const some = within.notNull ? `${column} is not null` : 'true'
    if (others.length === 0) return plain(some)
    return plain(
      `t.rowid in (select rowid from (select rowid, ${column}::varchar as value from ${tableName(dialect, integration, table)} where ${some}) t
         where not exists (from (${others.join(' union all ')}) o where o.value is not distinct from t.value))`,
    )
  }
  const { from, to } = within
  return plain(
    [
      'true',
      ...(from === undefined ? [] : [`${column} >= make_timestamptz(${whole(from)}::bigint)`]),
      ...(to === undefined ? [] : [`${column} < make_timestamptz(${whole(to)}::bigint)`]),
    ].join(' and '),
  )
}

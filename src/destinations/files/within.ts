/** Which rows of a relation `t` to read, as SQL. */
import { type DuckDBType, type DuckDBValue, LIST, listValue, VARCHAR } from '@duckdb/node-api'
import type { TableColumn, Within } from '../../core/model.ts'

export interface Condition {
  /** Something true or false of a row. */
  readonly where: string
  readonly values: DuckDBValue[]
  readonly types: DuckDBType[]
}

/** Another table: its rows, called `o`, which of them count, and a column of theirs. */
export interface Other {
  readonly rows: string
  readonly where: string
  readonly column: string
}

/**
 * `column` gives a column of the relation, or null where it is not there; `other` the same of another table, and that
 * table's rows, undefined when it is not there.
 */
export function condition(
  within: Within,
  column: (name: string) => string,
  other: (of: TableColumn) => Other | undefined,
): Condition {
  const at = column(within.column)
  const plain = (...parts: string[]): Condition => ({
    where: ['true', ...parts].join(' and '),
    values: [],
    types: [],
  })
  if ('in' in within) {
    const values = within.in.filter((value) => value !== null)
    const orNull = within.in.includes(null) ? ` or ${at} is null` : ''
    if (values.length === 0) return plain(`(false${orNull})`)
    return {
      where: `(${at}::varchar in (select unnest($1))${orNull})`,
      values: [listValue(values)],
      types: [LIST(VARCHAR)],
    }
  }
  if ('outside' in within) {
    const others = [within.outside, ...(within.nor ?? [])].flatMap((of) => other(of) ?? [])
    return plain(
      ...(within.notNull ? [`${at} is not null`] : []),
      ...others.map(
        ({ rows, where, column }) =>
          `not exists (from (select ${column}::varchar as value from ${rows} o where ${where}) o where o.value is not distinct from ${at}::varchar)`,
      ),
    )
  }
  const { from, to } = within
  return plain(
    ...(from === undefined ? [] : [`${at} >= make_timestamptz(${whole(from)}::bigint)`]),
    ...(to === undefined ? [] : [`${at} < make_timestamptz(${whole(to)}::bigint)`]),
  )
}

function whole(value: number): string {
  if (!Number.isSafeInteger(value)) throw new TypeError(`not a safe integer: ${value}`)
  return String(value)
}

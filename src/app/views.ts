/** Views that outlive a version of Stripe's API: the columns of a table, and those that versions took away. */
import { ConfigError } from '../core/errors.ts'
import type { Destination } from '../core/model.ts'
import { literal, quoted } from '../destinations/naming.ts'
import { called, destinationFor, standingAt } from '../destinations/registry.ts'
import { type Moved, moved, type Whereabouts } from '../stripe/moved.ts'
import { catalog } from '../stripe/streams.ts'
import { query } from './query.ts'

/** Behind a table's name. */
const suffix = '_stable'

interface There {
  /** The physical name. */
  readonly name: string
  readonly columns: ReadonlySet<string>
}

/** By stream. */
type Tables = ReadonlyMap<string, There>

/**
 * SQL, in the warehouse's dialect, that makes a view of each table that is there and from which a version took columns.
 * It may be run again at any time, and is to be when tables got columns. What stands in a table or field that was not
 * selected is left out. Throws `ConfigError` where no such table is, and for a warehouse without views; and as `query`.
 */
export async function viewsOf(address: string, integration: string): Promise<string> {
  const destination = await destinationFor(address)
  if (!destination.views) {
    throw new ConfigError(`a ${destination.name} warehouse has no views of its own`, {
      cure: `docs/views.md says how the columns are computed`,
    })
  }
  const { enter, create } = destination.views
  const tables = await tablesThere(destination, address, integration)
  const made = Object.entries(moved).flatMap(([stream, columns]) => {
    const there = tables.get(stream)
    const body = there && viewOf(there, columns, tables)
    return body ? create(quoted(there.name + suffix), body) : []
  })
  if (made.length === 0) {
    throw new ConfigError(
      `${integration} has no table in this warehouse from which a version of Stripe's API took columns`,
      {
        cure: `check --name and --to; the tables are ${Object.keys(moved).join(', ')}, and come with the first sync`,
      },
    )
  }
  return [...enter(address, integration), ...made].map((statement) => `${statement};\n`).join('\n')
}

async function tablesThere(destination: Destination, address: string, integration: string): Promise<Tables> {
  if (destination.columns === undefined) throw new Error(`${destination.name} has views and lists no columns`)
  const streams = new Map(
    catalog().streams.map(({ name }) => [called(destination, integration, name), name] as const),
  )
  const { rows } = await query(address, destination.columns, 100_000)
  const tables = new Map<string, There & { readonly columns: Set<string> }>()
  for (const [schema, table, column] of rows) {
    const stream = standingAt(streams, String(schema), String(table))
    if (stream === undefined) continue
    const there = tables.get(stream) ?? { name: String(table), columns: new Set<string>() }
    there.columns.add(String(column))
    tables.set(stream, there)
  }
  return tables
}

/** What was taken away comes first: a table's new columns are its last, and where a view is replaced it may only grow there. */
function viewOf(there: There, columns: readonly Moved[], tables: Tables): string | undefined {
  const back = columns.flatMap(({ column, now }) => {
    const value = computed(now, there, tables)
    // A table that an earlier version filled has the column itself.
    const own = there.columns.has(column) ? [`t.${quoted(column)}`] : []
    return value === undefined ? [] : [[column, firstOf([...own, value])] as const]
  })
  if (back.length === 0) return undefined
  const given = new Set<string>(back.map(([column]) => column))
  const lines = [
    ...back.map(([column, value]) => `${value} as ${quoted(column)}`),
    ...[...there.columns].filter((column) => !given.has(column)).map((column) => `t.${quoted(column)}`),
  ]
  return `select\n  ${lines.join(',\n  ')}\nfrom ${quoted(there.name)} t`
}

/** Undefined when what it needs is not there. */
function computed(now: Whereabouts, { columns }: There, tables: Tables): string | undefined {
  const ours = (column: string) => (columns.has(column) ? `t.${quoted(column)}` : undefined)
  if ('first' in now) return firstOf(now.first.flatMap((column) => ours(column) ?? []))
  if ('of' in now) {
    const from = tables.get(now.of)
    const link = ours(now.ours)
    if (!from || link === undefined || ![now.on, now.column].every((name) => from.columns.has(name))) {
      return undefined
    }
    return `(select ${now.take}(o.${quoted(now.column)}) from ${quoted(from.name)} o
    where o._account_id = t._account_id and o.${quoted(now.on)} = ${link} and o._deleted_at is null)`
  }
  const value = ours(now.column)
  if (value === undefined) return undefined
  if ('is' in now) return `${value} = ${literal(now.is)}`
  if ('less' in now) {
    const less = ours(now.less)
    return less && `${value} - ${less}`
  }
  const cases = Object.entries(now.was).map(([is, was]) => `when ${literal(is)} then ${literal(was)}`)
  return `case ${value} ${cases.join(' ')} else ${value} end`
}

function firstOf(values: readonly string[]): string | undefined {
  return values.length > 1 ? `coalesce(${values.join(', ')})` : values[0]
}

/**
 * What was removed for good, by table, key and version, in the bookkeeping schema: without it an older copy that
 * arrives late would bring the row back. A key has either a row or an entry here.
 */
import type { Table } from '../../core/model.ts'
import { literal } from '../naming.ts'
import { columnOf } from './columns.ts'
import { catalog, columnName, types } from './dialect.ts'
import type { Engine } from './engine.ts'

const removed = `${catalog}._sluice.removed`

export const removedTable = `create table if not exists ${removed}
     (integration varchar not null, table_name varchar not null, key varchar not null, version bigint not null)`

export interface Removals {
  /** Tables that have entries: nothing is asked for the others. */
  readonly tables: Set<string>
  readonly integration: string
}

export async function removals(engine: Engine, integration: string): Promise<Removals> {
  const rows = await engine.rows(`select distinct table_name from ${removed} where integration = $1`, [
    integration,
  ])
  return { integration, tables: new Set(rows.map(([table]) => String(table))) }
}

/** Takes out of a staged table what was removed in a newer version, and the entries of what is left. Returns how many were taken out. */
export async function settleRemoved(
  engine: Engine,
  { integration, tables }: Removals,
  table: Table,
  stage: string,
): Promise<number> {
  if (!tables.has(table.name)) return 0
  const same = `g.integration = $1 and g.table_name = $2 and g.key = ${keyText(table, 's', true)}`
  const values = [integration, table.name]
  const [row] = await engine.rows(
    `delete from ${stage} s using ${removed} g where ${same} and g.version > s._version`,
    values,
  )
  await engine.run(`delete from ${removed} g using ${stage} s where ${same}`, values)
  return Number(row?.[0] ?? 0)
}

/** Enters the keys of `from`, a staged table `s` or the warehouse's own `t`, which have no entries. */
export async function enterRemoved(
  engine: Engine,
  { integration, tables }: Removals,
  table: Table,
  from: {
    readonly alias: 's' | 't'
    readonly sql: string
    readonly version: string
    readonly account?: string
  },
): Promise<void> {
  tables.add(table.name)
  const key = keyText(table, from.alias, from.alias === 's')
  await engine.run(
    `insert into ${removed}
       select ${literal(integration)}, ${literal(table.name)}, ${key}, ${from.version} ${from.sql}`,
    from.account === undefined ? [] : [from.account],
  )
}

/** A row's key as one text: a list in JSON. */
function keyText(table: Table, alias: string, staged: boolean): string {
  const cells = table.key.map((name) => {
    const column = `${alias}.${columnName(name)}`
    return `(${staged ? types[columnOf(table, name).type].convert(column) : column})::varchar`
  })
  return `to_json([${cells.join(', ')}])::varchar`
}

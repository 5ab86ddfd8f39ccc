/**
 * What was removed for good, by table, key and version, in the bookkeeping: without it an older copy that
 * arrives late would bring the row back. A key has either a row or an entry here.
 */
import type { Table } from '../../core/model.ts'
import { literal } from '../naming.ts'
import { columnName, columnOf, converted, deleteBeside } from './columns.ts'
import type { Dialect, Into, Removals, Session } from './dialect.ts'

export async function removals(dialect: Dialect, session: Session, integration: string): Promise<Removals> {
  const rows = await session.rows(
    `select distinct table_name from ${dialect.ledger(integration, 'removed')} where integration = $1`,
    [integration],
  )
  return new Set(rows.map(([table]) => String(table)))
}

/** Takes out of a staged table what was removed in a newer version, and the entries of what is left. Returns how many were taken out. */
export async function settleRemoved(into: Into, table: Table, stage: string): Promise<number> {
  const { dialect, session, integration } = into
  if (!into.removals.has(table.name)) return 0
  const removed = dialect.ledger(integration, 'removed')
  const same = `g.integration = $1 and g.table_name = $2 and g.key = ${keyText(dialect, table, 's')}`
  const values = [integration, table.name]
  const late = await session.run(
    deleteBeside(dialect, `${stage} as s`, `${removed} g`, `${same} and g.version > s._version`),
    values,
  )
  await session.run(deleteBeside(dialect, `${removed} as g`, `${stage} s`, same), values)
  return late
}

/** Enters the keys of `from`, a staged table `s` or the warehouse's own `t`, which have no entries. */
export async function enterRemoved(
  { dialect, session, integration, removals }: Into,
  table: Table,
  from: {
    readonly alias: 's' | 't'
    readonly sql: string
    readonly version: string
    readonly values?: readonly string[]
  },
): Promise<void> {
  const entered = await session.run(
    `insert into ${dialect.ledger(integration, 'removed')}
       select ${literal(integration)}, ${literal(table.name)}, ${keyText(dialect, table, from.alias)}, ${from.version} ${from.sql}`,
    from.values,
  )
  if (entered > 0) removals.add(table.name)
}

/** A row's key as one text: a list in JSON. */
function keyText(dialect: Dialect, table: Table, alias: 's' | 't'): string {
  return dialect.keyText(
    table.key.map((name) => {
      const own = alias === 't' ? `t.${columnName(dialect, name)}` : converted(dialect, columnOf(table, name))
      return `cast(${own} as ${dialect.text})`
    }),
  )
}

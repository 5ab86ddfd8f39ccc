/** Tables and columns that are missing, added; never dropped, never narrowed. */
import { ConfigError } from '../../core/errors.ts'
import type { Column, SchemaChange, Table } from '../../core/model.ts'
import { bookkeeping } from '../../core/schema.ts'
import { columnName, folded, tableName } from './columns.ts'
import type { Dialect, Session } from './dialect.ts'

/** Inside an open transaction. Throws `ConfigError` for a table of another program or a column that cannot hold its values. */
export async function prepareTables(
  dialect: Dialect,
  session: Session,
  integration: string,
  tables: readonly Table[],
): Promise<readonly SchemaChange[]> {
  const changes: SchemaChange[] = []
  if (tables.length > 0) await dialect.createSchema(session, integration, 'data')
  const there = await dialect.physicalTables(session, integration)
  for (const table of tables) {
    const present = there.get(folded(dialect, table.name))
    if (!present) {
      const columns = definitions(dialect, table).join(', ')
      for (const sql of dialect.createTable(integration, table, columns)) await session.run(sql)
      changes.push({ table: table.name, change: 'create table' })
      continue
    }
    refuseForeign(integration, table, present)
    for (const column of table.columns) {
      const type = present.get(folded(dialect, column.name))
      if (type === undefined) {
        await session.run(
          `alter table ${tableName(dialect, integration, table)} add column ${columnName(dialect, column.name)} ${dialect.define(table, column)}`,
        )
        changes.push({ table: table.name, change: 'add column', column: column.name })
      } else if (!canHold(dialect, column, type)) {
        throw new ConfigError(
          `${integration}.${table.name}.${column.name} is ${type} in the warehouse, and its values are now ${dialect.types[column.type].sql}`,
          {
            cure: 'rename or drop that column (a full refresh then fills it anew), or choose another name',
            option: '--full-refresh, --name',
          },
        )
      }
    }
    for (const sql of (await dialect.rekey?.(session, integration, table)) ?? []) await session.run(sql)
  }
  return changes
}

function definitions(dialect: Dialect, table: Table): readonly string[] {
  return table.columns.map((column) => {
    // A stub of a deleted object has only its key: nothing else may be required.
    const required =
      table.key.includes(column.name) || column.name === '_version' || column.name === '_synced_at'
    return `${columnName(dialect, column.name)} ${dialect.define(table, column)}${required ? ' not null' : ''}`
  })
}

function refuseForeign(integration: string, table: Table, present: ReadonlyMap<string, string>): void {
  const missing = bookkeeping.filter(({ name }) => !present.has(name))
  if (missing.length === 0) return
  throw new ConfigError(
    `the warehouse already has a table ${integration}.${table.name} that Sluice did not make (it has no column ${missing[0]?.name})`,
    { cure: 'rename that table, or choose another name', option: '--name' },
  )
}

function canHold({ types }: Dialect, column: Column, type: string): boolean {
  return type === types[column.type].sql || types[column.type].held.includes(type)
}

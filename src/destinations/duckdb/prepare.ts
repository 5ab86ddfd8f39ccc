/** Tables and columns that are missing, added; never dropped, never narrowed. */
import { ConfigError } from '../../core/errors.ts'
import type { Column, SchemaChange, Table } from '../../core/model.ts'
import { bookkeeping } from '../../core/schema.ts'
import { literal, physicalName, quoted } from '../naming.ts'
import { catalog, columnName, names, tableName, types } from './dialect.ts'
import type { Engine } from './engine.ts'

/** Inside an open transaction. Throws `ConfigError` for a table of another program or a column that cannot hold its values. */
export async function prepareTables(
  engine: Engine,
  integration: string,
  tables: readonly Table[],
): Promise<readonly SchemaChange[]> {
  const changes: SchemaChange[] = []
  if (tables.length > 0) await engine.run(`create schema if not exists ${catalog}.${quoted(integration)}`)
  const there = await physicalTables(engine, integration)
  for (const table of tables) {
    const present = there.get(folded(table.name))
    if (!present) {
      await createTable(engine, integration, table)
      changes.push({ table: table.name, change: 'create table' })
      continue
    }
    refuseForeign(integration, table, present)
    for (const column of table.columns) {
      const type = present.get(folded(column.name))
      if (type === undefined) {
        await engine.run(
          `alter table ${tableName(integration, table)} add column ${columnName(column.name)} ${types[column.type].sql}`,
        )
        changes.push({ table: table.name, change: 'add column', column: column.name })
      } else if (!canHold(column, type)) {
        throw new ConfigError(
          `${integration}.${table.name}.${column.name} is ${type} in the warehouse, and its values are now ${types[column.type].sql}`,
          {
            cure: `rename or drop that column (it is then filled anew by a run with --full-refresh), or choose another --name`,
          },
        )
      }
    }
  }
  return changes
}

/** A name as DuckDB compares it. */
export function folded(name: string): string {
  return names.fold(physicalName(name, names))
}

/** Physical table name → physical column name → type. */
export async function physicalTables(engine: Engine, integration: string) {
  const rows = await engine.rows(
    `select table_name, column_name, data_type from duckdb_columns()
       where database_name = ${literal(catalog)} and schema_name = $1`,
    [integration],
  )
  const tables = new Map<string, Map<string, string>>()
  for (const [table, column, type] of rows) {
    const key = names.fold(String(table))
    const columns = tables.get(key) ?? new Map<string, string>()
    columns.set(names.fold(String(column)), String(type))
    tables.set(key, columns)
  }
  return tables
}

async function createTable(engine: Engine, integration: string, table: Table): Promise<void> {
  const columns = table.columns.map((column) => {
    // A stub of a deleted object has only its key: nothing else may be required.
    const required =
      table.key.includes(column.name) || column.name === '_version' || column.name === '_synced_at'
    return `${columnName(column.name)} ${types[column.type].sql}${required ? ' not null' : ''}`
  })
  await engine.run(`create table ${tableName(integration, table)} (${columns.join(', ')})`)
}

function refuseForeign(integration: string, table: Table, present: ReadonlyMap<string, string>): void {
  const missing = bookkeeping.filter(({ name }) => !present.has(name))
  if (missing.length === 0) return
  throw new ConfigError(
    `the warehouse already has a table ${integration}.${table.name} that Sluice did not make (it has no column ${missing[0]?.name})`,
    { cure: 'rename that table, or choose another name with --name' },
  )
}

function canHold(column: Column, type: string): boolean {
  return type === types[column.type].sql || types[column.type].held.includes(type)
}

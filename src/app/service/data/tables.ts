/** What stands in a warehouse: its tables and their columns, with what the catalog says of them. */
import { ConfigError } from '../../../core/errors.ts'
import { destinationFor, standingAt } from '../../../destinations/registry.ts'
import { integrationById } from '../../../store/integrations.ts'
import { catalogStream, catalogStreams } from '../catalog.ts'
import type { ServiceContext } from '../context.ts'
import { addressOf } from '../destinations.ts'
import { ConflictError, NotFoundError } from '../errors.ts'
import { integrationTables } from '../integration-tables.ts'
import type { WarehouseTable } from '../resources/data.ts'
import { answerOf } from './query.ts'

/** Columns of all tables together. */
const most = 50_000

/** By schema and name. Throws `NotFoundError`, `ConflictError` for a warehouse that cannot be asked, and as `ask`. */
export async function tablesOfWarehouse(ctx: ServiceContext, id: string): Promise<WarehouseTable[]> {
  const { columns: sql, name } = await destinationFor(await addressOf(ctx, id))
  if (sql === undefined) {
    throw new ConflictError(`a ${name} warehouse does not tell here what it holds`, {
      cure: 'look with its own tools',
    })
  }
  const { rows } = await answerOf(ctx, { destination_id: id, sql, limit: most })
  return gathered(rows)
}

/** The integration's own. Throws `NotFoundError`, `ConflictError` while nothing was loaded, and as `tablesOfWarehouse`. */
export async function tablesOfIntegration(ctx: ServiceContext, id: string): Promise<WarehouseTable[]> {
  const row = await integrationById(ctx.pool, id)
  if (!row) throw new NotFoundError('integration')
  const ours = new Map((await integrationTables(ctx, id)).map(({ table, stream }) => [table, stream]))
  if (row.loaded_at === null || row.destination_id === null) {
    throw new ConflictError('there are no tables yet', { cure: 'wait for the first run to load data' })
  }
  const all = await tablesOfWarehouse(ctx, row.destination_id)
  return all.flatMap((table) => {
    const stream = standingAt(ours, table.schema, table.name)
    return stream === undefined ? [] : [described({ ...table, stream })]
  })
}

function gathered(rows: readonly (readonly unknown[])[]): WarehouseTable[] {
  const tables = new Map<string, WarehouseTable>()
  for (const [schema, table, column, type, nullable] of rows) {
    const name = `${schema}.${table}`
    const found = tables.get(name) ?? {
      schema: String(schema),
      name: String(table),
      stream: null,
      columns: [],
    }
    found.columns.push({
      name: String(column),
      type: String(type),
      nullable: nullable === true || nullable === 'YES',
      key: false,
      description: null,
    })
    tables.set(name, found)
  }
  return [...tables.values()].map((table) => described({ ...table, stream: streamNamed(table.name) }))
}

/** A table has its stream's name, unless the warehouse cannot have it. */
function streamNamed(table: string): string | null {
  return catalogStreams().some(({ name }) => name === table) ? table : null
}

function described(table: WarehouseTable): WarehouseTable {
  if (table.stream === null) return table
  const known = new Map(columnsOf(table.stream).map((column) => [column.name, column]))
  return {
    ...table,
    columns: table.columns.map((column) => {
      const { key, description } = known.get(column.name) ?? column
      return { ...column, key, description: description ?? ours[column.name] ?? null }
    }),
  }
}

/** Of the columns that are not Stripe's. */
const ours: Readonly<Record<string, string>> = {
  _account_id: 'The Stripe account that the row is of',
  _version:
    'When Stripe was asked for the object, in milliseconds since 1970: a newer row takes the place of an older one',
  _synced_at: 'When the row was written',
  _deleted_at: 'When the object was found to be gone; empty for one that is there',
  _extra:
    'Fields that the catalog does not know, and values that do not fit their column, under their places',
}

function columnsOf(stream: string) {
  try {
    return catalogStream(stream).columns
  } catch (error) {
    if (error instanceof ConfigError || error instanceof NotFoundError) return []
    throw error
  }
}

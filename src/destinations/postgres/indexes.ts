/**
 * Indexes on the columns by which rows are found, made when a table's first rows are all there, which is cheaper than to
 * keep them while these come; and for tables that were made before Sluice asked for them. Making one keeps writers of the
 * table away, which are we ourselves, and nobody who reads.
 */
import type { Table } from '../../core/model.ts'
import { physicalName } from '../naming.ts'
import { columnName, tableName } from '../sql/columns.ts'
import type { Session } from '../sql/dialect.ts'
import { dialect, names } from './dialect.ts'

export interface Index {
  /** For people: `acme.invoices (customer)`. */
  readonly on: string
  readonly sql: string
  /** The table is so large that making it takes a while. */
  readonly large: boolean
}

/** What tables lack that are there. Any whole index that begins with the column will do, also one that somebody else made. */
export async function missingIndexes(
  session: Session,
  integration: string,
  tables: readonly Table[],
): Promise<readonly Index[]> {
  const found = await session.rows(
    `select c.relname, a.attname, pg_relation_size(c.oid) > 1e9,
            exists (select 1 from pg_index i
              where i.indrelid = c.oid and i.indkey[0] = a.attnum and i.indisvalid and i.indpred is null)
       from pg_class c join pg_attribute a on a.attrelid = c.oid
       where c.relnamespace = (select oid from pg_namespace where nspname = $1)
         and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped`,
    [integration],
  )
  const without = new Map(
    found.flatMap(([table, column, large, has]) =>
      has === 't' ? [] : [[`${table}\n${column}`, large === 't'] as const],
    ),
  )
  return tables.flatMap((table) =>
    (table.lookups ?? []).flatMap((name) => {
      const large = without.get(`${physicalName(table.name, names)}\n${physicalName(name, names)}`)
      if (large === undefined) return []
      return {
        on: `${integration}.${table.name} (${name})`,
        sql: `create index on ${tableName(dialect, integration, table)} (${columnName(dialect, name)})`,
        large,
      }
    }),
  )
}

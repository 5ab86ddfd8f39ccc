/**
 * Indexes on the columns by which rows are found, for tables that were made before Sluice asked for them. Making one
 * keeps writers of the table away, which are we ourselves, and nobody who reads.
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
}

/** What tables lack that are there. Any whole index that begins with the column will do, also one that somebody else made. */
export async function missingIndexes(
  session: Session,
  integration: string,
  tables: readonly Table[],
): Promise<readonly Index[]> {
  const found = await session.rows(
    `select c.relname, a.attname,
            exists (select 1 from pg_index i
              where i.indrelid = c.oid and i.indkey[0] = a.attnum and i.indisvalid and i.indpred is null)
       from pg_class c join pg_attribute a on a.attrelid = c.oid
       where c.relnamespace = (select oid from pg_namespace where nspname = $1)
         and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped`,
    [integration],
  )
  const without = new Set(
    found.filter(([, , has]) => has !== 't').map(([table, column]) => `${table}\n${column}`),
  )
  return tables.flatMap((table) =>
    (table.lookups ?? [])
      .filter((name) => without.has(`${physicalName(table.name, names)}\n${physicalName(name, names)}`))
      .map((name) => ({
        on: `${integration}.${table.name} (${name})`,
        sql: `create index on ${tableName(dialect, integration, table)} (${columnName(dialect, name)})`,
      })),
  )
}

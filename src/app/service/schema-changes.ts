/** How the tables of an integration have changed of late. */
import { integrationById } from '../../store/integrations.ts'
import { schemaChanges } from '../../store/schema-changes.ts'
import type { ServiceContext } from './context.ts'
import { NotFoundError } from './errors.ts'
import type { SchemaChange } from './resources/schema-change.ts'
import { iso } from './values.ts'

const most = 100

/** Newest first; a field that is not known is told once, by the last run that met it. Throws `NotFoundError`. */
export async function integrationSchemaChanges(
  ctx: ServiceContext,
  id: string,
): Promise<readonly SchemaChange[]> {
  if (!(await integrationById(ctx.pool, id))) throw new NotFoundError('integration')
  const told = new Set<string>()
  const changes = (await schemaChanges(ctx.pool, id, most)).map(
    ({ run_id, stream, table_name, at, added, drift }) => ({
      ...{ run_id, stream, table: table_name, at: iso(at), added: [...added] },
      unexpected: drift
        .filter(({ field, kind, type }) => {
          const key = `${stream} ${field} ${kind} ${type}`
          const first = !told.has(key)
          told.add(key)
          return first
        })
        .map(({ field, kind, type }) => ({ field, kind, type })),
    }),
  )
  return changes.filter(({ added, unexpected }) => added.length + unexpected.length > 0)
}

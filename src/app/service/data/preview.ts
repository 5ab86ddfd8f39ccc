/** The first rows of a table, as they stand in the warehouse. */
import { integrationById } from '../../../store/integrations.ts'
import type { ServiceContext } from '../context.ts'
import { ConflictError, FieldError, NotFoundError } from '../errors.ts'
import { integrationTables } from '../integration-tables.ts'
import type { PreviewQuery, QueryAnswer } from '../resources/data.ts'
import { answerOf } from './query.ts'
import { quotedName } from './quoted.ts'

/**
 * Throws `NotFoundError`, `FieldError` for a table that is not the integration's, `ConflictError` while nothing has
 * been loaded, and as `ask`.
 */
export async function preview(
  ctx: ServiceContext,
  integration: string,
  { table, limit }: PreviewQuery,
  signal?: AbortSignal,
): Promise<QueryAnswer> {
  const row = await integrationById(ctx.pool, integration)
  if (!row) throw new NotFoundError('integration')
  const found = (await integrationTables(ctx, integration)).find(({ stream }) => stream === table)
  if (!found) throw new FieldError('table', `${table} is none of its tables`)
  if (found.columns === null || row.destination_id === null) {
    throw new ConflictError('there are no rows yet', { cure: 'wait for the first run to load data' })
  }
  const sql = `select * from ${quotedName(found.table)}`
  return answerOf(ctx, { destination_id: row.destination_id, sql, limit }, signal)
}

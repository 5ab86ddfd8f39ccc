/** How many rows the tables of an integration have, asked of the warehouse itself. */
import { integrationById } from '../../../store/integrations.ts'
import type { ServiceContext } from '../context.ts'
import { ConflictError, NotFoundError } from '../errors.ts'
import { integrationTables } from '../integration-tables.ts'
import type { TableCount } from '../resources/data.ts'
import { answerOf } from './query.ts'
import { quotedName } from './quoted.ts'

/**
 * Of each table that was ever loaded, in one question. Throws `NotFoundError`, `ConflictError` while nothing has been
 * loaded, and as `ask`: large tables of a server may take longer than it waits.
 */
export async function countRows(
  ctx: ServiceContext,
  id: string,
  signal?: AbortSignal,
): Promise<readonly TableCount[]> {
  const row = await integrationById(ctx.pool, id)
  if (!row) throw new NotFoundError('integration')
  const loaded = (await integrationTables(ctx, id)).filter(({ columns }) => columns !== null)
  if (loaded.length === 0 || row.destination_id === null) {
    throw new ConflictError('there are no rows yet', { cure: 'wait for the first run to load data' })
  }
  const sql = loaded
    .map(
      ({ table }, at) =>
        `select ${at} as at, count(*) - count("_deleted_at") as present, count("_deleted_at") as deleted from ${quotedName(table)}`,
    )
    .join('\nunion all\n')
  const { rows } = await answerOf(
    ctx,
    { destination_id: row.destination_id, sql, limit: loaded.length },
    signal,
  )
  return rows.flatMap(([at, present, deleted]) => {
    const table = loaded[Number(at)]
    return table ? [{ stream: table.stream, rows: Number(present), deleted: Number(deleted) }] : []
  })
}

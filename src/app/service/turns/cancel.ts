/** Ends what is open before its time. */
import type { Sql } from '../../../store/database.ts'
import { finish, requestCancel, type WorkRow } from '../../../store/work.ts'
import type { ServiceContext } from '../context.ts'
import type { Kind } from './kind.ts'

/** Cancels the open one of an integration, if there is one, in the caller's transaction. */
export async function cancelOpen<Row extends WorkRow, Of extends object>(
  ctx: ServiceContext,
  sql: Sql,
  kind: Kind<Row, Of>,
  integration: string,
): Promise<void> {
  const open = await kind.lockOpen(sql, integration)
  if (open) await cancel(ctx, sql, kind, open)
}

/**
 * Cancels one that was locked: one that waits at once; one that a worker is at as soon as the worker sees it and has
 * brought what it has read to a checkpoint. One that has ended stays as it is.
 */
export async function cancel<Row extends WorkRow, Of extends object>(
  ctx: ServiceContext,
  sql: Sql,
  kind: Kind<Row, Of>,
  row: Row,
): Promise<void> {
  if (row.status !== 'queued' && row.status !== 'running') return
  const at = new Date(ctx.clock())
  await requestCancel(sql, kind.work, row.id, at)
  if (row.status === 'running') return
  const end = { status: 'cancelled', error: null, cure: null, at }
  await finish(sql, kind.work, row, end)
  await kind.onEnd(sql, row.id, end)
  if (row.job_id) await kind.line(ctx).remove(sql, row.job_id)
}

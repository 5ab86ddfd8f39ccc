/** Ends runs before their time. */
import type { Sql } from '../../../store/database.ts'
import { cancelQueued, lockOpenRun, type RunRow } from '../../../store/runs.ts'
import { requestCancel } from '../../../store/work.ts'
import type { ServiceContext } from '../context.ts'

/** Cancels the open run of an integration, if there is one, in the caller's transaction. */
export async function endOpenRun(ctx: ServiceContext, sql: Sql, integration: string): Promise<void> {
  const run = await lockOpenRun(sql, integration)
  if (run) await cancel(ctx, sql, run)
}

/**
 * Cancels a run that was locked: one that waits at once; one that a worker is at when the worker has brought what it
 * has read to a checkpoint.
 */
export async function cancel(ctx: ServiceContext, sql: Sql, run: RunRow): Promise<void> {
  const at = new Date(ctx.clock())
  if (run.status === 'running') return requestCancel(sql, 'runs', run.id, at)
  await cancelQueued(sql, run.id, at)
  if (run.job_id) await ctx.queue.remove(sql, run.job_id)
}

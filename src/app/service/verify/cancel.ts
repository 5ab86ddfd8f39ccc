/** Ends verifications before their time. */
import type { Sql } from '../../../store/database.ts'
import {
  cancelQueuedVerification,
  lockOpenVerification,
  type VerificationRow,
} from '../../../store/verifications.ts'
import { requestCancel } from '../../../store/work.ts'
import type { ServiceContext } from '../context.ts'

/** Cancels the open verification of an integration, if there is one, in the caller's transaction. */
export async function endOpenVerification(ctx: ServiceContext, sql: Sql, integration: string): Promise<void> {
  const open = await lockOpenVerification(sql, integration)
  if (open) await cancel(ctx, sql, open)
}

/** Cancels one that was locked: one that waits at once; one that a worker is at as soon as the worker sees it. */
export async function cancel(ctx: ServiceContext, sql: Sql, row: VerificationRow): Promise<void> {
  const at = new Date(ctx.clock())
  if (row.status === 'running') return requestCancel(sql, 'verify_runs', row.id, at)
  await cancelQueuedVerification(sql, row.id, at)
  if (row.job_id) await ctx.queue.verifications.remove(sql, row.job_id)
}

/** The beginning of a turn: whether the run is still to be run, and by whom. */
import { transaction } from '../../../store/database.ts'
import { type IntegrationRow, integrationById } from '../../../store/integrations.ts'
import { type Attempt, endRun, requeueRun, runningOf, takeRun } from '../../../store/run-progress.ts'
import { accountLimit, cancelQueued, lockRun, type RunRow } from '../../../store/runs.ts'
import type { Held } from '../../../store/turns.ts'
import { isVerifying } from '../../../store/verifications.ts'
import type { ServiceContext } from '../context.ts'
import { priorityOf } from '../enqueue.ts'

export { accountLimit }

/** Tries in a row without progress after which a run has failed. */
export const mostFailures = 5
/** Until what has to wait for others is looked at again. Milliseconds. */
export const turnPause = 2_000

export interface Taken extends Attempt {
  readonly row: RunRow
  readonly integration: IntegrationRow
  readonly failures: number
  /** Milliseconds since 1970: when the run's first turn began. */
  readonly started: number
  /** The worker before has died. */
  readonly orphaned: boolean
}

/**
 * Takes the run of a turn for this worker. Undefined when there is nothing to do: the run has ended, is another job's,
 * was to be cancelled, has killed too many workers, its account has enough runs, or it is being verified; the turn is
 * done then.
 */
export async function beginTurn(ctx: ServiceContext, held: Held, worker: string): Promise<Taken | undefined> {
  const at = new Date(ctx.clock())
  return transaction(ctx.pool, async (sql) => {
    const row = await lockRun(sql, held.run)
    const isOurs = row?.job_id === held.id && (row.status === 'queued' || row.status === 'running')
    const integration = isOurs ? await integrationById(sql, row.integration_id) : undefined
    if (!row || !integration) {
      await ctx.queue.done(sql, held)
      return undefined
    }
    const before: Attempt = { run: row.id, attempt: row.attempt }
    // A turn that ends well leaves the run queued.
    const orphaned = row.status === 'running'
    const failures = row.failures + (orphaned ? 1 : 0)
    // Of a worker that has died, or that handed it back before it saw that.
    if (row.cancel_requested_at !== null) {
      if (orphaned) await endRun(sql, before, { status: 'cancelled', error: null, cure: null, at })
      else await cancelQueued(sql, row.id, at)
      await ctx.queue.done(sql, held)
      return undefined
    }
    if (orphaned && failures > mostFailures) {
      await endRun(sql, before, {
        status: 'failed',
        error: `its worker died ${failures} times in a row before anything was loaded`,
        cure: 'see the memory and the log of the workers',
        at,
      })
      await ctx.queue.done(sql, held)
      return undefined
    }
    const isFull = (await runningOf(sql, integration.account_id, row.id)) >= accountLimit
    if (isFull || (await isVerifying(sql, integration.id, row.queued_at))) {
      const job = ctx.newId()
      const notBefore = new Date(Date.now() + turnPause)
      await requeueRun(sql, before, { job, failures, notBefore, error: row.error, cure: row.cure })
      await ctx.queue.done(sql, held)
      await ctx.queue.add(sql, [
        { id: job, run: row.id, group: integration.account_id, priority: priorityOf(row.trigger), notBefore },
      ])
      return undefined
    }
    const attempt = await takeRun(sql, row.id, { worker, failures, at })
    const started = (row.started_at ?? at).getTime()
    return { run: row.id, attempt, row, integration, failures, started, orphaned }
  })
}

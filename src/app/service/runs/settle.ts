/** The end of a turn: the run has ended, or goes back into the queue. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql } from '../../../store/database.ts'
import { endRun, requeueRun, tableStatuses } from '../../../store/run-progress.ts'
import type { Held } from '../../../store/turns.ts'
import type { ServiceContext } from '../context.ts'
import { priorityOf } from '../enqueue.ts'
import type { Taken } from './begin.ts'
import { type Keeper, LostRun } from './keep.ts'
import type { Outcome, Stopped } from './outcome.ts'

/** Ends the run or gives it back, and ends the turn, all or nothing. Throws `LostRun`. */
export async function settle(
  ctx: ServiceContext,
  keep: Keeper,
  taken: Taken,
  held: Held,
  outcome: Outcome,
  stopped: Stopped | undefined,
): Promise<void> {
  await keep.keep(async (sql) => {
    const isDone =
      outcome.kind === 'end' ? end(ctx, sql, taken, outcome) : again(ctx, sql, taken, outcome, stopped)
    if (!(await isDone)) throw new LostRun()
    await ctx.queue.done(sql, held)
  })
}

async function end(
  ctx: ServiceContext,
  sql: Sql,
  taken: Taken,
  { status, error, cure }: Extract<Outcome, { kind: 'end' }>,
): Promise<boolean> {
  const statuses = await tableStatuses(sql, taken.run)
  const well = statuses.filter((one) => one === 'ok').length
  const byTables =
    well === statuses.length ? 'succeeded' : well > 0 || statuses.includes('paused') ? 'partial' : 'failed'
  const reason =
    error ?? (status === undefined && byTables === 'failed' ? 'none of its tables could be read' : null)
  return endRun(sql, taken, {
    status: status ?? byTables,
    error: reason,
    cure: cure ?? (reason !== null && error === null ? 'see the reason of each table' : null),
    at: new Date(ctx.clock()),
  })
}

async function again(
  ctx: ServiceContext,
  sql: Sql,
  taken: Taken,
  { after, failures, error, cure }: Extract<Outcome, { kind: 'again' }>,
  stopped: Stopped | undefined,
): Promise<boolean> {
  const job = ctx.newId()
  const notBefore = after > 0 ? new Date(Date.now() + after) : null
  if (!(await requeueRun(sql, taken, { job, failures, notBefore, error, cure }))) return false
  await ctx.queue.add(sql, [
    {
      id: job,
      run: taken.run,
      group: taken.integration.account_id,
      // After a long turn it goes to the end of the queue.
      priority: stopped === 'long' ? 0 : priorityOf(taken.row.trigger),
      ...(notBefore === null ? {} : { notBefore }),
    },
  ])
  return true
}

/** Tries for half a minute: the store may be starting again. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 30_000
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof LostRun || Date.now() > deadline) throw error
      await sleep(500)
    }
  }
}

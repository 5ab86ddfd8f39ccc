/** Starts what is due. Any number of processes may: each integration is taken by one of them. */
import { transaction } from '../../store/database.ts'
import { dueIntegrations, type IntegrationRow, type NextRun, setNextRuns } from '../../store/integrations.ts'
import { readsOf } from '../../store/reads.ts'
import type { ServiceContext } from './context.ts'
import { enqueue } from './enqueue.ts'
import { storedOf } from './integration-view.ts'
import { dayOf } from './runs/meter.ts'
import { nextRun } from './schedules.ts'

/** At once, in one transaction. */
const most = 500

/**
 * Queues a run of each integration whose time has come, and sets its next time after now: however many were missed,
 * one run comes of them. None comes where one is open, or the account was read as often as it may be. Returns how
 * many were due.
 */
export async function startDue(ctx: ServiceContext): Promise<number> {
  const now = ctx.clock()
  return transaction(ctx.pool, async (sql) => {
    const due = await dueIntegrations(sql, new Date(now), most)
    if (due.length === 0) return 0
    const held = new Map<string, string>()
    for (const row of due) {
      const reason = await budgetSpent(ctx, row, now)
      if (reason !== undefined) held.set(row.id, reason)
    }
    const started = due.filter(({ id }) => !held.has(id))
    await enqueue(
      ctx,
      sql,
      started.map(({ id, account_id }) => ({
        integration_id: id,
        account_id,
        trigger: 'schedule',
        tables: null,
        full_refresh: false,
      })),
    )
    await setNextRuns(
      sql,
      due.map((row): NextRun => {
        const { schedule } = storedOf(row)
        const next = nextRun({ id: row.id, schedule, created: row.created_at.getTime() }, now)
        return {
          id: row.id,
          at: next === undefined ? null : new Date(next),
          held: held.get(row.id) ?? null,
        }
      }),
    )
    return due.length
  })
}

/** Why the schedule lets its tick pass; undefined when it does not. */
export async function budgetSpent(
  ctx: ServiceContext,
  row: IntegrationRow,
  now: number,
): Promise<string | undefined> {
  const { max_reads_per_month: limit } = storedOf(row).source
  if (limit === undefined) return undefined
  const reads = await readsOf(ctx.pool, row.account_id, dayOf(now))
  if (reads < limit) return undefined
  return `its account was read ${reads} times in 30 days, of ${limit} that are allowed: the schedule waits until older reads no longer count`
}

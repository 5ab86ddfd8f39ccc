/** Puts runs into the queue. */
import type { Sql } from '../../store/database.ts'
import { insertRuns, type NewRun } from '../../store/runs.ts'
import type { Trigger } from '../../store/work.ts'
import { currentTrace } from '../traces/tracer.ts'
import type { ServiceContext } from './context.ts'

/** What a person starts goes before what a schedule starts. */
const priorities = { person: 10, retry: 10, webhook: 5, schedule: 0 } as const

export const priorityOf = (trigger: Trigger): number => priorities[trigger]

export type Asked = Pick<NewRun, 'integration_id' | 'trigger' | 'tables' | 'full_refresh'> & {
  readonly account_id: string
}

/**
 * Queues runs and their first turns in the caller's transaction, except of integrations that have an open run.
 * Returns the ids of the runs by integration.
 */
export async function enqueue(
  ctx: ServiceContext,
  sql: Sql,
  asked: readonly Asked[],
): Promise<ReadonlyMap<string, string>> {
  const trace = currentTrace()
  const runs = asked.map((one) => ({ ...one, id: ctx.newId(), job_id: ctx.newId(), trace }))
  const queued = await insertRuns(sql, runs, new Date(ctx.clock()))
  const taken = runs.filter(({ id }) => queued.has(id))
  if (taken.length > 0) {
    await ctx.queue.add(
      sql,
      taken.map((run) => ({
        id: run.job_id,
        run: run.id,
        group: run.account_id,
        priority: priorityOf(run.trigger),
      })),
    )
  }
  return new Map(taken.map((run) => [run.integration_id, run.id]))
}

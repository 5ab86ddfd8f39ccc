import { transaction } from '../../../store/database.ts'
import { lockOpenVerifications } from '../../../store/verifications.ts'
import { setJob } from '../../../store/work.ts'
import type { ServiceContext } from '../context.ts'

/**
 * Queues open verifications anew of which the queue has no turn, as after a backup was restored, which has no queue in
 * it. Returns how many there were.
 */
export async function adoptVerifications(ctx: ServiceContext): Promise<number> {
  const { verifications } = ctx.queue
  return transaction(ctx.pool, async (sql) => {
    const open = await lockOpenVerifications(sql)
    const missing = await verifications.missing(
      sql,
      open.flatMap(({ job_id }) => job_id ?? []),
    )
    const turns = open
      .filter(({ job_id }) => job_id === null || missing.has(job_id))
      .map(({ id, account_id }) => ({ id: ctx.newId(), verification: id, group: account_id, priority: 0 }))
    for (const { id, verification } of turns) await setJob(sql, 'verify_runs', verification, id)
    if (turns.length > 0) await verifications.add(sql, turns)
    return turns.length
  })
}

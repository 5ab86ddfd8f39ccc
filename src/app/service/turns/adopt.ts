import { transaction } from '../../../store/database.ts'
import { lockOpenWork, setJob, type WorkRow } from '../../../store/work.ts'
import type { ServiceContext } from '../context.ts'
import type { Kind } from './kind.ts'

/**
 * Queues anew what is open and of which the queue has no turn, as after a backup was restored, which has no queue in it.
 * Returns how many there were.
 */
export async function adopt<Row extends WorkRow, Of extends object>(
  ctx: ServiceContext,
  kind: Kind<Row, Of>,
): Promise<number> {
  const line = kind.line(ctx)
  return transaction(ctx.pool, async (sql) => {
    const open = await lockOpenWork(sql, kind.work)
    const missing = await line.missing(
      sql,
      open.flatMap(({ job_id }) => job_id ?? []),
    )
    const lost = open.filter(({ job_id }) => job_id === null || missing.has(job_id))
    for (const { id, trigger, account_id: group } of lost) {
      const job = ctx.newId()
      await setJob(sql, kind.work, id, job)
      await line.add(sql, [{ ...kind.of(id), id: job, group, priority: kind.priority(trigger) }])
    }
    return lost.length
  })
}

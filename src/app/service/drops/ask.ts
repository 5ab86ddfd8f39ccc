/** Asks for an integration's tables to be dropped, and sees to it that a worker does. */
import type { Sql } from '../../../store/database.ts'
import { transaction } from '../../../store/database.ts'
import { insertDrop, isDropping, lockDrop, lockOpenDrops, requeueDrop } from '../../../store/drops.ts'
import type { IntegrationRow } from '../../../store/integrations.ts'
import type { ServiceContext } from '../context.ts'
import { ConflictError } from '../errors.ts'

/** Before what schedules start: whoever deletes is waiting for the room, or for the name. */
export const dropPriority = 10

/**
 * In the caller's transaction, in which the integration is locked and deleted, or was before. Once more does nothing,
 * except after one that failed, which is tried again. Throws `ConflictError` when the tables are not its own any more.
 */
export async function askForDrop(ctx: ServiceContext, sql: Sql, row: IntegrationRow): Promise<void> {
  if (row.name_released) {
    throw new ConflictError(
      `another integration has taken over the name ${row.name}, and with it the tables`,
      {
        cure: 'delete that one with its tables',
      },
    )
  }
  if (row.destination_id === null) {
    if ((await lockDrop(sql, row.id))?.status === 'done') return
    throw new ConflictError(`it is not known any more which warehouse ${row.name} loaded into`, {
      cure: `drop the schema ${row.name} there by hand`,
    })
  }
  const job = ctx.newId()
  if (!(await insertDrop(sql, { integration: row.id, job, at: new Date(ctx.clock()) }))) return
  await ctx.queue.add(sql, [{ id: job, drop: row.id, group: row.account_id, priority: dropPriority }])
}

/** Throws `ConflictError` while tables of the name are to be dropped: those of its next holder would be, too. */
export async function mustNotBeDropping(sql: Sql, name: string): Promise<void> {
  if (!(await isDropping(sql, name))) return
  throw new ConflictError(`the tables of the integration ${name} that was deleted are being dropped`, {
    cure: 'wait until that is done, or choose another name',
  })
}

/** Queues open drops anew of which the queue has no job, as after a backup was restored. Returns how many there were. */
export async function adoptDrops(ctx: ServiceContext): Promise<number> {
  return transaction(ctx.pool, async (sql) => {
    const open = await lockOpenDrops(sql)
    const missing = await ctx.queue.missing(
      sql,
      open.flatMap(({ job_id }) => job_id ?? []),
    )
    const lost = open.filter(({ job_id }) => job_id === null || missing.has(job_id))
    for (const { integration_id, job_id, account_id, failures } of lost) {
      const job = ctx.newId()
      const next = { job, failures, error: null, cure: null }
      await requeueDrop(sql, { integration: integration_id, job: job_id }, next)
      await ctx.queue.add(sql, [{ id: job, drop: integration_id, group: account_id, priority: dropPriority }])
    }
    return lost.length
  })
}

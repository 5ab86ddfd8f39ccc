import { transaction } from '../../../store/database.ts'
import { dueForVerify, setNextVerify } from '../../../store/integrations.ts'
import type { ServiceContext } from '../context.ts'
import { storedOf } from '../integration-view.ts'
import { nextDate } from '../schedules.ts'
import { queueVerification } from './queue.ts'

/** At once, in one transaction. */
const most = 100

/**
 * Queues a verification of each integration whose time for it has come, and sets its next time after now: however many
 * were missed, one comes of them, and none where one is open. Any number of processes may. Returns how many were due.
 */
export async function startDueVerifications(ctx: ServiceContext): Promise<number> {
  const now = ctx.clock()
  return transaction(ctx.pool, async (sql) => {
    const due = await dueForVerify(sql, new Date(now), most)
    for (const row of due) {
      const { schedule, max_requests } = storedOf(row).verify
      await queueVerification(ctx, sql, row, {
        ...{ trigger: 'schedule', tables: null, repair: false, max_requests },
      })
      const created = row.created_at.getTime()
      await setNextVerify(sql, row.id, nextDate({ id: row.id, schedule, created }, now))
    }
    return due.length
  })
}

/** The beginning of a turn: whether there is still something to do, and by whom. */
import { transaction } from '../../../store/database.ts'
import { integrationById } from '../../../store/integrations.ts'
import type { Holding } from '../../../store/turns.ts'
import { lockAccount, take, type WorkRow } from '../../../store/work.ts'
import type { ServiceContext } from '../context.ts'
import type { Kind, Taken } from './kind.ts'
import { outcomeOfDeath } from './outcome.ts'
import { again, end } from './settle.ts'

/** Until what has to wait for others is looked at again. Milliseconds. */
export const turnPause = 2_000

/**
 * Takes a turn for this worker. Undefined when there is nothing to do: it has ended, is another job's, was to be
 * cancelled, has killed several workers, or has to wait. The turn is done then, and of what waits another is queued.
 */
export async function begin<Row extends WorkRow, Of extends object>(
  ctx: ServiceContext,
  kind: Kind<Row, Of>,
  held: Holding & Of,
  worker: string,
): Promise<Taken<Row, Of> | undefined> {
  const at = new Date(ctx.clock())
  return transaction(ctx.pool, async (sql) => {
    const row = await kind.lock(sql, kind.idOf(held))
    const isOpen = row?.status === 'queued' || row?.status === 'running'
    const isOurs = row !== undefined && isOpen && row.job_id === held.id
    const integration = isOurs ? await integrationById(sql, row.integration_id) : undefined
    if (!row || !integration) {
      await kind.line(ctx).done(sql, held)
      return undefined
    }
    // A turn that ends well leaves it queued, or ended.
    const orphaned = row.status === 'running'
    const failures = row.failures + (orphaned ? 1 : 0)
    const { id, attempt, error, cure } = row
    const before = { id, attempt, row, integration, held, failures }
    if (row.cancel_requested_at !== null) {
      // Of a worker that has died, or that handed it back before it saw that.
      await end(ctx, sql, kind, before, { status: 'cancelled', error: null, cure: null, at })
      return undefined
    }
    if (orphaned) {
      const outcome = outcomeOfDeath(failures, ctx.timing, kind.nowhere)
      await kind.onDeath(sql, before, outcome, at)
      if (outcome?.kind === 'end') await end(ctx, sql, kind, before, { ...outcome, at })
      else if (outcome) await again(ctx, sql, kind, before, outcome)
      if (outcome) return undefined
    }
    await lockAccount(sql, integration.account_id)
    const waitsFor = await kind.waitsFor(sql, row, integration.account_id, at)
    if (waitsFor !== null) {
      await again(ctx, sql, kind, before, { after: turnPause, failures, waitsFor, error, cure })
      return undefined
    }
    return { ...before, attempt: await take(sql, kind.work, id, { worker, failures, at }) }
  })
}

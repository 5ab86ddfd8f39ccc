/** The beginning of a turn at a verification: whether it is still to be worked at, and by whom. */
import { type Sql, transaction } from '../../../store/database.ts'
import { type IntegrationRow, integrationById } from '../../../store/integrations.ts'
import { lockAccount } from '../../../store/run-progress.ts'
import { isRunInTheWay } from '../../../store/runs.ts'
import type { HeldVerification } from '../../../store/turns.ts'
import { lockVerification, type VerificationRow, verifyingOf } from '../../../store/verifications.ts'
import {
  endVerification,
  requeueVerification,
  takeVerification,
  type VerificationAttempt,
} from '../../../store/verify-progress.ts'
import type { ServiceContext } from '../context.ts'
import { mostFailures, turnPause } from '../runs/begin.ts'

export interface TakenVerification extends VerificationAttempt {
  readonly row: VerificationRow
  readonly integration: IntegrationRow
  readonly failures: number
}

/**
 * Takes the verification of a turn for this worker. Undefined when there is nothing to do, and the turn is done then:
 * it has ended, is another job's, was to be cancelled, has killed too many workers, or has to wait: for a run of its
 * integration, or for another verification of its account.
 */
export async function beginVerification(
  ctx: ServiceContext,
  held: HeldVerification,
  worker: string,
): Promise<TakenVerification | undefined> {
  const at = new Date(ctx.clock())
  const { verifications } = ctx.queue
  return transaction(ctx.pool, async (sql) => {
    const row = await lockVerification(sql, held.verification)
    const isOurs = row?.job_id === held.id && row.ended_at === null
    const integration = isOurs ? await integrationById(sql, row.integration_id) : undefined
    if (!row || !integration) {
      await verifications.done(sql, held)
      return undefined
    }
    const before: VerificationAttempt = { verification: row.id, attempt: row.attempt }
    // A turn that ends well leaves it queued, or ended.
    const orphaned = row.status === 'running'
    const failures = row.failures + (orphaned ? 1 : 0)
    const hopeless = hopelessOf(row, orphaned, failures)
    if (hopeless) {
      await endVerification(sql, before, { ...hopeless, found: null, report: null, at })
      await verifications.done(sql, held)
      return undefined
    }
    await lockAccount(sql, integration.account_id)
    const waitsFor = await inTheWay(sql, row, integration.account_id, at)
    if (waitsFor) {
      const job = ctx.newId()
      const notBefore = new Date(Date.now() + turnPause)
      const { error, cure } = row
      await requeueVerification(sql, before, { job, failures, notBefore, waitsFor, error, cure })
      await verifications.done(sql, held)
      await verifications.add(sql, [
        { id: job, verification: row.id, group: integration.account_id, priority: 0, notBefore },
      ])
      return undefined
    }
    const attempt = await takeVerification(sql, row.id, { worker, failures, at })
    return { verification: row.id, attempt, row, integration, failures }
  })
}

/** How it ends without another turn. */
function hopelessOf(row: VerificationRow, orphaned: boolean, failures: number) {
  // Of a worker that has died, or that handed it back before it saw that.
  if (row.cancel_requested_at !== null) {
    return { status: 'cancelled', error: null, cure: null } as const
  }
  if (!orphaned || failures <= mostFailures) return undefined
  return {
    status: 'failed',
    error: `its worker died ${failures} times in a row`,
    cure: 'see the memory and the log of the workers',
  } as const
}

async function inTheWay(
  sql: Sql,
  row: VerificationRow,
  account: string,
  at: Date,
): Promise<VerificationRow['waits_for']> {
  if (await isRunInTheWay(sql, row.integration_id, { before: row.queued_at, at })) return 'run'
  return (await verifyingOf(sql, account, row.id)) > 0 ? 'account' : null
}

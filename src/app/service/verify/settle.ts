/** The end of a turn at a verification: it has ended, or goes back into the queue. */
import type { VerifyReport } from '../../../core/verify-report.ts'
import type { Sql } from '../../../store/database.ts'
import type { HeldVerification } from '../../../store/turns.ts'
import {
  endVerification,
  requeueVerification,
  setProgress,
  setVerifiedTables,
} from '../../../store/verify-progress.ts'
import { redact } from '../../redact.ts'
import type { ServiceContext } from '../context.ts'
import type { VerifyingTable } from '../resources/verification.ts'
import { LostRun } from '../runs/keep.ts'
import { outcomeOf } from '../runs/outcome.ts'
import type { Stopper } from '../runs/stopper.ts'
import type { TakenVerification } from './begin.ts'
import { sumOf } from './view.ts'

export interface VerificationHow {
  readonly ended: VerifyReport | undefined
  readonly error: unknown
  readonly stopper: Stopper
  readonly requests: number
  readonly progress: readonly VerifyingTable[]
}

/** Writes what became of it, and gives it in words. Throws `LostRun`. */
export async function settleVerification(
  ctx: ServiceContext,
  sql: Sql,
  taken: TakenVerification,
  held: HeldVerification,
  how: VerificationHow,
): Promise<string> {
  const at = new Date(ctx.clock())
  const { ended, error, stopper } = how
  // The integration's tables before the verification, as whoever deletes the integration locks them.
  if (ended) await setVerifiedTables(sql, taken.integration.id, taken.verification, tablesOf(how), at)
  if (!(await setProgress(sql, taken, how))) throw new LostRun()
  await ctx.queue.verifications.done(sql, held)
  if (ended) {
    const found = JSON.stringify(sumOf(ended))
    const report = redact(JSON.stringify(ended))
    await endVerification(sql, taken, { status: ended.status, found, report, error: null, cure: null, at })
    return ended.status
  }
  const cure = 'see what is in the way, and start it again'
  const outcome = outcomeOf(stopper.why(), error, taken.failures, ctx.timing, cure)
  if (outcome.kind === 'end') {
    const status = outcome.status === 'partial' ? 'incomplete' : (outcome.status ?? 'failed')
    await endVerification(sql, taken, { ...outcome, status, found: null, report: null, at })
    return outcome.error === null ? status : `${status}: ${outcome.error}`
  }
  const job = ctx.newId()
  const notBefore = outcome.after > 0 ? new Date(Date.now() + outcome.after) : null
  await requeueVerification(sql, taken, { ...outcome, job, notBefore, waitsFor: null })
  await ctx.queue.verifications.add(sql, [
    {
      id: job,
      verification: taken.verification,
      group: taken.integration.account_id,
      priority: 0,
      ...(notBefore === null ? {} : { notBefore }),
    },
  ])
  return outcome.error === null
    ? 'handed back, since this worker stops; another begins it anew'
    : `tried again in ${Math.round(outcome.after / 1000)} s: ${outcome.error}`
}

/** As they are called in the warehouse. */
function tablesOf({ ended, progress }: VerificationHow) {
  const names = new Map(progress.map(({ stream, table }) => [stream, table]))
  return (ended?.tables ?? []).map(({ stream, table, status }) => ({
    stream,
    table: names.get(stream) ?? table,
    status,
  }))
}

/** The end of a turn at a verification: it has ended, or goes back into the queue. */
import type { VerifyReport } from '../../../core/verify-report.ts'
import type { LeftState } from '../../../core/verify-state.ts'
import type { Sql } from '../../../store/database.ts'
import type { OfVerification } from '../../../store/turns.ts'
import type { VerificationRow } from '../../../store/verifications.ts'
import { setProgress, setReport, setVerifiedTables } from '../../../store/verify-progress.ts'
import { redact } from '../../redact.ts'
import type { ServiceContext } from '../context.ts'
import type { VerifyingTable } from '../resources/verification.ts'
import { LostTurn, type Taken } from '../turns/kind.ts'
import type { Outcome } from '../turns/outcome.ts'
import { again, end } from '../turns/settle.ts'
import { verifyKind } from './kind.ts'
import { sumOf } from './view.ts'

export interface VerificationHow {
  readonly ended: VerifyReport | undefined
  /** What was found so far, for the next turn. */
  readonly state: LeftState | undefined
  /** What becomes of it where it has not ended. */
  readonly outcome: Outcome
  readonly requests: number
  readonly progress: readonly VerifyingTable[]
}

/** Writes what became of it, in the caller's transaction, and gives it in words. Throws `LostTurn`. */
export async function settleVerification(
  ctx: ServiceContext,
  sql: Sql,
  taken: Taken<VerificationRow, OfVerification>,
  how: VerificationHow,
): Promise<string> {
  const at = new Date(ctx.clock())
  const { ended, outcome } = how
  // The integration's tables before the verification, as whoever deletes the integration locks them.
  if (ended) await setVerifiedTables(sql, taken.integration.id, taken.id, tablesOf(how), at)
  if (!(await setProgress(sql, taken, how))) throw new LostTurn()
  if (ended) {
    await setReport(sql, taken.id, {
      found: JSON.stringify(sumOf(ended)),
      report: redact(JSON.stringify(ended)),
    })
    await end(ctx, sql, verifyKind, taken, { status: ended.status, error: null, cure: null, at })
    return ended.status
  }
  if (outcome.kind === 'end') {
    const status = outcome.status === 'partial' ? 'incomplete' : (outcome.status ?? 'failed')
    await end(ctx, sql, verifyKind, taken, { ...outcome, status, at })
    return outcome.error === null ? status : `${status}: ${outcome.error}`
  }
  await again(ctx, sql, verifyKind, taken, outcome)
  return outcome.error === null
    ? 'handed back, since this worker stops; another goes on where it was'
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

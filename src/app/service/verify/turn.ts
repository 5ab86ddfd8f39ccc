/** A turn of a worker at a verification: from the start to its end, or to what stops it. */
import { ConfigError } from '../../../core/errors.ts'
import type { VerifyReport } from '../../../core/verify-report.ts'
import type { LeftState } from '../../../core/verify-state.ts'
import { called } from '../../../destinations/registry.ts'
import { transaction } from '../../../store/database.ts'
import type { HeldVerification, OfVerification } from '../../../store/turns.ts'
import type { VerificationRow } from '../../../store/verifications.ts'
import { setProgress, verificationState } from '../../../store/verify-progress.ts'
import { none, reportingTo, runSpans } from '../../traces/run-spans.ts'
import { runVerify } from '../../verify.ts'
import type { ServiceContext } from '../context.ts'
import type { VerifyingTable } from '../resources/verification.ts'
import { clean } from '../runs/narrator.ts'
import { planRun } from '../runs/plan-run.ts'
import { LostTurn, type Taken } from '../turns/kind.ts'
import type { Stopper } from '../turns/stopper.ts'
import { type Doing, type TurnOptions, turn } from '../turns/turn.ts'
import { watched } from '../turns/watch.ts'
import { verifyKind } from './kind.ts'
import { progressOf } from './progress.ts'
import { settleVerification } from './settle.ts'
import { streamsOf } from './tables.ts'

/** Does a turn. Throws only when the store cannot be reached for long; the queue then hands the turn out again. */
export function takeVerificationTurn(
  ctx: ServiceContext,
  held: HeldVerification,
  options: TurnOptions,
): Promise<void> {
  return turn(ctx, verifyKind, held, options, (taken, stopper) => verifying(ctx, taken, stopper))
}

function verifying(
  ctx: ServiceContext,
  taken: Taken<VerificationRow, OfVerification>,
  stopper: Stopper,
): Doing {
  const { row, integration } = taken
  let ended: VerifyReport | undefined
  const { requests } = row
  let progress = progressOf(new Map(), { requests, progress: [] })
  let found: (() => LeftState) | undefined
  /** The newest that is written down: how many windows it has, and when it was. */
  let kept = { windows: 0, at: ctx.clock() }
  let progressed = false
  let spans = none
  const tell = async () => {
    const state = isTime() ? found?.() : undefined
    const isNews = state !== undefined && state.windows > kept.windows
    const told = await setProgress(ctx.pool, taken, { ...progress.now(), ...(isNews ? { state } : {}) })
    if (!told) throw new LostTurn()
    if (isNews) kept = { windows: state.windows, at: ctx.clock() }
    progressed ||= isNews
    return told
  }
  // After tries that got nowhere each window counts, since the next worker may die as soon.
  const isTime = () => taken.failures > 0 || ctx.clock() - kept.at >= ctx.timing.keep
  const comparing = async () => {
    const limit = requestsLeft(row)
    await using plan = await planRun(ctx, integration, (message) =>
      ctx.log('warn', `verification ${row.id} of ${integration.name}: ${clean(message)}`),
    )
    const streams = streamsOf(plan.streams, row.tables)
    const tables = new Map(
      streams.map(({ name }) => [
        name,
        called(plan.destination, integration.name, plan.tables.get(name) ?? name),
      ]),
    )
    const from = await verificationState(ctx.pool, row.id)
    const before = from === null ? [] : (row.progress as readonly VerifyingTable[])
    progress = progressOf(tables, { requests, progress: before })
    kept = { windows: windowsOf(from), at: ctx.clock() }
    spans = runSpans(ctx.tracer, {
      name: 'verification',
      attributes: {
        'sluice.integration': integration.name,
        'sluice.verification.id': row.id,
        'sluice.verification.attempt': taken.attempt,
        'sluice.verification.reason': row.trigger,
        'sluice.repair': row.repair,
      },
      origin: { link: row.trace ?? undefined },
      tables,
    })
    ended = await watched(ctx, stopper, tell, () =>
      runVerify(
        { ...plan, streams },
        {
          ...limit,
          repair: row.repair,
          settle: ctx.timing.settle,
          signal: stopper.signal,
          report: reportingTo(progress.report, spans),
          from,
          follow: (state) => {
            found = state
          },
        },
      ),
    )
  }
  return {
    async work() {
      try {
        await comparing()
      } finally {
        const how = ended?.status ?? stopper.why() ?? 'failed'
        spans.end(how, { failed: how === 'failed' })
      }
    },
    progressed: () => progressed,
    settle: (outcome) =>
      transaction(ctx.pool, (sql) =>
        settleVerification(ctx, sql, taken, { ended, outcome, state: found?.(), ...progress.now() }),
      ),
  }
}

/** How far what was written down had come. */
const windowsOf = (state: unknown) => (state as LeftState | null)?.windows ?? 0

/** What earlier attempts have asked counts. Throws `ConfigError` when nothing is left. */
function requestsLeft({ max_requests: most, requests }: VerificationRow): { readonly maxRequests?: number } {
  if (most === null) return {}
  if (requests < most) return { maxRequests: most - requests }
  throw new ConfigError(`the ${most} requests that it may make went into attempts that were cut off`, {
    cure: 'start it again',
  })
}

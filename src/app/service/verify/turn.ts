/** One turn of a worker at a verification: from the start to its end, or to what stops it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError } from '../../../core/errors.ts'
import type { VerifyReport } from '../../../core/verify-report.ts'
import { called } from '../../../destinations/registry.ts'
import { transaction } from '../../../store/database.ts'
import type { HeldVerification } from '../../../store/turns.ts'
import type { VerificationRow } from '../../../store/verifications.ts'
import { setProgress } from '../../../store/verify-progress.ts'
import { runVerify } from '../../verify.ts'
import type { ServiceContext } from '../context.ts'
import { LostRun } from '../runs/keep.ts'
import { clean } from '../runs/narrator.ts'
import { planRun } from '../runs/plan-run.ts'
import { patiently } from '../runs/settle.ts'
import { type Stopper, stopping } from '../runs/stopper.ts'
import type { TurnOptions } from '../runs/turn.ts'
import { isBug } from '../values.ts'
import { beginVerification, type TakenVerification } from './begin.ts'
import { type Progress, progressOf } from './progress.ts'
import { settleVerification } from './settle.ts'
import { streamsOf } from './tables.ts'

/** Does a turn. Throws only when the store cannot be reached for long; the queue then hands the turn out again. */
export async function takeVerificationTurn(
  ctx: ServiceContext,
  held: HeldVerification,
  options: TurnOptions,
): Promise<void> {
  const taken = await beginVerification(ctx, held, options.worker)
  if (!taken) return
  const { row, integration } = taken
  const what = `verification ${row.id} of ${integration.name}`
  ctx.log('info', `${what}: began (attempt ${taken.attempt})`)
  const stopper = stopping(ctx, options.stop)
  let ended: VerifyReport | undefined
  let error: unknown
  let progress = progressOf(new Map(), row.requests)
  try {
    const limit = requestsLeft(row)
    await using plan = await planRun(ctx, integration, (message) =>
      ctx.log('warn', `${what}: ${clean(message)}`),
    )
    const streams = streamsOf(plan.streams, row.tables)
    const tables = new Map(
      streams.map(({ name }) => [
        name,
        called(plan.destination, integration.name, plan.tables.get(name) ?? name),
      ]),
    )
    progress = progressOf(tables, row.requests)
    ended = await watched(ctx, taken, progress, stopper, () =>
      runVerify(
        { ...plan, streams },
        {
          ...limit,
          repair: row.repair,
          settle: ctx.timing.settle,
          signal: stopper.signal,
          report: progress.report,
        },
      ),
    )
  } catch (thrown) {
    error = thrown
  } finally {
    stopper.end()
  }
  if (stopper.why() === 'lost') {
    ctx.log('warn', `${what}: another worker has taken it over`)
    return
  }
  if (ended === undefined && stopper.why() === undefined && error instanceof Error && isBug(error)) {
    ctx.log('error', `${what}: ${clean(error.stack ?? String(error))}`)
  }
  try {
    const how = { ended, error, stopper, ...progress.now() }
    const said = await patiently(() =>
      transaction(ctx.pool, (sql) => settleVerification(ctx, sql, taken, held, how)),
    )
    ctx.log('info', `${what}: ${said}`)
  } catch (thrown) {
    if (!(thrown instanceof LostRun)) throw thrown
    ctx.log('warn', `${what}: another worker has taken it over`)
  }
}

/** What earlier attempts have asked counts. Throws `ConfigError` when nothing is left. */
function requestsLeft({ max_requests: most, requests }: VerificationRow): { readonly maxRequests?: number } {
  if (most === null) return {}
  if (requests < most) return { maxRequests: most - requests }
  throw new ConfigError(`the ${most} requests that it may make went into attempts that were cut off`, {
    cure: 'start it again',
  })
}

/** Does the work, writing how far it is now and then, and stops it when the store says that it is over. */
async function watched<T>(
  ctx: ServiceContext,
  taken: TakenVerification,
  progress: Progress,
  stopper: Stopper,
  work: () => Promise<T>,
): Promise<T> {
  const over = new AbortController()
  const watch = async () => {
    while (!over.signal.aborted) {
      try {
        const told = await setProgress(ctx.pool, taken, progress.now())
        if (!told) stopper.stop('lost')
        else if (told.cancelRequested) stopper.stop('cancelled')
      } catch (error) {
        ctx.log('warn', `a verification could not be written down: ${(error as Error).message}`)
      }
      await sleep(ctx.timing.flush, undefined, { signal: over.signal }).catch(() => {})
    }
  }
  const watching = watch()
  try {
    return await work()
  } finally {
    over.abort()
    await watching
  }
}

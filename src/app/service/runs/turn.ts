/** One turn of a worker at a run: plans it, runs it, writes what it tells, and says what becomes of it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { called } from '../../../destinations/registry.ts'
import { setTableRuns } from '../../../store/run-progress.ts'
import type { Held } from '../../../store/turns.ts'
import type { Plan } from '../../plan.ts'
import { runSync } from '../../run-sync.ts'
import type { ServiceContext } from '../context.ts'
import { isBug } from '../values.ts'
import { beginTurn, type Taken } from './begin.ts'
import { type Keeper, keeper, LostRun } from './keep.ts'
import { clean } from './narrator.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { planRun } from './plan-run.ts'
import { type Recorder, recorder } from './recorder.ts'
import { patiently, settle } from './settle.ts'
import { type Stopper, stopping } from './stopper.ts'
import { greet, tell, wordsOf } from './turn-words.ts'

export interface TurnOptions {
  /** The worker's name. */
  readonly worker: string
  /** Aborted when the worker stops: the run is brought to a checkpoint and handed back. */
  readonly stop: AbortSignal
}

/** Does a turn. Throws only when the store cannot be reached for long; the queue then hands the turn out again. */
export async function takeTurn(ctx: ServiceContext, held: Held, options: TurnOptions): Promise<void> {
  const taken = await beginTurn(ctx, held, options.worker)
  if (!taken) return
  const what = `run ${taken.run} of ${taken.integration.name}`
  ctx.log('info', `${what}: began (attempt ${taken.attempt})`)
  const stopper = stopping(ctx, options.stop)
  let error: unknown
  let unread = 0
  let record: Recorder = recorder([], ctx.clock)
  let keep = keeper(ctx, attemptOf(taken), record)
  try {
    await using plan = await planRun(ctx, taken.integration, (message) => record.say('warn', message))
    record = recorderOf(plan, ctx)
    keep = keeper(ctx, attemptOf(taken), record)
    greet(record, taken, plan, options.worker)
    await keep.keep((sql) => setTableRuns(sql, taken.run, recordedTables(plan)))
    await working(ctx, keep, stopper, () =>
      runSync(plan, {
        signal: stopper.signal,
        report: record.report,
        wholeSince: wholeSince(taken, plan),
      }).then(({ accounts }) => {
        if (!accounts) return
        record.accountsEnded(accounts)
        unread = accounts.filter(({ status }) => status === 'failed').length
      }),
    )
  } catch (thrown) {
    error = thrown
  } finally {
    stopper.end()
  }
  if (error instanceof LostRun || stopper.why() === 'lost') {
    ctx.log('warn', `${what}: another worker has taken it over`)
    return
  }
  // What was stopped and still came to its end has ended.
  const stopped = error === undefined ? undefined : stopper.why()
  const outcome = withUnread(outcomeOf(stopped, error, taken.failures, ctx.timing), unread)
  if (stopped === undefined && outcome.kind === 'end' && error instanceof Error && isBug(error)) {
    ctx.log('error', `${what}: ${clean(error.stack ?? String(error))}`)
  }
  tell(record, outcome, stopped)
  try {
    await patiently(() => settle(ctx, keep, taken, held, outcome, stopped))
    ctx.log('info', `${what}: ${wordsOf(outcome, stopped)}`)
  } catch (thrown) {
    if (!(thrown instanceof LostRun)) throw thrown
    ctx.log('warn', `${what}: another worker has taken it over`)
  }
}

/** Its tables may all be well: those of the accounts that could be read. */
function withUnread(outcome: Outcome, unread: number): Outcome {
  if (unread === 0 || outcome.kind !== 'end' || outcome.status !== undefined) return outcome
  return {
    kind: 'end',
    status: 'partial',
    error: `${unread} of its accounts could not be read`,
    cure: 'see in the log which, and why',
  }
}

const attemptOf = ({ run, attempt, integration }: Taken) => ({ run, attempt, integration: integration.id })

const recordedTables = ({ source, streams, settings, destination }: Plan) =>
  [...source.tables(streams)].map(([stream, { name, columns }]) => ({
    stream,
    table: called(destination, settings.name, name),
    source: name,
    columns: columns.length,
  }))

/** A full refresh is of the tables that were asked for, or of all. What an earlier turn has begun of it is carried on. */
const wholeSince = ({ row, started }: Taken, { streams }: Plan) =>
  new Map(
    row.full_refresh ? (row.tables ?? streams.map(({ name }) => name)).map((name) => [name, started]) : [],
  )

const recorderOf = (plan: Plan, ctx: ServiceContext) => recorder(recordedTables(plan), ctx.clock)

/** Does the work, writing what it tells now and then and stopping it when the store says so. */
async function working(
  ctx: ServiceContext,
  keep: Keeper,
  stopper: Stopper,
  work: () => Promise<unknown>,
): Promise<void> {
  let going = true
  const over = new AbortController()
  const watch = async () => {
    while (going) {
      await sleep(ctx.timing.flush, undefined, { signal: over.signal }).catch(() => {})
      if (!going) return
      try {
        const { cancelRequested, othersWait } = await keep.keep()
        if (cancelRequested) stopper.stop('cancelled')
        else if (othersWait && stopper.elapsed() >= ctx.timing.turn) stopper.stop('long')
      } catch (error) {
        if (error instanceof LostRun) stopper.stop('lost')
        else
          ctx.log(
            'warn',
            `a run could not be written down, which is tried again: ${(error as Error).message}`,
          )
      }
    }
  }
  const watching = watch()
  try {
    await work()
  } finally {
    going = false
    over.abort()
    await watching
  }
}

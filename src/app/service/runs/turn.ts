/** One turn of a worker at a run: plans it, runs it, writes what it tells, and says what becomes of it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql } from '../../../store/database.ts'
import type { Held } from '../../../store/queue.ts'
import { endRun, requeueRun, setTableRuns, tableStatuses } from '../../../store/run-progress.ts'
import type { Plan } from '../../plan.ts'
import { runSync } from '../../run-sync.ts'
import type { ServiceContext } from '../context.ts'
import { priorityOf } from '../enqueue.ts'
import { isBug } from '../values.ts'
import { beginTurn, type Taken } from './begin.ts'
import { type Keeper, keeper, LostRun } from './keep.ts'
import { clean } from './narrator.ts'
import { type Outcome, outcomeOf, type Stopped } from './outcome.ts'
import { planRun } from './plan-run.ts'
import { type Recorder, recorder } from './recorder.ts'

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
      }).then(({ accounts = [] }) => {
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

const recordedTables = ({ source, streams, settings }: Plan) =>
  [...source.tables(streams)].map(([stream, { name, columns }]) => ({
    stream,
    table: `${settings.name}.${name}`,
    source: name,
    columns: columns.length,
  }))

/** A full refresh is of the tables that were asked for, or of all. What an earlier turn has begun of it is carried on. */
const wholeSince = ({ row, started }: Taken, { streams }: Plan) =>
  new Map(
    row.full_refresh ? (row.tables ?? streams.map(({ name }) => name)).map((name) => [name, started]) : [],
  )

const recorderOf = (plan: Plan, ctx: ServiceContext) => recorder(recordedTables(plan), ctx.clock)

interface Stopper {
  readonly signal: AbortSignal
  /** The first reason counts. */
  stop(why: Stopped): void
  why(): Stopped | undefined
  /** Milliseconds since the turn began. */
  elapsed(): number
  end(): void
}

function stopping(ctx: ServiceContext, workerStops: AbortSignal): Stopper {
  const controller = new AbortController()
  const began = ctx.clock()
  let reason: Stopped | undefined
  const stop = (why: Stopped) => {
    // Whoever has lost the run must write nothing, whatever it was stopped for before.
    if (reason === undefined || why === 'lost') reason = why
    controller.abort(new Error(`the turn is stopped: ${why}`))
  }
  const onStop = () => stop('stopping')
  if (workerStops.aborted) onStop()
  workerStops.addEventListener('abort', onStop, { once: true })
  return {
    signal: controller.signal,
    stop,
    why: () => reason,
    elapsed: () => ctx.clock() - began,
    end: () => workerStops.removeEventListener('abort', onStop),
  }
}

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

/** Ends the run or gives it back, and ends the turn, all or nothing. Throws `LostRun`. */
async function settle(
  ctx: ServiceContext,
  keep: Keeper,
  taken: Taken,
  held: Held,
  outcome: Outcome,
  stopped: Stopped | undefined,
): Promise<void> {
  await keep.keep(async (sql) => {
    const isDone =
      outcome.kind === 'end' ? end(ctx, sql, taken, outcome) : again(ctx, sql, taken, outcome, stopped)
    if (!(await isDone)) throw new LostRun()
    await ctx.queue.done(sql, held)
  })
}

async function end(
  ctx: ServiceContext,
  sql: Sql,
  taken: Taken,
  { status, error, cure }: Extract<Outcome, { kind: 'end' }>,
): Promise<boolean> {
  const statuses = await tableStatuses(sql, taken.run)
  const well = statuses.filter((one) => one === 'ok').length
  const byTables =
    well === statuses.length ? 'succeeded' : well > 0 || statuses.includes('paused') ? 'partial' : 'failed'
  const reason =
    error ?? (status === undefined && byTables === 'failed' ? 'none of its tables could be read' : null)
  return endRun(sql, taken, {
    status: status ?? byTables,
    error: reason,
    cure: cure ?? (reason !== null && error === null ? 'see the reason of each table' : null),
    at: new Date(ctx.clock()),
  })
}

async function again(
  ctx: ServiceContext,
  sql: Sql,
  taken: Taken,
  { after, failures, error, cure }: Extract<Outcome, { kind: 'again' }>,
  stopped: Stopped | undefined,
): Promise<boolean> {
  const job = ctx.newId()
  const notBefore = after > 0 ? new Date(Date.now() + after) : null
  if (!(await requeueRun(sql, taken, { job, failures, notBefore, error, cure }))) return false
  await ctx.queue.add(sql, [
    {
      id: job,
      run: taken.run,
      group: taken.integration.account_id,
      // After a long turn it goes to the end of the queue.
      priority: stopped === 'long' ? 0 : priorityOf(taken.row.trigger),
      ...(notBefore === null ? {} : { notBefore }),
    },
  ])
  return true
}

function greet(record: Recorder, taken: Taken, { tables, settings }: Plan, worker: string): void {
  if (taken.orphaned) {
    record.say(
      'warn',
      'the worker before this one fell silent; what it had loaded stays, and the run carries on',
    )
  }
  const some = tables.size === 1 ? 'one table' : `${tables.size} tables`
  const { full_refresh, tables: asked } = taken.row
  const how = full_refresh ? `, ${asked?.join(', ') ?? 'all'} read whole` : ''
  record.say('info', `attempt ${taken.attempt}, by ${worker}: ${some}${how}, into ${settings.to}`)
}

function tell(record: Recorder, outcome: Outcome, stopped: Stopped | undefined): void {
  const level = outcome.kind === 'end' && outcome.error === null ? 'info' : stopped ? 'info' : 'error'
  record.say(outcome.kind === 'again' && !stopped ? 'warn' : level, wordsOf(outcome, stopped))
}

function wordsOf(outcome: Outcome, stopped: Stopped | undefined): string {
  if (stopped === 'cancelled') return 'cancelled, as it was asked; what was read is in the warehouse'
  if (stopped === 'stopping') return 'handed back, since this worker stops; another carries on'
  if (stopped === 'long') return 'handed back, since others wait; it carries on when it is its turn again'
  const { error, cure } = outcome
  const said = [error, cure].filter((text) => text !== null).join('. ')
  if (outcome.kind === 'again') return `tried again in ${Math.round(outcome.after / 1000)} s: ${said}`
  return error === null ? 'ended' : `ended: ${said}`
}

/** Tries for half a minute: the store may be starting again. */
async function patiently(work: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + 30_000
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof LostRun || Date.now() > deadline) throw error
      await sleep(500)
    }
  }
}

/** A turn of a worker at a run: plans it, runs it, writes what it tells, and says what becomes of it. */
import type { RunSummary } from '../../../core/model.ts'
import { called } from '../../../destinations/registry.ts'
import { setTableRuns } from '../../../store/run-progress.ts'
import type { RunRow } from '../../../store/runs.ts'
import type { Held, OfRun } from '../../../store/turns.ts'
import type { Plan } from '../../plan.ts'
import { runSync } from '../../run-sync.ts'
import { none, reportingTo } from '../../traces/run-spans.ts'
import type { ServiceContext } from '../context.ts'
import type { Taken } from '../turns/kind.ts'
import type { Outcome } from '../turns/outcome.ts'
import { again, end } from '../turns/settle.ts'
import type { Stopper } from '../turns/stopper.ts'
import { type Doing, type TurnOptions, turn } from '../turns/turn.ts'
import { watched } from '../turns/watch.ts'
import { endOf } from './end.ts'
import { keeper } from './keep.ts'
import { runKind } from './kind.ts'
import { planRun } from './plan-run.ts'
import { type Recorder, recorder } from './recorder.ts'
import { turnSpans } from './turn-spans.ts'
import { greet, tell, wordsOf } from './turn-words.ts'

/** Does a turn. Throws only when the store cannot be reached for long; the queue then hands the turn out again. */
export function takeTurn(ctx: ServiceContext, held: Held, options: TurnOptions): Promise<void> {
  return turn(ctx, runKind, held, options, (taken, stopper) => running(ctx, taken, stopper, options.worker))
}

function running(ctx: ServiceContext, taken: Taken<RunRow, OfRun>, stopper: Stopper, worker: string): Doing {
  const of = { ...taken, integration: taken.integration.id }
  let record: Recorder = recorder([], ctx.clock)
  let keep = keeper(ctx, of, record)
  let spans = none
  let summary: RunSummary | undefined
  let unread = 0
  let isTold = false
  const replicating = async () => {
    const warn = (message: string) => record.say('warn', message)
    await using plan = await planRun(ctx, taken.integration, warn, taken.row)
    record = recorder(recordedTables(plan), ctx.clock)
    keep = keeper(ctx, of, record)
    spans = turnSpans(ctx, taken, plan)
    greet(record, taken, plan, worker)
    await keep.keep((sql) => setTableRuns(sql, taken.id, recordedTables(plan)))
    summary = await watched(ctx, stopper, keep.keep, () =>
      runSync(plan, {
        signal: stopper.signal,
        report: reportingTo(record.report, spans),
        wholeSince: wholeSince(taken.row, ctx.clock(), plan),
        // The next worker may die as soon as those before: what little it reads is to stay.
        ...(taken.failures > 0 ? { flushEvery: soon } : {}),
      }),
    )
    const { accounts } = summary
    if (!accounts) return
    record.accountsEnded(accounts)
    unread = accounts.filter(({ status }) => status === 'failed').length
  }
  return {
    async work() {
      try {
        await replicating()
      } finally {
        const how = summary?.status ?? stopper.why() ?? 'failed'
        spans.end(how, { failed: how === 'failed' })
      }
    },
    progressed: () => keep.progressed(),
    async settle(plain, stopped) {
      const outcome = withUnread(plain, unread)
      if (!isTold) tell(record, outcome, stopped)
      isTold = true
      await keep.keep(async (sql) => {
        if (outcome.kind === 'end') {
          await end(ctx, sql, runKind, taken, await endOf(sql, taken.id, outcome, new Date(ctx.clock())))
        } else await again(ctx, sql, runKind, taken, { ...outcome, last: stopped === 'long' })
      })
      return wordsOf(outcome, stopped)
    },
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

/** Milliseconds. */
const soon = 1_000

const recordedTables = ({ source, streams, settings, destination }: Plan) =>
  [...source.tables(streams)].map(([stream, { name, columns }]) => ({
    stream,
    table: called(destination, settings.name, name),
    source: name,
    columns: columns.length,
  }))

/**
 * A full refresh is of the tables that were asked for, or of all. What an earlier turn has begun of it is carried on.
 * `now`: milliseconds since 1970.
 */
function wholeSince({ full_refresh, tables, started_at }: RunRow, now: number, { streams }: Plan) {
  const started = started_at?.getTime() ?? now
  return new Map(
    full_refresh ? (tables ?? streams.map(({ name }) => name)).map((name) => [name, started] as const) : [],
  )
}

/** One turn of a worker: taken, worked at until its end or what stops it, and settled. */
import type { Holding } from '../../../store/turns.ts'
import type { WorkRow } from '../../../store/work.ts'
import type { ServiceContext } from '../context.ts'
import { clean } from '../runs/narrator.ts'
import { isBug } from '../values.ts'
import { begin } from './begin.ts'
import { type Kind, LostTurn, type Taken } from './kind.ts'
import { type Outcome, outcomeOf, type Stopped } from './outcome.ts'
import { patiently } from './settle.ts'
import { type Stopper, stopping } from './stopper.ts'

export interface TurnOptions {
  /** The worker's name. */
  readonly worker: string
  /** Aborted when the worker stops: what it is at is brought to a checkpoint and handed back. */
  readonly stop: AbortSignal
}

/** What a worker does in a turn. */
export interface Doing {
  /** Works until all is done. Throws what keeps it from that. */
  work(): Promise<void>
  /** Whether this turn has got anywhere: then the tries before it do not count. */
  progressed(): boolean
  /** Writes what becomes of it, all or nothing, and gives it in words. Throws `LostTurn`; may be called again. */
  settle(outcome: Outcome, stopped: Stopped | undefined): Promise<string>
}

/** Does a turn. Throws only when the store cannot be reached for long; the queue then hands the turn out again. */
export async function turn<Row extends WorkRow, Of extends object>(
  ctx: ServiceContext,
  kind: Kind<Row, Of>,
  held: Holding & Of,
  options: TurnOptions,
  doing: (taken: Taken<Row, Of>, stopper: Stopper) => Doing,
): Promise<void> {
  const taken = await begin(ctx, kind, held, options.worker)
  if (!taken) return
  const log = (level: 'info' | 'warn' | 'error', message: string) =>
    ctx.log(level, `${kind.name} ${taken.id} of ${taken.integration.name}: ${message}`)
  const overtaken = () => log('warn', 'another worker has taken it over')
  log('info', `began (attempt ${taken.attempt})`)
  const stopper = stopping(ctx, options.stop)
  const mine = doing(taken, stopper)
  let error: unknown
  try {
    await mine.work()
  } catch (thrown) {
    error = thrown
  } finally {
    stopper.end()
  }
  if (error instanceof LostTurn || stopper.why() === 'lost') return overtaken()
  // What was stopped and still came to its end has ended.
  const stopped = error === undefined ? undefined : stopper.why()
  const failures = mine.progressed() ? 0 : taken.failures
  const outcome = outcomeOf(stopped, error, failures, ctx.timing, kind.lastCure)
  if (stopped === undefined && outcome.kind === 'end' && error instanceof Error && isBug(error)) {
    log('error', clean(error.stack ?? String(error)))
  }
  try {
    log('info', await patiently(() => mine.settle(outcome, stopped)))
  } catch (thrown) {
    if (!(thrown instanceof LostTurn)) throw thrown
    overtaken()
  }
}

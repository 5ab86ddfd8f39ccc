/** Why and when a turn is stopped before its end. */
import type { ServiceContext } from '../context.ts'
import type { Stopped } from './outcome.ts'

export interface Stopper {
  readonly signal: AbortSignal
  /** The first reason counts. */
  stop(why: Stopped): void
  why(): Stopped | undefined
  /** Milliseconds since the turn began. */
  elapsed(): number
  end(): void
}

export function stopping(ctx: ServiceContext, workerStops: AbortSignal): Stopper {
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

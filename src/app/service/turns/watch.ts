import { setTimeout as sleep } from 'node:timers/promises'
import type { ServiceContext } from '../context.ts'
import { LostTurn } from './kind.ts'
import type { Stopper } from './stopper.ts'

/** What the store says to who tells it how far it is. */
export interface Told {
  readonly cancelRequested: boolean
  /** Something else is queued whose time has come. */
  readonly othersWait?: boolean
}

/**
 * Does the work, telling the store now and then how far it is, and stops it when the store says so. `tell` throws
 * `LostTurn`; when it throws something else it is called again.
 */
export async function watched<T>(
  ctx: ServiceContext,
  stopper: Stopper,
  tell: () => Promise<Told>,
  work: () => Promise<T>,
): Promise<T> {
  const over = new AbortController()
  const watch = async () => {
    for (;;) {
      await sleep(ctx.timing.flush, undefined, { signal: over.signal }).catch(() => {})
      if (over.signal.aborted) return
      try {
        const { cancelRequested, othersWait } = await tell()
        if (cancelRequested) stopper.stop('cancelled')
        else if (othersWait && stopper.elapsed() >= ctx.timing.turn) stopper.stop('long')
      } catch (error) {
        if (error instanceof LostTurn) stopper.stop('lost')
        else
          ctx.log(
            'warn',
            `a turn could not be written down, which is tried again: ${(error as Error).message}`,
          )
      }
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

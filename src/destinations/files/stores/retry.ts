/** Waiting for what may pass. */
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds between attempts, at most; a little less at random, so that clients spread. */
const pauses = [100, 250, 500, 1_000, 2_000, 4_000, 8_000]

/** Tries until it works, `mayPass` says no, or patience is at its end; then the last error is thrown. */
export async function retried<T>(
  work: () => Promise<T>,
  mayPass: (error: unknown) => boolean,
  signal: AbortSignal,
): Promise<T> {
  for (const pause of pauses) {
    try {
      return await work()
    } catch (error) {
      if (signal.aborted || !mayPass(error)) throw error
    }
    await sleep(pause * (0.5 + Math.random() / 2), undefined, { signal })
  }
  return work()
}

/** Errors of the network below any service's own. */
export const networkCodes: ReadonlySet<string | undefined> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
])

/** Time as an argument, so that what waits can be tested without waiting. */
export interface Clock {
  /** Milliseconds since 1970. */
  wall(): number
  /** Milliseconds that never run backwards; for differences only. */
  now(): number
  /** Calls `run` once, not before `ms` have passed; the function returned calls it off. */
  after(ms: number, run: () => void): () => void
}

export const systemClock: Clock = {
  wall: () => Date.now(),
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.ceil(ms))
    return () => clearTimeout(timer)
  },
}

/** Resolves after `ms`. Rejects with the signal's reason as soon as it is aborted. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const abort = () => {
      cancel()
      reject(signal.reason)
    }
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
    signal.addEventListener('abort', abort, { once: true })
  })
}

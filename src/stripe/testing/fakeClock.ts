import type { Clock } from '../clock.ts'

/** A clock that stands still until `run` moves it; what waits wakes at its exact time, in order. */
export interface FakeClock extends Clock {
  /** Lets `ms` pass. Between two timers everything that is ready runs. */
  run(ms: number): Promise<void>
  /** Lets `ms` pass with nothing running, as if the process had been stopped; late timers then fire at once. */
  stall(ms: number): void
  /** Timers that are set. */
  pending(): number
}

export function fakeClock(): FakeClock {
  let now = 0
  let order = 0
  const timers = new Map<number, { readonly at: number; readonly run: () => void }>()

  function next(until: number): number | undefined {
    let found: number | undefined
    let earliest = until
    for (const [id, { at }] of timers) {
      if (at < earliest || (at === earliest && found === undefined)) {
        earliest = at
        found = id
      }
    }
    return found
  }
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

  return {
    wall: () => 1_700_000_000_000 + now,
    now: () => now,
    after(ms, run) {
      const id = order++
      timers.set(id, { at: now + Math.max(0, ms), run })
      return () => timers.delete(id)
    },
    async run(ms) {
      const until = now + ms
      await settle()
      for (let id = next(until); id !== undefined; id = next(until)) {
        const timer = timers.get(id)
        timers.delete(id)
        now = Math.max(now, timer?.at ?? now)
        timer?.run()
        await settle()
      }
      now = until
    },
    stall(ms) {
      now += ms
    },
    pending: () => timers.size,
  }
}

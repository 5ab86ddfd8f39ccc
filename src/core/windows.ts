/** Cuts the time of a table into windows that hold about the same number of rows. */
import type { TimeRange } from './inspection.ts'

const second = 1_000_000
const hour = 3600 * second

export interface Timeline {
  /** A row with this time, microseconds since 1970. */
  add(time: number): void
  /**
   * Windows oldest first, touching each other, of about `size` rows at most, whole seconds wide at least. They cover
   * everything from `from` on (all time without it): the last one is open, the first is open without `from`.
   */
  windows(size: number, from?: number): readonly TimeRange[]
}

/** Counts rows by hour: memory grows with the time that a table spans, never with its rows. */
export function timeline(): Timeline {
  const hours = new Map<number, number>()
  return {
    add(time) {
      const at = Math.floor(time / hour)
      hours.set(at, (hours.get(at) ?? 0) + 1)
    },
    windows(size, from) {
      const cuts = new Set<number>()
      let gathered = 0
      for (const [at, count] of [...hours].sort(([a], [b]) => a - b)) {
        if (gathered > 0 && gathered + count > size) {
          cuts.add(at * hour)
          gathered = 0
        }
        gathered += count
        if (count <= size) continue
        const parts = Math.min(3600, Math.ceil(count / size))
        for (let part = 1; part <= parts; part++) {
          cuts.add(at * hour + Math.floor((3600 * part) / parts) * second)
        }
        gathered = 0
      }
      const bounds = [...cuts].filter((cut) => from === undefined || cut > from)
      const starts = [from, ...bounds]
      return starts.map((start, index) => {
        const end = bounds[index]
        return { ...(start === undefined ? {} : { from: start }), ...(end === undefined ? {} : { to: end }) }
      })
    },
  }
}

/** The sandbox's time: the host's, plus what it was advanced by. */
export interface Clock {
  /** Milliseconds since 1970, advanced: what objects and events are stamped with. */
  now(): number
  /** Milliseconds since 1970, never advanced: what limits are counted by. */
  host(): number
  advance(ms: number): void
}

export function clock(host: () => number = Date.now): Clock {
  let offset = 0
  return {
    now: () => host() + offset,
    host,
    advance(ms) {
      offset += ms
    },
  }
}

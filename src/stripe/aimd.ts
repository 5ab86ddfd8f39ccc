/** A quantity kept just below a limit that is not known: additive increase, multiplicative decrease. */
export interface Aimd {
  value(now: number): number
  /**
   * The limit was hit at the present value, by something sent at `sentAt`. Of many signs of the same
   * excess only the first counts: what was sent before the last cut says nothing about the new value.
   */
  cut(now: number, sentAt: number, from?: number): void
}

/** Per second, as shares of the ceiling: up to where the limit was last hit, and from there on. */
const fast = 0.1
const slow = 0.02
const decrease = 0.7

/** Starts at the ceiling, never leaves `[floor, ceiling]`. Times in milliseconds. */
export function aimd(ceiling: number, floor: number): Aimd {
  let value = ceiling
  let knee = ceiling
  let at = 0
  let cutAt = Number.NEGATIVE_INFINITY

  function grow(now: number): number {
    let seconds = Math.max(0, now - at) / 1000
    at = now
    if (value >= ceiling) return value
    if (value < knee) {
      const untilKnee = (knee - value) / (ceiling * fast)
      value = Math.min(knee, value + Math.min(seconds, untilKnee) * ceiling * fast)
      seconds = Math.max(0, seconds - untilKnee)
    }
    value = Math.min(ceiling, value + seconds * ceiling * slow)
    return value
  }

  return {
    value: grow,
    cut(now, sentAt, from = Number.POSITIVE_INFINITY) {
      if (sentAt < cutAt) return
      const hit = Math.min(grow(now), from)
      knee = hit * 0.95
      value = Math.min(ceiling, Math.max(floor, hit * decrease))
      cutAt = now
    },
  }
}

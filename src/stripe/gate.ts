import { aimd } from './aimd.ts'

/** What lets requests out to one thing that is limited: the account, or one endpoint. Times in milliseconds. */
export interface Gate {
  /** How long until a request may go out; 0 when now, infinite when one in flight must come back first. */
  wait(now: number): number
  take(now: number): void
  /** One of those taken came back. */
  done(): void
  /** Too many per second, said the answer to what was sent at `sentAt`. */
  slower(now: number, sentAt: number): void
  /** Too many at once. */
  fewer(now: number, sentAt: number): void
  /** Nothing goes out before `until`. */
  pause(until: number): void
  state(now: number): { readonly rate: number; readonly inFlight: number; readonly cap: number }
}

export interface GateOptions {
  /** The limit, in requests per second. */
  readonly limit: number
  /** Share of the limit to use, up to 1. */
  readonly share: number
  readonly inFlight: number
}

/** At most so much of the limit, so that the network's jitter does not press what we sent evenly beyond it. */
const hair = 0.985
/** Seconds of sending that may be made up for after a stall. */
const burst = 0.2

export function gate(options: GateOptions): Gate {
  const target = options.limit * Math.min(options.share, hair)
  const rate = aimd(target, Math.min(target, Math.max(0.2, target / 50)))
  const cap = aimd(options.inFlight, 1)
  // Two bounds: a small token bucket paces, and the times of the last `count` requests
  // make sure that no burst brings the requests of any second above the limit.
  const count = Math.max(1, Math.ceil(target))
  const window = (count / target) * 1000
  const sent = new Float64Array(count).fill(Number.NEGATIVE_INFINITY)
  let oldest = 0
  let tokens = 1
  let at = Number.NEGATIVE_INFINITY
  let pausedUntil = Number.NEGATIVE_INFINITY
  let inFlight = 0

  function fill(now: number): number {
    const perSecond = rate.value(now)
    if (at !== Number.NEGATIVE_INFINITY) {
      tokens = Math.min(Math.max(1, perSecond * burst), tokens + (Math.max(0, now - at) / 1000) * perSecond)
    }
    at = now
    return perSecond
  }

  return {
    wait(now) {
      if (inFlight >= Math.floor(cap.value(now))) return Number.POSITIVE_INFINITY
      const perSecond = fill(now)
      // A token that is whole but for rounding is whole, else its timer would never come due.
      const token = tokens >= 1 - 1e-9 ? 0 : ((1 - tokens) / perSecond) * 1000
      return Math.max(0, token, (sent[oldest] ?? 0) + window - now, pausedUntil - now)
    },
    take(now) {
      fill(now)
      tokens -= 1
      sent[oldest] = now
      oldest = (oldest + 1) % count
      inFlight++
    },
    done() {
      inFlight--
    },
    slower(now, sentAt) {
      rate.cut(now, sentAt)
      tokens = Math.min(tokens, 0)
    },
    fewer(now, sentAt) {
      // The one that was refused has come back already and did count.
      cap.cut(now, sentAt, inFlight + 1)
    },
    pause(until) {
      pausedUntil = Math.max(pausedUntil, until)
    },
    state: (now) => ({ rate: rate.value(now), inFlight, cap: Math.floor(cap.value(now)) }),
  }
}

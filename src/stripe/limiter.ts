import type { Clock } from './clock.ts'
import type { Limits } from './config.ts'
import { type Gate, gate } from './gate.ts'

/** Values of `Stripe-Rate-Limited-Reason`; docs.stripe.com/rate-limits. */
export type LimitedReason =
  | 'global-rate'
  | 'global-concurrency'
  | 'endpoint-rate'
  | 'endpoint-concurrency'
  | 'resource-specific'

/** What an answer said about limits. */
export interface Limited {
  /** Undefined when Stripe named none that we know: taken as the whole account's. */
  readonly reason: LimitedReason | undefined
  readonly retryAfterMs?: number
}

export interface Permit {
  /** Must be called once, when the answer is here or will not come. */
  release(limited?: Limited): void
}

export interface Limiter {
  /**
   * Waits for a turn. `ahead` is about how many requests the endpoint's list still takes, where that is known.
   * Rejects with the signal's reason as soon as it is aborted.
   */
  acquire(endpoint: string, signal: AbortSignal, ahead?: number): Promise<Permit>
  state(): {
    readonly waiting: number
    readonly account: ReturnType<Gate['state']>
    readonly endpoints: ReadonlyMap<string, ReturnType<Gate['state']>>
  }
}

export interface LimiterOptions {
  readonly limits: Limits
  /** Share of the limits to use, up to 1. */
  readonly rate: number
  /** Requests in flight at most. */
  readonly inFlight: number
  readonly clock: Clock
}

interface Waiter {
  grant(permit: Permit): void
}

interface Lane {
  readonly gate: Gate
  readonly waiters: Waiter[]
  /** Requests still to come, as last said. */
  ahead: number
}

/** One slow endpoint may hold this share of what is in flight, so that the others go on. */
const laneShare = 0.75

/**
 * Every so many turns go to the endpoint that waited longest, so that nobody starves; the others to the one with
 * most ahead of it: the longest list decides when a run ends, and alone it can use but a quarter of the account's limit.
 */
const fairTurn = 3

/**
 * Lets requests out as fast as Stripe's limits allow and no faster: one gate for the account, one per
 * endpoint. Endpoints that wait take turns.
 */
export function limiter(options: LimiterOptions): Limiter {
  const { clock, limits } = options
  const share = options.rate
  const account = gate({ limit: limits.account, share, inFlight: options.inFlight })
  const lanes = new Map<string, Lane>()
  /** Lanes in which somebody waits, the one whose turn it is first. */
  let turns: Lane[] = []
  let cancelTimer: (() => void) | undefined
  let served = 0

  function lane(endpoint: string): Lane {
    let found = lanes.get(endpoint)
    if (!found) {
      const limit = limits.endpoints[endpoint] ?? limits.endpoint
      const inFlight = Math.ceil(options.inFlight * laneShare)
      found = { gate: gate({ limit, share, inFlight }), waiters: [], ahead: 0 }
      lanes.set(endpoint, found)
    }
    return found
  }

  function permit(of: Lane, sentAt: number): Permit {
    let released = false
    return {
      release(limited) {
        if (released) return
        released = true
        account.done()
        of.gate.done()
        if (limited) slowDown(of, sentAt, limited)
        pump()
      },
    }
  }

  function slowDown(of: Lane, sentAt: number, { reason, retryAfterMs }: Limited) {
    const now = clock.now()
    const whose = reason?.startsWith('endpoint') || reason === 'resource-specific' ? of.gate : account
    if (reason?.endsWith('concurrency')) whose.fewer(now, sentAt)
    else whose.slower(now, sentAt)
    if (retryAfterMs !== undefined) whose.pause(now + retryAfterMs)
  }

  /** Lets out whoever may go now, and sets the timer for the next. */
  function pump() {
    cancelTimer?.()
    cancelTimer = undefined
    while (turns.length > 0) {
      const now = clock.now()
      let soonest = account.wait(now)
      let next: Lane | undefined
      if (soonest <= 0) {
        soonest = Number.POSITIVE_INFINITY
        for (const candidate of turns) {
          const wait = candidate.gate.wait(now)
          if (wait > 0) soonest = Math.min(soonest, wait)
          else if (!next || candidate.ahead > next.ahead) next = candidate
          if (next && served % fairTurn === 0) break
        }
      }
      const waiter = next?.waiters.shift()
      if (!next || !waiter) {
        // Without a time, the next answer that comes back calls us.
        if (soonest < Number.POSITIVE_INFINITY) cancelTimer = clock.after(soonest, pump)
        return
      }
      const chosen = next
      turns = turns.filter((other) => other !== chosen)
      if (chosen.waiters.length > 0) turns.push(chosen)
      served++
      account.take(now)
      chosen.gate.take(now)
      waiter.grant(permit(chosen, now))
    }
  }

  return {
    acquire(endpoint, signal, ahead) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        const mine = lane(endpoint)
        mine.ahead = ahead ?? mine.ahead
        const abort = () => {
          mine.waiters.splice(mine.waiters.indexOf(waiter), 1)
          if (mine.waiters.length === 0) turns = turns.filter((other) => other !== mine)
          reject(signal.reason)
        }
        const waiter: Waiter = {
          grant(granted) {
            signal.removeEventListener('abort', abort)
            resolve(granted)
          },
        }
        signal.addEventListener('abort', abort, { once: true })
        mine.waiters.push(waiter)
        if (mine.waiters.length === 1) turns.push(mine)
        pump()
      })
    },
    state() {
      const now = clock.now()
      return {
        waiting: turns.reduce((sum, { waiters }) => sum + waiters.length, 0),
        account: account.state(now),
        endpoints: new Map([...lanes].map(([name, { gate }]) => [name, gate.state(now)])),
      }
    },
  }
}

/** Stripe's limits: requests per second of an account, of an endpoint, and in flight. */
import type { Clock } from './clock.ts'

export interface Rates {
  /** Requests per second of one account. */
  readonly global: number
  /** Requests per second of one endpoint of one account. */
  readonly endpoint: number
  /** Requests of one account in flight at a time; not limited by default, since Stripe publishes no number. */
  readonly concurrency?: number
}

/** Source: docs.stripe.com/rate-limits. */
export const live: Rates = { global: 100, endpoint: 25 }
export const test: Rates = { global: 25, endpoint: 25 }
/** Endpoints that have a limit of their own at Stripe, reads per second. */
const special: Readonly<Record<string, number>> = { '/v1/files': 20, '/v1/files/{id}': 20 }

export type LimitReason = 'global-rate' | 'endpoint-rate' | 'global-concurrency'

interface Bucket {
  tokens: number
  at: number
}

export interface Limits {
  /** Takes a token from both buckets, or from none and says which one was empty. `release` when the request is over. */
  take(account: string, endpoint: string, rates: Rates): LimitReason | undefined
  release(account: string): void
}

/** Token buckets that hold one second's worth, so that no second sees more than twice the rate and the mean is exact. */
export function limits(clock: Clock): Limits {
  const buckets = new Map<string, Bucket>()
  const running = new Map<string, number>()

  function bucket(name: string, rate: number): Bucket {
    const now = clock.host()
    const found = buckets.get(name)
    if (found === undefined) {
      const fresh = { tokens: rate, at: now }
      buckets.set(name, fresh)
      return fresh
    }
    found.tokens = Math.min(rate, found.tokens + ((now - found.at) / 1000) * rate)
    found.at = now
    return found
  }

  return {
    take(account, endpoint, rates) {
      const inFlight = running.get(account) ?? 0
      if (rates.concurrency !== undefined && inFlight >= rates.concurrency) return 'global-concurrency'
      const whole = bucket(account, rates.global)
      if (whole.tokens < 1) return 'global-rate'
      const rate = Math.min(rates.endpoint, special[endpoint] ?? rates.endpoint)
      const part = bucket(`${account} ${endpoint}`, rate)
      if (part.tokens < 1) return 'endpoint-rate'
      whole.tokens--
      part.tokens--
      running.set(account, inFlight + 1)
      return undefined
    },
    release(account) {
      running.set(account, (running.get(account) ?? 1) - 1)
    },
  }
}

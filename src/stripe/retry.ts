import { TransientError } from '../core/errors.ts'
import { type Clock, sleep } from './clock.ts'

/** An attempt that failed in a way that another one may mend. */
export interface Failure {
  /** `limited` is not counted: being told to slow down is the normal course of things, for minutes. */
  readonly kind: 'limited' | 'failed'
  /** One line, without a key. */
  readonly reason: string
  /** Stripe asked to wait so long. */
  readonly retryAfterMs?: number
  /** Stripe asked not to try again. */
  readonly final?: boolean
  readonly cause?: unknown
}

export type Attempt<T> = { readonly value: T } | { readonly failure: Failure }

export interface RetryPolicy {
  /** Attempts that may fail before giving up. */
  readonly tries: number
  /** Bounds of the wait after the first, second, … failure; each wait is a random share of its bound. */
  readonly waitsMs: readonly number[]
  /** The same after being limited, beside what the limiter does for all. */
  readonly limitedWaitsMs: readonly number[]
  /** Nothing but "too many requests" for so long is a failure. */
  readonly limitedForMs: number
}

/** About two minutes on average for what fails, ten for what is limited. */
export const patient: RetryPolicy = {
  tries: 8,
  waitsMs: [1_000, 3_000, 9_000, 27_000, 60_000],
  limitedWaitsMs: [500, 1_000, 2_000, 4_000, 8_000],
  limitedForMs: 600_000,
}

export interface RetryOptions {
  readonly policy: RetryPolicy
  readonly clock: Clock
  /** In `[0, 1)`. */
  readonly random: () => number
  readonly signal: AbortSignal
  /** For the error: `GET /v1/invoices`. */
  readonly what: string
}

const at = (waits: readonly number[], index: number) => waits[Math.min(index, waits.length - 1)] ?? 0

/**
 * Repeats `attempt` until it gives a value, with exponential waits and full jitter.
 * Throws `TransientError` with a one-line reason when it is given up, and whatever `attempt` throws.
 */
export async function retry<T>(attempt: () => Promise<Attempt<T>>, options: RetryOptions): Promise<T> {
  const { policy, clock, random, signal, what } = options
  const started = clock.now()
  const passed = () => `${Math.round((clock.now() - started) / 1000)} s`
  let failed = 0
  let limited = 0
  let limitedSince: number | undefined
  while (true) {
    const result = await attempt()
    if ('value' in result) return result.value
    const { kind, reason, retryAfterMs, final, cause } = result.failure
    let bound: number
    if (kind === 'limited') {
      limitedSince ??= clock.now()
      if (clock.now() - limitedSince >= policy.limitedForMs) {
        throw new TransientError(`${what} was rate limited for ${passed()}: ${reason}`, {
          cure: 'something else uses up the limits of this Stripe account; run again later, or use a smaller part of them',
          option: '--rate',
          cause,
        })
      }
      bound = at(policy.limitedWaitsMs, limited++)
    } else {
      limitedSince = undefined
      limited = 0
      failed++
      if (final || failed >= policy.tries) {
        const times = failed === 1 ? 'once' : `${failed} times in ${passed()}`
        throw new TransientError(`${what} failed ${times}, last with: ${reason}`, {
          cure: 'run again later: it goes on where it stopped',
          cause,
        })
      }
      bound = at(policy.waitsMs, failed - 1)
    }
    await sleep(clock, Math.max(retryAfterMs ?? 0, random() * bound), signal)
  }
}

/** What the use cases of the service work with: made once per process by its entrance. */
import type pg from 'pg'
import type { Queue } from '../../store/queue.ts'
import type { Vault } from '../../store/vault.ts'
import type { OauthApp } from '../../stripe/oauth.ts'
import type { StripeClock } from '../../stripe/stripe-clock.ts'
import type { Tracer } from '../traces/tracer.ts'

export interface ServiceContext {
  readonly pool: pg.Pool
  readonly vault: Vault
  readonly queue: Queue
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** What time it is at this address of Stripe's API: what one run is told, the next ones know without asking. */
  readonly stripeClock: (apiBase: string) => StripeClock
  readonly newId: () => string
  readonly dataDir: string
  /** For what runs put aside; a folder per integration in it. */
  readonly workDir: string
  /** Of the made-up account that the entrance serves, from when it is first asked for. Absent where there is none. */
  readonly demo?: (() => Promise<{ readonly apiBase: string; readonly apiKey: string }>) | undefined
  /** With which accounts are connected on Stripe's own pages. Absent where the operator has registered none. */
  readonly oauth?: OauthApp | undefined
  /** What is told of requests, runs and verifications to who follows traces. Absent where nobody does. */
  readonly tracer?: Tracer | undefined
  /** The operator's log. */
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void
  readonly timing: Timing
}

/** Milliseconds. */
export interface Timing {
  /** How often counts and logs of a run are written. */
  readonly flush: number
  /** How long a turn may be while others wait. */
  readonly turn: number
  /** The pause before a run is tried again, at first; it doubles. */
  readonly retry: number
  readonly longestRetry: number
  /** How often the schedule is looked at. */
  readonly tick: number
  /** Until a verification asks once more about what seems wrong. */
  readonly settle: number
  /** How often it is written down what a verification has found so far. */
  readonly keep: number
  /** From one run that a webhook started to the next, at least. */
  readonly webhook: number
}

export const timing: Timing = {
  flush: 1_000,
  turn: 15 * 60_000,
  retry: 30_000,
  longestRetry: 15 * 60_000,
  tick: 1_000,
  settle: 5_000,
  keep: 5_000,
  webhook: 10_000,
}

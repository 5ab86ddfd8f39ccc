/** What becomes of a run or verification when a turn at it is over. */
import { BudgetError, ConfigError, FenceError, TransientError } from '../../../core/errors.ts'
import { isAway } from '../../../store/away.ts'
import type { Timing } from '../context.ts'
import { troubleOf } from '../values.ts'

/** Tries in a row without progress after which it has failed. */
export const mostFailures = 5

/**
 * Deaths of workers in a row without progress after which it has failed. More than of other tries: its worker may have
 * been killed for what another turn in the same process did, or by who watches over processes.
 */
export const mostDeaths = 9

/** Why a turn was stopped before its end. */
export type Stopped = 'cancelled' | 'stopping' | 'long' | 'lost'

/** It has ended; how is said by what it has found when `status` is absent. */
export interface Ended {
  readonly kind: 'end'
  readonly status?: 'failed' | 'cancelled' | 'partial'
  readonly error: string | null
  readonly cure: string | null
}

/** It goes on with another turn: at once, or after some milliseconds. */
export interface Again {
  readonly kind: 'again'
  readonly after: number
  readonly failures: number
  readonly error: string | null
  readonly cure: string | null
}

export type Outcome = Ended | Again

/** `failures`: tries in a row without progress, before this one. `lastCure`: where there is no other, after the last try. */
export function outcomeOf(
  stopped: Stopped | undefined,
  error: unknown,
  failures: number,
  timing: Timing,
  lastCure: string,
): Outcome {
  if (stopped === 'cancelled') return { kind: 'end', status: 'cancelled', error: null, cure: null }
  if (stopped !== undefined) return { kind: 'again', after: 0, failures, error: null, cure: null }
  if (error === undefined) return { kind: 'end', error: null, cure: null }
  const { message, cure } = troubleOf(error)
  if (error instanceof BudgetError)
    return { kind: 'end', status: 'partial', error: error.message, cure: null }
  // The store may have been away for a moment while the turn was planned.
  const mayPass = error instanceof TransientError || error instanceof FenceError || isAway(error)
  if (!mayPass || error instanceof ConfigError) return { kind: 'end', status: 'failed', error: message, cure }
  if (failures + 1 > mostFailures) {
    return {
      kind: 'end',
      status: 'failed',
      error: `${message} (tried ${failures + 1} times)`,
      cure: cure ?? lastCure,
    }
  }
  return { kind: 'again', after: pauseAfter(failures, timing), failures: failures + 1, error: message, cure }
}

/** What becomes of one whose worker has died; undefined when the next carries on at once. `deaths`: with this one. */
export function outcomeOfDeath(
  deaths: number,
  timing: Timing,
  nowhere: string,
): Again | (Ended & { readonly status: 'failed' }) | undefined {
  // One death is nobody's fault. What dies again would take the turns beside it along each time.
  if (deaths < 2) return undefined
  const error = `its worker died ${deaths} times in a row ${nowhere}`
  const cure = 'see the memory and the log of the workers'
  if (deaths > mostDeaths) return { kind: 'end', status: 'failed', error, cure }
  return { kind: 'again', after: pauseAfter(deaths - 2, timing), failures: deaths, error, cure }
}

/** Milliseconds until it is tried again, after so many tries in a row without progress before this one. */
const pauseAfter = (failures: number, { retry, longestRetry }: Timing) =>
  Math.min(retry * 2 ** failures, longestRetry)

/** Counts the requests of a verification, and keeps them within what is allowed. */
import { BudgetError } from './errors.ts'
import type { RunEvent } from './model.ts'
import { plus, type Spent } from './verify-state.ts'

export function requestCounter(
  report: (event: RunEvent) => void,
  maxRequests: number = Number.POSITIVE_INFINITY,
) {
  const byStream = new Map<string, number>()
  let all = 0
  let limited = 0
  let asked = 0
  return {
    /** Counts the event and passes it on. */
    report(event: RunEvent) {
      if (event.type === 'request') {
        all++
        if (event.limited) limited++
        const { stream = '' } = event
        byStream.set(stream, (byStream.get(stream) ?? 0) + 1)
      }
      report(event)
    },
    /** One more is made. Throws `BudgetError` when enough was asked. */
    spend() {
      // What was asked besides counts, too.
      asked = Math.max(asked, all)
      if (asked >= maxRequests) throw new BudgetError('enough was asked')
      asked++
    },
    sums: () => ({ requests: all, rate_limited: limited }),
    byStream: (): Readonly<Record<string, number>> => Object.fromEntries(byStream),
  }
}

/** What was taken at any time, with what the verification had taken that this one carries on. `elapsed`: milliseconds. */
export const spending =
  (before: Spent | undefined, counted: ReturnType<typeof requestCounter>, elapsed: () => number) =>
  (): Spent => ({
    requests: plus(before?.requests, counted.byStream()),
    rate_limited: (before?.rate_limited ?? 0) + counted.sums().rate_limited,
    seconds: Math.round(elapsed() / 10) / 100 + (before?.seconds ?? 0),
  })

/** Counts the requests of a verification, and keeps them within what is allowed. */
import { BudgetError } from './errors.ts'
import type { RunEvent } from './model.ts'

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
    of: (stream: string) => byStream.get(stream) ?? 0,
    byStream: (): Readonly<Record<string, number>> => Object.fromEntries(byStream),
  }
}

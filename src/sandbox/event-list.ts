/** Which events `/v1/events` shows: those of the last 30 days that have become visible. */
import type { Account } from './account.ts'
import type { Keep } from './filters.ts'

/** Source: docs.stripe.com/api/events: list and retrieve reach back 30 days. */
const retention = 30 * 86_400

export interface VisibleEvents {
  /** Unix seconds of the oldest one. */
  readonly from: number
  readonly keep: Keep | undefined
  readonly sees: (id: string) => boolean
}

export function visibleEvents(account: Account): VisibleEvents {
  const { late, clock, store } = account
  const now = clock.now()
  for (const [id, at] of late) if (at <= now) late.delete(id)
  const from = Math.floor(now / 1000) - retention
  return {
    from,
    keep: late.size === 0 ? undefined : (object) => !late.has(object.id),
    sees(id) {
      const created = store.get('events', id)?.created
      return typeof created === 'number' && created >= from && !late.has(id)
    },
  }
}

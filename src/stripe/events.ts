/** Reads /v1/events: what has changed, as hints. Never trusted for values (docs/architecture.md, third law). */
import type { StripeApi, StripeObject } from './api.ts'

export interface StripeEvent {
  readonly id: string
  readonly type: string
  /** Unix seconds; several events share one, and it does not order them. */
  readonly created: number
  /** The object as it was, in the account's API version of that day; its id and its parents' ids are what we use. */
  readonly object: StripeObject
}

/** Events of one time range `[from, to)`, complete. Ranges come oldest first and touch each other. */
export interface EventWindow {
  readonly from: number
  readonly to: number
  readonly events: readonly StripeEvent[]
}

/** Stripe keeps events for 30 days (docs.stripe.com/api/events); an hour less, as its clock is not ours. */
export const eventRetention = 30 * 86_400 - 3600

const endpoint = '/v1/events'
/** Events of one window are held in memory together; a busier range is cut. */
const windowEvents = 10_000

/**
 * All events with `created` in `[from, to)` (unix seconds), in windows small enough to hold in memory,
 * oldest window first, so that each can be checkpointed. A list is newest first, so a range is asked for
 * whole, and cut to its older part when its first page shows that it holds too many.
 */
export async function* eventWindows(
  api: StripeApi,
  from: number,
  to: number,
  signal: AbortSignal,
): AsyncIterable<EventWindow> {
  let start = from
  let width = to - from
  while (start < to) {
    const end = Math.min(to, start + width)
    const window = await readWindow(api, start, end, signal)
    if (window.events) {
      yield { from: start, to: end, events: window.events }
      start = end
      // The next range may be quiet again.
      width *= 2
    } else {
      width = window.narrower
    }
  }
}

async function readWindow(
  api: StripeApi,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<
  { readonly events: readonly StripeEvent[] } | { readonly events?: never; readonly narrower: number }
> {
  const events: StripeEvent[] = []
  let after: string | undefined
  while (true) {
    const { body } = await api.list(
      endpoint,
      { 'created[gte]': from, 'created[lt]': to, starting_after: after },
      { endpoint, signal },
    )
    for (const item of body.data) events.push(eventOf(item))
    const last = events.at(-1)
    if (!body.has_more || !last) return { events }
    const seen = to - last.created
    // One second can't be cut; its events are read however many there are.
    const expected = (events.length / Math.max(1, seen)) * (to - from)
    if (to - from > 1 && (events.length >= windowEvents || expected > 2 * windowEvents)) {
      const narrower = Math.floor(((to - from) * windowEvents) / Math.max(expected, 2 * windowEvents))
      return { narrower: Math.max(1, narrower) }
    }
    after = last.id
  }
}

function eventOf(item: StripeObject): StripeEvent {
  const data = item.data
  const object = typeof data === 'object' && data !== null && 'object' in data ? data.object : undefined
  return {
    id: String(item.id),
    type: String(item.type),
    created: Number(item.created),
    object: (object ?? {}) as StripeObject,
  }
}

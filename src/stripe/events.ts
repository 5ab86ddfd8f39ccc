/** Reads /v1/events: what has changed, as hints. Never trusted for values (docs/architecture.md, third law). */
import type { StripeApi, StripeObject } from './api.ts'
import { isMissing } from './list.ts'
import { type LiveSlice, type SeenPage, type Slice, slices } from './slices.ts'

export interface StripeEvent {
  readonly id: string
  readonly type: string
  /** Unix seconds; several events share one, and it does not order them. */
  readonly created: number
  /** The object as it was, in the account's API version of that day; its id and its parents' ids are what we use. */
  readonly object: StripeObject
}

/** Some events of a range. */
export interface EventPage {
  readonly events: readonly StripeEvent[]
  /** What is left to read of the range after this page and all before it: where another reading can go on. */
  readonly left: readonly Slice[]
}

/** Stripe keeps events for 30 days (docs.stripe.com/api/events); an hour less, as its clock is not ours. */
export const eventRetention = 30 * 86_400 - 3600

const endpoint = '/v1/events'
/** Pages on their way at once: as many as Stripe answers in 0.4 s on one list (25 a second). */
const inFlight = 10
/** Most readings are a few pages, of events that came in bursts: nothing is tried before the fourth of them. */
const waste = 0.9
/** Events of one slice: what changed together was often created together, and is then read in few pages. */
const chunk = 10_000

/** Unix seconds, `[from, to)`. */
export const eventRange = (from: number, to: number): readonly Slice[] =>
  from < to ? [{ variant: 0, range: { from, to } }] : []

/**
 * All events of the ranges, each once, in no order. They are read as every long list is: in slices of time beside each
 * other, cut where many seem to be left, so that a burst costs its pages and little more. Only the pages on their
 * way are held. When the consumer leaves, everything stops.
 */
export async function* eventPages(
  api: StripeApi,
  ranges: readonly Slice[],
  signal: AbortSignal,
): AsyncIterable<EventPage> {
  if (ranges.length === 0) return
  const stop = new AbortController()
  const own = AbortSignal.any([signal, stop.signal])
  const plan = slices({
    slices: ranges,
    floor: Math.min(...ranges.map(({ range }) => range?.from ?? 0)),
    bound: Math.max(...ranges.map(({ range }) => range?.to ?? 0)),
    variants: 1,
    waste,
    chunk,
  })
  const under = new Map<LiveSlice, Promise<Answer>>()
  const fill = () => {
    while (under.size < inFlight) {
      const slice = plan.next()
      if (!slice) return
      const answer = ask(api, slice, plan.ahead(), own)
      // Met by the race below, or by the end.
      answer.catch(() => {})
      under.set(slice, answer)
    }
  }
  try {
    fill()
    while (under.size > 0) {
      const { slice, events, more } = await Promise.race(under.values())
      under.delete(slice)
      if (!events) {
        plan.lost(slice)
        fill()
        continue
      }
      const page: SeenPage = {
        ids: events.map(({ id }) => id),
        times: events.map(({ created }) => created),
        more,
      }
      plan.saw(slice, page)
      plan.took(slice, page)
      // What the slice lost to another one while its page was on the way is read there.
      const from = slice.range?.from ?? 0
      const left = plan.remaining()
      fill()
      yield { events: events.filter(({ created }) => created >= from), left }
    }
  } finally {
    stop.abort(new Error('the reader of events was left'))
    await Promise.allSettled(under.values())
  }
}

interface Answer {
  readonly slice: LiveSlice
  /** Absent when the event of the cursor is no more: they are kept for 30 days. */
  readonly events?: readonly StripeEvent[]
  readonly more: boolean
}

async function ask(
  api: StripeApi,
  slice: LiveSlice,
  ahead: number | undefined,
  signal: AbortSignal,
): Promise<Answer> {
  const { range, after } = slice
  const query = { 'created[gte]': range?.from, 'created[lt]': range?.to, starting_after: after }
  try {
    const call = { endpoint, signal, ...(ahead !== undefined && { ahead }) }
    const { body } = await api.list(endpoint, query, call)
    return { slice, events: body.data.map(eventOf), more: body.has_more && body.data.length > 0 }
  } catch (error) {
    if (after === undefined || !isMissing(error)) throw error
    return { slice, more: true }
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

/** What Stripe's lists leave out unless asked; each a fact of docs/behaviour.md. */
import type { CatalogStream } from '../stripe/catalog.ts'
import type { Keep } from './filters.ts'
import { isFields } from './json.ts'
import type { Query } from './query.ts'

type Default = (query: Query) => Keep | undefined

const unless = (param: string, keep: Keep): Default => {
  return (query) => {
    const given = [...query.values.keys(), ...query.lists.keys()]
    return given.some((name) => name === param || name.startsWith(`${param}[`)) ? undefined : keep
  }
}

/** Objects on a test clock show only to who asks for the clock, or for the customer that is on it. */
const offClock = (...params: string[]): Default => {
  return (query) =>
    params.some((param) => query.values.has(param))
      ? undefined
      : (object) => object.test_clock === undefined || object.test_clock === null
}

const defaults: Readonly<Record<string, readonly Default[]>> = {
  // Canceled ones show with status=all, status=canceled or status=ended.
  subscriptions: [
    unless('status', (object) => object.status !== 'canceled'),
    offClock('test_clock', 'customer'),
  ],
  prices: [unless('active', (object) => object.active === true)],
  reviews: [() => (object) => object.open === true],
  tax_ids: [
    unless(
      'owner',
      (object) => !isFields(object.owner) || object.owner.type === 'self' || object.owner.type === undefined,
    ),
  ],
  customers: [offClock('test_clock')],
  quotes: [offClock('test_clock', 'customer')],
  subscription_schedules: [offClock('customer')],
  payment_methods: [unless('type', (object) => object.type !== 'custom')],
}

export function defaultFilters(stream: CatalogStream, query: Query): readonly (Keep | undefined)[] {
  return (defaults[stream.name] ?? []).map((make) => make(query))
}

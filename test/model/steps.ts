/** What may happen to an account and to the one who follows it: data, so that a failing history can be read. */
import fc from 'fast-check'
import type { Deletes, Mode, Sweep } from '../../src/core/model.ts'
import type { Death } from '../support/crashing.ts'
import { type Kept, replicated } from '../support/replica.ts'

/** Something that happens to the account; `pick` chooses whom it happens to. */
export interface Happening {
  readonly what: (typeof happenings)[number]
  readonly pick: number
}

export const happenings = [
  'rename a customer',
  'pay an invoice',
  'cancel a subscription',
  'change a subscription item',
  'rename a product',
  'change a price',
  'change a charge',
  'rename a tax rate',
  'refund',
  'change an invoice line',
  'replace an invoice line',
  'restore the invoice lines',
  'many invoice lines',
  // More events than a page has, of one object and of all.
  'rename a customer a hundred times',
  'change all charges',
  'change some customers and invoices',
  'create a customer',
  'create a coupon',
  'create a charge',
  'create a payment',
  'delete a customer',
  'delete a product',
  'delete a coupon',
  'delete an invoice',
  'create a deleted coupon anew',
  // Streams without events, or without some of them: Stripe says nothing, sweeps find it.
  'create a balance transaction silently',
  'create a payment silently',
  'change a payment silently',
  'delete a payment silently',
  // Streams with full events: should one be lost, then nothing is promised for the object until it has another.
  'lose the event of a customer',
  'lose the event of an invoice',
  'lose the event of a deletion',
] as const

export const faults = [
  '500@/v1/invoices:times=2',
  '500@/v1/invoices:times=all',
  '500@/v1/customers:after=1,times=4',
  '500@/v1/events:times=1',
  '500@/v1/events:times=all',
  'reset@/v1:after=3,times=2',
  'reset_body@/v1:after=5,times=1',
  'truncate@/v1/charges:times=2',
  'rate_limit@/v1:after=2,times=1',
  '409@/v1/subscriptions:times=1',
  '500@/v1/payment_intents:times=all',
  '404@/v1/account:times=1',
] as const

export const permissions = [
  'event_read',
  'invoice_read',
  'customer_read',
  'charge_read',
  'payment_intent_read',
] as const

export const selections = ['customers,charges', 'invoices,subscriptions', 'invoice_lines,coupons'] as const

export type Step =
  | { readonly step: 'happening'; readonly happening: Happening }
  | { readonly step: 'wait'; readonly seconds: number }
  | { readonly step: 'lose permission'; readonly permission: (typeof permissions)[number] }
  | { readonly step: 'regain permissions' }
  | {
      readonly step: 'run'
      /** A part of all tables, or all of them. */
      readonly selection?: (typeof selections)[number] | undefined
      /** All are selected, and this run is of one table alone, with what is read together with it. */
      readonly only?: (typeof replicated)[number] | undefined
      readonly fault?: (typeof faults)[number] | undefined
      readonly death?: Death | undefined
      /** What happens while the run lasts, and at which of its requests. */
      readonly meanwhile?: { readonly at: number; readonly happening: Happening } | undefined
      readonly flushEvery: number
      /** Seconds by which the clock of the machine that runs is ahead of the right time. */
      readonly clockOff?: number | undefined
      /** In another way than the history's: without its modes (but `append`, which stays), without its hashes, or without a field. */
      readonly otherwise?: (typeof ways)[number] | undefined
      /** When the history's are `mixed`. */
      readonly deletes: 'soft' | 'hard'
    }

export interface History {
  /** Whether all begins with an undisturbed first run. */
  readonly primed: boolean
  /** Where it is kept; and objects of each list at most: one of more than 100 takes several pages. */
  readonly place: readonly [Kept, number]
  readonly deletes: Deletes | 'mixed'
  readonly modes: Readonly<Record<string, Mode>>
  /** Whether `hashFields` are hashed. */
  readonly hashes: boolean
  /** Clocks of tables that are listed again at other times than once a day, also of such whose events tell everything. */
  readonly sweeps?: Readonly<Record<string, Sweep>>
  /** Ids of changed objects that runs keep at once: few, so that windows are owed, or as many as there are. */
  readonly mostOwed: number
  readonly steps: readonly Step[]
}

export const hashFields = { customers: ['name', 'metadata.mark'], charges: ['description'] } as const
export const excludedFields = { invoices: ['description'], customers: ['metadata'] } as const

const ways = ['plain modes', 'hashes', 'a field less'] as const

const happening = fc.record({ what: fc.constantFrom(...happenings), pick: fc.nat({ max: 400 }) })
const sometimes = <T>(arbitrary: fc.Arbitrary<T>, freq: number) =>
  fc.option(arbitrary, { nil: undefined, freq })

const death: fc.Arbitrary<Death> = fc.oneof(
  fc.record({
    at: fc.constantFrom('prepare' as const, 'load' as const, 'loaded' as const, 'request' as const),
    count: fc.integer({ min: 1, max: 30 }),
  }),
  fc.record({ at: fc.constant('statement' as const), count: fc.integer({ min: 1, max: 400 }) }),
)

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 14, arbitrary: happening.map((happening) => ({ step: 'happening' as const, happening })) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(1, 30, 400, 3_600, 86_400, 86_400, 32 * 86_400)
      .map((seconds) => ({ step: 'wait' as const, seconds })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...permissions)
      .map((permission) => ({ step: 'lose permission' as const, permission })),
  },
  { weight: 1, arbitrary: fc.constant({ step: 'regain permissions' as const }) },
  {
    weight: 6,
    arbitrary: fc.record({
      step: fc.constant('run' as const),
      selection: sometimes(fc.constantFrom(...selections), 6),
      only: sometimes(fc.constantFrom(...replicated), 3),
      fault: sometimes(fc.constantFrom(...faults), 3),
      death: sometimes(death, 2),
      meanwhile: sometimes(fc.record({ at: fc.integer({ min: 1, max: 20 }), happening }), 3),
      flushEvery: fc.constantFrom(1, 5_000),
      clockOff: sometimes(fc.constantFrom(-40 * 86_400, -3_600, 900, 86_400, 40 * 86_400), 4),
      otherwise: sometimes(fc.constantFrom(...ways), 5),
      deletes: fc.constantFrom('soft' as const, 'hard' as const),
    }),
  },
)

const mode = fc.record({
  table: fc.constantFrom(...replicated),
  mode: fc.constantFrom<Mode>('append', 'history', 'history', 'full_refresh'),
})

const hours = 3_600_000
/** None is longer than the day that a history ends with. */
const sweep: fc.Arbitrary<Sweep> = fc.record({
  every: fc.constantFrom(hours / 2, hours, 6 * hours, 23 * hours),
  back: fc.constantFrom(35 * 24 * hours, 60 * 24 * hours, 'all' as const),
})

/**
 * Where it is kept, and how many objects of each list there are at most. What outlives a process takes ten times as long.
 */
const place: fc.Arbitrary<readonly [Kept, number]> = fc.oneof(
  { weight: 22, arbitrary: fc.constant(['memory', 20] as const) },
  { weight: 8, arbitrary: fc.constant(['memory', 120] as const) },
  { weight: 1, arbitrary: fc.constant(['memory', 1_000] as const) },
  { weight: 1, arbitrary: fc.constant(['duckdb', 20] as const) },
  { weight: 1, arbitrary: fc.constant(['files', 20] as const) },
  { weight: 1, arbitrary: fc.constant(['postgres', 20] as const) },
)

export const history: fc.Arbitrary<History> = fc.record({
  primed: fc.boolean(),
  place,
  deletes: fc.constantFrom('soft', 'soft', 'hard', 'ignore', 'mixed'),
  modes: fc
    .uniqueArray(mode, { selector: ({ table }) => table, maxLength: 6, size: 'max' })
    .map((all) => Object.fromEntries(all.map(({ table, mode }) => [table, mode]))),
  hashes: fc.boolean(),
  sweeps: fc.oneof(
    { weight: 2, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.dictionary(
        // Without children: those of a parent that is selected again are listed alone, and its sweep comes with the run after.
        fc.constantFrom('payment_intents', 'balance_transactions', 'customers', 'charges', 'coupons'),
        sweep,
        { maxKeys: 3 },
      ),
    },
  ),
  mostOwed: fc.constantFrom(1, 2, 8, 100_000),
  steps: fc.array(step, { minLength: 1, maxLength: 30, size: 'max' }),
})

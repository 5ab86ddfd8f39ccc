import { pay } from './draw-payments.ts'
import {
  type CardEntry,
  CUSTOMERS,
  type CustomerEntry,
  CYCLES,
  type Entry,
  type InvoiceEntry,
  type Outcome,
  type Pattern,
  type PayoutEntry,
  type SessionEntry,
  type SetupEntry,
  type SubscriptionEntry,
  type TransactionEntry,
} from './pattern.ts'
import { put, type Sketch, sketch, transaction } from './sketch.ts'

/** What some customers' subscriptions are, so that every pattern has all kinds. */
type Wish = 'trialing' | 'past_due' | 'paused' | 'collection_paused' | 'free'

const WISHES: ReadonlyMap<number, Wish> = new Map([
  [9, 'past_due'],
  [17, 'paused'],
  [25, 'collection_paused'],
  [33, 'free'],
  [CUSTOMERS - 2, 'trialing'],
  [CUSTOMERS - 1, 'trialing'],
])

/** How customers are spread over the currencies: dollars, euros, pounds, Canadian dollars, yen, dinars. */
const CURRENCIES = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5]

function bill(
  s: Sketch,
  customer: CustomerEntry,
  subscription: SubscriptionEntry | undefined,
  cycle: number,
  delta: number,
  outcome: Outcome,
  zero: boolean,
): void {
  const invoice = put<InvoiceEntry>(s.invoices, {
    cycle,
    delta,
    ordinal: 0,
    customer,
    subscription,
    sequence: subscription ? subscription.invoices.length : 0,
    outcome: zero ? 'paid' : outcome,
    zero,
    huge: false,
    payment: undefined,
    creditNotes: [],
  })
  subscription?.invoices.push(invoice)
  const card = customer.cards[0]
  if (!zero && outcome !== 'draft' && card) {
    pay(s, { invoice, customer, card, currency: customer.currency }, cycle, delta, outcome)
  }
}

function subscribe(s: Sketch, customer: CustomerEntry, cycle: number, delta: number, wish?: Wish): void {
  const chance = s.random()
  const every = chance < 0.72 ? 1 : chance < 0.85 ? 3 : 12
  const trial = wish ? wish === 'trialing' || wish === 'paused' : s.random() < 0.2
  const free = wish === 'free' || (!wish && !trial && s.random() < 0.04)
  // Churn of 4% a month, asked at each renewal.
  let ended: number | undefined
  for (let at = cycle + (trial ? 1 : 0) + every; !wish && at < CYCLES; at += every) {
    if (s.random() < 0.04 * Math.sqrt(every)) {
      ended = at
      break
    }
  }
  const luck = ended === undefined && !free && !wish ? s.random() : 0
  const state =
    wish === 'past_due' || wish === 'paused' || wish === 'collection_paused'
      ? wish
      : luck > 0.95
        ? 'past_due'
        : luck > 0.9
          ? 'collection_paused'
          : 'active'
  const subscription = put<SubscriptionEntry>(s.subscriptions, {
    cycle,
    delta,
    ordinal: 0,
    customer,
    every,
    ended,
    trial,
    free,
    state,
    invoices: [],
    session: undefined,
  })
  customer.subscriptions.push(subscription)
  if (s.random() < 0.35) {
    subscription.session = put<SessionEntry>(s.sessions, {
      cycle,
      delta,
      ordinal: 0,
      customer,
      subscription,
      payment: undefined,
      state: 'complete',
    })
  }
  // A trial lasts one month and has an invoice over nothing; what follows it is counted from its end.
  let at = cycle
  if (trial) {
    bill(s, customer, subscription, at, delta, 'paid', true)
    at += 1
    if (state === 'paused') return
  }
  const until = ended ?? CYCLES
  for (; at < until; at += every) {
    const last = at + every >= until
    const luck = s.random()
    const unpaid: Outcome = luck < 0.015 ? 'uncollectible' : luck < 0.03 ? 'void' : 'paid'
    const outcome = !last || state === 'active' ? unpaid : state === 'past_due' ? 'open' : 'void'
    bill(s, customer, subscription, at, delta, outcome, free)
  }
}

function card(s: Sketch, customer: CustomerEntry | undefined, cycle: number, delta: number): CardEntry {
  const made = put<CardEntry>(s.cards, { cycle, delta, ordinal: 0, customer, setup: undefined })
  if (customer && s.random() < 0.5) {
    made.setup = put<SetupEntry>(s.setups, { cycle, delta, ordinal: 0, card: made })
  }
  return made
}

/** Draws the pattern of a seed. */
export function drawPattern(seed: number): Pattern {
  const s = sketch(seed)
  for (let c = 0; c < CUSTOMERS; c++) {
    // Growth: twice as many customers come in the last year as in the first. The last two have a trial now.
    const wish = WISHES.get(c)
    const trialing = wish === 'trialing'
    const cycle = trialing ? CYCLES - 1 : Math.floor(CYCLES * (c / CUSTOMERS) ** 0.75)
    const delta = s.random() * 0.99
    const chance = s.random()
    // The first ones make sure that a pattern has every currency.
    const currency = c < 6 ? c : (CURRENCIES[Math.floor(chance * CURRENCIES.length)] ?? 0)
    const customer = put<CustomerEntry>(s.customers, {
      cycle,
      delta,
      ordinal: 0,
      currency,
      cards: [],
      subscriptions: [],
    })
    // Every eighth only signed up.
    if (c % 8 === 7 && !trialing) continue
    customer.cards.push(card(s, customer, cycle, delta))
    if (s.random() < 0.1) customer.cards.push(card(s, customer, cycle, delta))
    subscribe(s, customer, cycle, delta, wish)
    if (s.random() < 0.15) subscribe(s, customer, cycle, delta + (0.99 - delta) * s.random())
    for (let at = cycle + 1; at < CYCLES; at++) {
      if (s.random() < 0.02)
        bill(s, customer, undefined, at, delta, s.random() < 0.8 ? 'paid' : 'uncollectible', false)
    }
    if (c % 12 === 3) bill(s, customer, undefined, CYCLES - 1, delta, c % 24 === 3 ? 'draft' : 'open', false)
  }

  // Guests who buy once, without a customer, and people who leave the checkout.
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    for (let i = 0; i < 2; i++) {
      const delta = s.random() * 0.99
      if (s.random() < 0.4) {
        const state = cycle === CYCLES - 1 ? 'open' : 'expired'
        put<SessionEntry>(s.sessions, {
          cycle,
          delta,
          ordinal: 0,
          customer: undefined,
          subscription: undefined,
          payment: undefined,
          state,
        })
        continue
      }
      const guest = card(s, undefined, cycle, delta)
      const currency = s.random() < 0.7 ? 0 : 1
      const payment = pay(s, { card: guest, currency }, cycle, delta, 'paid')
      payment.session = put<SessionEntry>(s.sessions, {
        cycle,
        delta,
        ordinal: 0,
        customer: undefined,
        subscription: undefined,
        payment,
        state: 'complete',
      })
    }
    transaction(s, cycle, 0.991, 0, { kind: 'fee', of: undefined })
  }

  payOut(s)
  const large = s.invoices.find(
    (invoice) => invoice.cycle > 3 && invoice.payment && invoice.outcome === 'paid',
  )
  if (large) large.huge = true

  const { random: _, ...pattern } = s
  for (const list of Object.values(pattern)) {
    const entries: Entry[] = list
    entries.sort((a, b) => a.cycle - b.cycle || a.delta - b.delta)
    entries.forEach((entry, ordinal) => {
      entry.ordinal = ordinal
    })
  }
  return pattern
}

/** Payouts come after what they pay out: the transactions of a cycle in one currency. */
function payOut(s: Sketch): void {
  const covered = new Map<number, TransactionEntry[]>()
  for (const made of s.transactions) {
    const cell = made.cycle * 16 + made.currency
    const list = covered.get(cell)
    if (list) list.push(made)
    else covered.set(cell, [made])
  }
  for (const [cell, covers] of covered) {
    const cycle = Math.floor(cell / 16)
    const delta = 0.995
    const currency = cell % 16
    const payout = put<PayoutEntry>(s.payouts, {
      cycle,
      delta,
      ordinal: 0,
      currency,
      covers,
      transaction: undefined,
    })
    for (const made of covers) made.payout = payout
    payout.transaction = transaction(s, cycle, delta, currency, { kind: 'payout', of: payout })
  }
}

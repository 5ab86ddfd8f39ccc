import {
  type CardEntry,
  type ChargeEntry,
  type CreditNoteEntry,
  CUSTOMERS,
  type CustomerEntry,
  CYCLES,
  type DisputeEntry,
  type Entry,
  type InvoiceEntry,
  type InvoicePaymentEntry,
  type Outcome,
  type Pattern,
  type PaymentEntry,
  type PayoutEntry,
  type RefundEntry,
  type SessionEntry,
  type SetupEntry,
  type SubscriptionEntry,
  type TransactionEntry,
  type TransactionSource,
} from './pattern.ts'
import { generator } from './random.ts'

/** Draws the pattern of a seed. */
export function drawPattern(seed: number): Pattern {
  const random = generator(seed)
  const p = {
    customers: [] as CustomerEntry[],
    cards: [] as CardEntry[],
    setups: [] as SetupEntry[],
    subscriptions: [] as SubscriptionEntry[],
    invoices: [] as InvoiceEntry[],
    payments: [] as PaymentEntry[],
    invoicePayments: [] as InvoicePaymentEntry[],
    charges: [] as ChargeEntry[],
    refunds: [] as RefundEntry[],
    creditNotes: [] as CreditNoteEntry[],
    disputes: [] as DisputeEntry[],
    payouts: [] as PayoutEntry[],
    transactions: [] as TransactionEntry[],
    sessions: [] as SessionEntry[],
  }
  const put = <E extends Entry>(list: E[], entry: E): E => {
    list.push(entry)
    return entry
  }
  const transaction = (cycle: number, delta: number, currency: number, source: TransactionSource) =>
    put(p.transactions, { cycle, delta, ordinal: 0, currency, source })

  function card(customer: CustomerEntry | undefined, cycle: number, delta: number): CardEntry {
    const made = put<CardEntry>(p.cards, { cycle, delta, ordinal: 0, customer, setup: undefined })
    if (customer && random() < 0.5) {
      made.setup = put<SetupEntry>(p.setups, { cycle, delta, ordinal: 0, card: made })
    }
    return made
  }

  function pay(
    from: { invoice?: InvoiceEntry; customer?: CustomerEntry; card: CardEntry; currency: number },
    cycle: number,
    delta: number,
    outcome: Outcome,
  ): PaymentEntry {
    const { invoice, customer, card, currency } = from
    const payment = put<PaymentEntry>(p.payments, {
      cycle,
      delta,
      ordinal: 0,
      invoice,
      customer,
      currency,
      card,
      charges: [],
      invoicePayment: undefined,
      session: undefined,
    })
    const attempt = (succeeded: boolean): ChargeEntry => {
      const charge = put<ChargeEntry>(p.charges, {
        cycle,
        delta,
        ordinal: 0,
        payment,
        succeeded,
        transaction: undefined,
        refunds: [],
        dispute: undefined,
      })
      payment.charges.push(charge)
      return charge
    }
    if (outcome !== 'void' && (outcome !== 'paid' || random() < 0.07)) attempt(false)
    if (outcome === 'paid') {
      const charge = attempt(true)
      charge.transaction = transaction(cycle, delta, currency, { kind: 'charge', of: charge })
      afterwards(charge)
    }
    if (invoice) {
      invoice.payment = payment
      payment.invoicePayment = put<InvoicePaymentEntry>(p.invoicePayments, {
        cycle,
        delta,
        ordinal: 0,
        payment,
        invoice,
      })
    }
    return payment
  }

  /** Refunds and disputes come one or two months after the charge. */
  function afterwards(charge: ChargeEntry): void {
    const { delta, cycle } = charge
    const { currency, invoice } = charge.payment
    const refund = (at: number, part: RefundEntry['part']) => {
      if (at >= CYCLES) return
      const made = put<RefundEntry>(p.refunds, {
        cycle: at,
        delta,
        ordinal: 0,
        charge,
        part,
        transaction: undefined,
        creditNote: undefined,
      })
      charge.refunds.push(made)
      made.transaction = transaction(at, delta, currency, { kind: 'refund', of: made })
      // A second part has no note of its own: the notes of an invoice never exceed it.
      if (invoice && part !== 'second' && random() < 0.6) {
        const note: CreditNoteEntry = { cycle: at, delta, ordinal: 0, invoice, refund: made }
        made.creditNote = put(p.creditNotes, note)
        invoice.creditNotes.push(note)
      }
    }
    const luck = random()
    if (luck < 0.02) refund(cycle + 1, 'full')
    else if (luck < 0.04) refund(cycle + (random() < 0.3 ? 0 : 1), 'first')
    else if (luck < 0.05) {
      refund(cycle + 1, 'first')
      refund(cycle + 2, 'second')
    } else if (luck < 0.06 && cycle + 1 < CYCLES) {
      const state = cycle + 3 >= CYCLES ? 'needs_response' : random() < 0.4 ? 'won' : 'lost'
      const at = cycle + 1
      const dispute = put<DisputeEntry>(p.disputes, {
        cycle: at,
        delta,
        ordinal: 0,
        charge,
        state,
        withdrawn: undefined,
        reinstated: undefined,
      })
      charge.dispute = dispute
      dispute.withdrawn = transaction(at, delta, currency, { kind: 'dispute', of: dispute })
      if (state === 'won') {
        dispute.reinstated = transaction(at + 1, delta, currency, { kind: 'reinstatement', of: dispute })
      }
    }
  }

  function bill(
    customer: CustomerEntry,
    subscription: SubscriptionEntry | undefined,
    cycle: number,
    delta: number,
    outcome: Outcome,
    zero: boolean,
  ): void {
    const invoice = put<InvoiceEntry>(p.invoices, {
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
      pay({ invoice, customer, card, currency: customer.currency }, cycle, delta, outcome)
    }
  }

  function subscribe(customer: CustomerEntry, cycle: number, delta: number, currentTrial: boolean): void {
    const chance = random()
    const every = chance < 0.72 ? 1 : chance < 0.85 ? 3 : 12
    const trial = currentTrial || random() < 0.2
    const free = !trial && random() < 0.04
    // Churn of 4% a month, asked at each renewal.
    let ended: number | undefined
    for (let at = cycle + (trial ? 1 : 0) + every; at < CYCLES; at += every) {
      if (random() < 0.04 * Math.sqrt(every)) {
        ended = at
        break
      }
    }
    const luck = random()
    const state =
      ended !== undefined || free || currentTrial || luck < 0.85
        ? 'active'
        : luck < 0.9
          ? 'past_due'
          : luck < 0.95
            ? 'collection_paused'
            : trial
              ? 'paused'
              : 'active'
    const subscription = put<SubscriptionEntry>(p.subscriptions, {
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
    if (random() < 0.35) {
      subscription.session = put<SessionEntry>(p.sessions, {
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
      bill(customer, subscription, at, delta, 'paid', true)
      at += 1
      if (state === 'paused') return
    }
    const until = ended ?? CYCLES
    for (; at < until; at += every) {
      const last = at + every >= until
      const luck = random()
      const unpaid: Outcome = luck < 0.015 ? 'uncollectible' : luck < 0.03 ? 'void' : 'paid'
      const outcome =
        !last || state === 'active' ? unpaid : state === 'past_due' ? 'open' : ('void' satisfies Outcome)
      bill(customer, subscription, at, delta, outcome, free)
    }
  }

  for (let c = 0; c < CUSTOMERS; c++) {
    // Growth: twice as many customers come in the last year as in the first. The last two have a trial now.
    const trialing = c >= CUSTOMERS - 2
    const cycle = trialing ? CYCLES - 1 : Math.floor(CYCLES * (c / CUSTOMERS) ** 0.75)
    const delta = random() * 0.99
    const chance = random()
    // The first ones make sure that a pattern has every currency.
    const currency =
      c < 6
        ? c
        : chance < 0.6
          ? 0
          : chance < 0.75
            ? 1
            : chance < 0.85
              ? 2
              : chance < 0.92
                ? 3
                : chance < 0.97
                  ? 4
                  : 5
    const customer = put<CustomerEntry>(p.customers, {
      cycle,
      delta,
      ordinal: 0,
      currency,
      cards: [],
      subscriptions: [],
    })
    // Every eighth only signed up.
    if (c % 8 === 7 && !trialing) continue
    customer.cards.push(card(customer, cycle, delta))
    if (random() < 0.1) customer.cards.push(card(customer, cycle, delta))
    subscribe(customer, cycle, delta, trialing)
    if (random() < 0.15) subscribe(customer, cycle, delta + (0.99 - delta) * random(), trialing)
    for (let at = cycle + 1; at < CYCLES; at++) {
      if (random() < 0.02)
        bill(customer, undefined, at, delta, random() < 0.8 ? 'paid' : 'uncollectible', false)
    }
    if (c % 12 === 3) bill(customer, undefined, CYCLES - 1, delta, c % 24 === 3 ? 'draft' : 'open', false)
  }

  // Guests who buy once, without a customer, and people who leave the checkout.
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    for (let i = 0; i < 2; i++) {
      const delta = random() * 0.99
      if (random() < 0.4) {
        const state = cycle === CYCLES - 1 ? 'open' : 'expired'
        put<SessionEntry>(p.sessions, {
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
      const guest = card(undefined, cycle, delta)
      const currency = random() < 0.7 ? 0 : 1
      const payment = pay({ card: guest, currency }, cycle, delta, 'paid')
      payment.session = put<SessionEntry>(p.sessions, {
        cycle,
        delta,
        ordinal: 0,
        customer: undefined,
        subscription: undefined,
        payment,
        state: 'complete',
      })
    }
    transaction(cycle, 0.991, 0, { kind: 'fee', of: undefined })
  }

  // Payouts come after what they pay out.
  const covered = new Map<number, TransactionEntry[]>()
  for (const made of p.transactions) {
    const cell = made.cycle * 16 + made.currency
    const list = covered.get(cell)
    if (list) list.push(made)
    else covered.set(cell, [made])
  }
  for (const [cell, covers] of covered) {
    const cycle = Math.floor(cell / 16)
    const delta = 0.995
    const currency = cell % 16
    const payout = put<PayoutEntry>(p.payouts, {
      cycle,
      delta,
      ordinal: 0,
      currency,
      covers,
      transaction: undefined,
    })
    payout.transaction = transaction(cycle, delta, currency, { kind: 'payout', of: payout })
  }

  const large = p.invoices.find(
    (invoice) => invoice.cycle > 3 && invoice.payment && invoice.outcome === 'paid',
  )
  if (large) large.huge = true

  for (const list of Object.values(p)) {
    const entries: Entry[] = list
    entries.sort((a, b) => a.cycle - b.cycle || a.delta - b.delta)
    entries.forEach((entry, ordinal) => {
      entry.ordinal = ordinal
    })
  }
  return p
}

import type { Billing } from './billing.ts'
import type { Lattice, Spot } from './lattice.ts'
import type { Entry } from './pattern.ts'
import { SLOTS } from './prices.ts'
import { productIndex } from './products.ts'

/** Indexes of the objects that a list's filter keeps. */
type Finder = (id: string) => readonly number[]

/** Filters by the id of another object, answered from the pattern: what belongs together is in one tile. */
export function findersOf(b: Billing): ReadonlyMap<string, Finder> {
  const finders = new Map<string, Finder>()
  const where = <P extends Entry, E extends Entry>(
    stream: string,
    param: string,
    of: Lattice<P>,
    list: Lattice<E>,
    belongs: (entry: E) => P | undefined,
  ) =>
    finders.set(`${stream} ${param}`, (id) => {
      const index = of.indexOf(id)
      const spot: Spot<P> | undefined = index === undefined ? undefined : of.spot(index)
      if (!spot) return []
      const found: number[] = []
      for (const entry of list.entries) {
        if (belongs(entry) === spot.entry && list.exists(entry, spot.tile))
          found.push(list.index(entry, spot.tile))
      }
      return found
    })

  const { customers, subscriptions, invoices, paymentIntents, charges, payouts } = b
  where('subscriptions', 'customer', customers, subscriptions, (e) => e.customer)
  where('charges', 'customer', customers, charges, (e) => e.payment.customer)
  where('payment_intents', 'customer', customers, paymentIntents, (e) => e.customer)
  where('payment_methods', 'customer', customers, b.paymentMethods, (e) => e.customer)
  where('setup_intents', 'customer', customers, b.setupIntents, (e) => e.card.customer)
  where('credit_notes', 'customer', customers, b.creditNotes, (e) => e.invoice.customer)
  where('checkout_sessions', 'customer', customers, b.checkoutSessions, (e) => e.customer)
  where('invoices', 'subscription', subscriptions, invoices, (e) => e.subscription)
  where('checkout_sessions', 'subscription', subscriptions, b.checkoutSessions, (e) => e.subscription)
  where('invoice_payments', 'invoice', invoices, b.invoicePayments, (e) => e.invoice)
  where('credit_notes', 'invoice', invoices, b.creditNotes, (e) => e.invoice)
  where('charges', 'payment_intent', paymentIntents, charges, (e) => e.payment)
  where('refunds', 'payment_intent', paymentIntents, b.refunds, (e) => e.charge.payment)
  where('disputes', 'payment_intent', paymentIntents, b.disputes, (e) => e.charge.payment)
  where('checkout_sessions', 'payment_intent', paymentIntents, b.checkoutSessions, (e) => e.payment)
  where('refunds', 'charge', charges, b.refunds, (e) => e.charge)
  where('disputes', 'charge', charges, b.disputes, (e) => e.charge)
  // A payout's transactions are what it covers, and its own.
  where('balance_transactions', 'payout', payouts, b.balanceTransactions, (e) =>
    e.source.kind === 'payout' ? e.source.of : e.payout,
  )

  where('invoices', 'customer', customers, invoices, (e) => e.customer)
  const ofPattern = finders.get('invoices customer')
  finders.set('invoices customer', (id) => {
    const index = customers.indexOf(id)
    const imported = index === undefined ? -1 : customers.inBlock(index)
    return imported >= 0 ? [invoices.blockStart + imported] : (ofPattern?.(id) ?? [])
  })
  finders.set('prices product', (id) => {
    const product = productIndex(b, id)
    return product === undefined ? [] : Array.from({ length: SLOTS }, (_, slot) => product * SLOTS + slot)
  })
  return finders
}

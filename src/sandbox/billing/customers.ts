import type Stripe from 'stripe'
import { type Billing, CHILDREN } from './billing.ts'
import {
  balanceAfter,
  balanceChange,
  type Party,
  partyAddress,
  partyAt,
  partyBalanceChanges,
  partyEmail,
  partyName,
  partyPhone,
  partySources,
  partyTaxId,
  partyTaxIds,
} from './parties.ts'
import { pick } from './random.ts'
import { subscription } from './subscriptions.ts'
import { awkward, metadata } from './texts.ts'
import type { Wire } from './wire.ts'

export function invoicePrefix(p: Party): string {
  return (p.hash >>> 0).toString(16).toUpperCase().padStart(8, '0')
}

export function customer(b: Billing, index: number): Wire<Stripe.Customer> {
  const p = partyAt(b, index)
  const name = partyName(p)
  const address = partyAddress(p)
  const card = p.entry?.cards[0]
  const unpaid = p.entry?.subscriptions.some((s) => s.state === 'past_due') ?? false
  const changes = partyBalanceChanges(p)
  const sources = customerSources(b, p)
  return {
    id: b.customers.idAt(index),
    object: 'customer',
    address,
    balance: changes === 0 ? 0 : balanceAfter(p, changes - 1),
    created: b.customers.createdAt(index),
    currency: p.entry ? p.currency.code : null,
    customer_account: null,
    default_source: sources[0]?.id ?? null,
    delinquent: unpaid,
    description: pick(p.hash, 9, 12) === 0 ? awkward(p.hash) : null,
    discount: null,
    email: partyEmail(p),
    invoice_prefix: invoicePrefix(p),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: card ? b.paymentMethods.id(card, p.tile) : null,
      footer: null,
      rendering_options: null,
    },
    livemode: b.livemode,
    metadata: p.entry ? metadata(p.hash) : { imported_from: 'legacy billing', legacy_id: `${index}` },
    name,
    next_invoice_sequence: 1 + (p.hash % 40),
    phone: partyPhone(p),
    preferred_locales: pick(p.hash, 10, 6) === 0 ? [p.currency.language] : [],
    shipping: address && pick(p.hash, 11, 10) === 0 ? { address, name: name ?? '', phone: '' } : null,
    sources,
    subscriptions: subscriptions(b, p),
    tax_exempt: pick(p.hash, 12, 50) === 0 ? 'reverse' : 'none',
    tax_ids: customerTaxIds(b, p),
    test_clock: null,
  }
}

/** Those that have not ended, newest first. */
function subscriptions(b: Billing, p: Party): Wire<Stripe.Subscription>[] {
  const made: Wire<Stripe.Subscription>[] = []
  for (const entry of p.entry?.subscriptions ?? []) {
    const of = entry.ended === undefined ? subscription(b, b.subscriptions.index(entry, p.tile)) : undefined
    if (of && b.subscriptions.exists(entry, p.tile)) made.unshift(of)
  }
  return made
}

export function customerTaxIds(b: Billing, p: Party): Wire<Stripe.TaxId>[] {
  const made: Wire<Stripe.TaxId>[] = []
  const count = partyTaxIds(p)
  for (let place = 0; place < count; place++) made.push(customerTaxId(b, p, place))
  return made.reverse()
}

function customerTaxId(b: Billing, p: Party, place: number): Wire<Stripe.TaxId> {
  const { type, value } = partyTaxId(p, place)
  const customer = b.customers.idAt(p.index)
  return {
    id: b.ids.taxId.encode(p.index * CHILDREN + place),
    object: 'tax_id',
    country: p.currency.country,
    created: b.customers.createdAt(p.index) + place,
    customer,
    customer_account: null,
    livemode: b.livemode,
    owner: { customer, customer_account: null, type: 'customer' },
    type,
    value,
    verification: {
      status: pick(p.hash, 13, 5) === 0 ? 'pending' : 'verified',
      verified_address: null,
      verified_name: partyName(p),
    },
  }
}

export function customerSources(b: Billing, p: Party): Wire<Stripe.Card>[] {
  const made: Wire<Stripe.Card>[] = []
  for (let place = partySources(p) - 1; place >= 0; place--) {
    made.push({
      id: b.ids.card.encode(p.index * CHILDREN + place),
      object: 'card',
      address_city: null,
      address_country: null,
      address_line1: null,
      address_line1_check: null,
      address_line2: null,
      address_state: null,
      address_zip: '94105',
      address_zip_check: 'pass',
      brand: 'Visa',
      country: 'US',
      customer: b.customers.idAt(p.index),
      cvc_check: 'pass',
      dynamic_last4: null,
      exp_month: 1 + (p.hash % 12),
      exp_year: 2027 + place,
      fingerprint: 'F9kEpt2aZxQeRb7u',
      funding: 'credit',
      last4: '4242',
      metadata: {},
      name: partyName(p),
      regulated_status: 'unregulated',
      tokenization_method: null,
    })
  }
  return made
}

/** Newest first; all of them within some days after the customer. */
export function customerBalanceTransactions(b: Billing, p: Party): Wire<Stripe.CustomerBalanceTransaction>[] {
  const made: Wire<Stripe.CustomerBalanceTransaction>[] = []
  const created = b.customers.createdAt(p.index)
  for (let place = partyBalanceChanges(p) - 1; place >= 0; place--) {
    made.push({
      id: b.ids.balanceChange.encode(p.index * CHILDREN + place),
      object: 'customer_balance_transaction',
      amount: balanceChange(p, place),
      checkout_session: null,
      created: Math.min(b.calendar.end, created + (place + 1) * 7200),
      credit_note: null,
      currency: p.currency.code,
      customer: b.customers.idAt(p.index),
      customer_account: null,
      description: place % 4 === 0 ? awkward(p.hash + place) : null,
      ending_balance: balanceAfter(p, place),
      invoice: null,
      livemode: b.livemode,
      metadata: {},
      type: 'adjustment',
    })
  }
  return made
}

import type Stripe from 'stripe'
import type { Billing } from './billing.ts'
import { cardFacts } from './cards.ts'
import { party, partyAddress, partyEmail, partyName, partyPhone } from './parties.ts'
import type { CardEntry } from './pattern.ts'
import { hashIndex, pick } from './random.ts'
import { address, email, metadata, personName } from './texts.ts'
import type { Wire } from './wire.ts'

export function cardHash(b: Billing, entry: CardEntry, tile: number): number {
  return hashIndex(b.keys.card, b.paymentMethods.index(entry, tile))
}

/** Whose card it is: the customer's details, or what a guest typed. */
export function cardHolder(b: Billing, entry: CardEntry, tile: number) {
  if (entry.customer) {
    const who = party(b, entry.customer, tile)
    return {
      address: partyAddress(who),
      email: partyEmail(who),
      name: partyName(who),
      phone: partyPhone(who),
      tax_id: null,
    }
  }
  const hash = cardHash(b, entry, tile)
  return {
    address: address(hash, 'US'),
    email: email(hash, hash),
    name: personName(hash),
    phone: null,
    tax_id: null,
  }
}

export function paymentMethod(b: Billing, entry: CardEntry, tile: number): Wire<Stripe.PaymentMethod> {
  const hash = cardHash(b, entry, tile)
  const card = cardFacts(hash)
  return {
    id: b.paymentMethods.id(entry, tile),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: cardHolder(b, entry, tile),
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: 'pass', cvc_check: 'pass' },
      country: 'US',
      display_brand: card.brand,
      exp_month: card.expMonth,
      exp_year: card.expYear,
      fingerprint: card.fingerprint,
      funding: card.funding,
      generated_from: null,
      last4: card.last4,
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: b.paymentMethods.created(entry, tile),
    customer: entry.customer ? b.customers.id(entry.customer, tile) : null,
    customer_account: null,
    livemode: b.livemode,
    metadata: pick(hash, 7, 8) === 0 ? metadata(hash) : {},
    type: 'card',
  }
}

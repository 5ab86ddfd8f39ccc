import type Stripe from 'stripe'
import type { Billing } from './billing.ts'
import type { Wire } from './wire.ts'

/** The account's own. */
export function taxId(b: Billing, index: number): Wire<Stripe.TaxId> {
  return {
    id: b.ids.accountTaxId.encode(index),
    object: 'tax_id',
    country: index === 0 ? 'US' : 'DE',
    created: b.accountCreated,
    customer: null,
    customer_account: null,
    livemode: b.livemode,
    owner: { customer_account: null, type: 'self' },
    type: index === 0 ? 'us_ein' : 'eu_vat',
    value: index === 0 ? '12-3456789' : 'DE123456789',
    verification: null,
  }
}

import type Stripe from 'stripe'
import type { Billing } from './billing.ts'
import { currencies } from './money.ts'
import type { Wire } from './wire.ts'

/** The account that all this belongs to. */
export function account(b: Billing): Wire<Stripe.Account> {
  return {
    id: b.accountId,
    object: 'account',
    business_profile: {
      mcc: '5734',
      minority_owned_business_designation: [],
      name: 'Sandbox, Inc.',
      product_description: null,
      specified_commercial_transactions_act_url: null,
      support_address: null,
      support_email: 'support@example.com',
      support_phone: null,
      support_url: null,
      url: 'https://example.com',
    },
    business_type: 'company',
    capabilities: { card_payments: 'active', transfers: 'active' },
    charges_enabled: true,
    country: 'US',
    created: b.accountCreated,
    default_currency: 'usd',
    details_submitted: true,
    email: 'owner@example.com',
    metadata: {},
    payouts_enabled: true,
    type: 'standard',
  }
}

/** Payouts of a currency go to the account's bank account in that currency. */
export function bankAccountId(b: Billing, currency: number): string {
  return b.ids.bankAccount.encode(currency % currencies.length)
}

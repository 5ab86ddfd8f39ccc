import type Stripe from 'stripe'
import type { Billing } from './billing.ts'
import type { SetupEntry } from './pattern.ts'
import type { Wire } from './wire.ts'

/** How a customer's card was saved. */
export function setupIntent(b: Billing, entry: SetupEntry, tile: number): Wire<Stripe.SetupIntent> {
  const { card } = entry
  const id = b.setupIntents.id(entry, tile)
  return {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: null,
    application: null,
    automatic_payment_methods: { allow_redirects: 'always', enabled: true },
    cancellation_reason: null,
    client_secret: `${id}_secret_${id.slice(-8)}`,
    created: b.setupIntents.created(entry, tile),
    customer: card.customer ? b.customers.id(card.customer, tile) : null,
    customer_account: null,
    description: null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: b.livemode,
    managed_payments: null,
    mandate: null,
    metadata: {},
    next_action: null,
    on_behalf_of: null,
    payment_method: b.paymentMethods.id(card, tile),
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: 'succeeded',
    usage: 'off_session',
  }
}

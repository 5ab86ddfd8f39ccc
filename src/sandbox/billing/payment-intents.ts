import type Stripe from 'stripe'
import { paymentAmount } from './amounts.ts'
import type { Billing } from './billing.ts'
import { currencyAt } from './money.ts'
import type { ChargeEntry, PaymentEntry } from './pattern.ts'
import { awkward } from './texts.ts'
import type { Wire } from './wire.ts'

/** The last attempt that has happened. */
function latestCharge(b: Billing, entry: PaymentEntry, tile: number): ChargeEntry | undefined {
  const last = entry.charges.at(-1)
  return last && b.charges.exists(last, tile) ? last : undefined
}

export function paymentIntent(b: Billing, entry: PaymentEntry, tile: number): Wire<Stripe.PaymentIntent> {
  const id = b.paymentIntents.id(entry, tile)
  const amount = paymentAmount(b, entry, tile)
  const created = b.paymentIntents.created(entry, tile)
  const latest = latestCharge(b, entry, tile)
  const paid = latest?.succeeded === true
  const voided = entry.invoice?.outcome === 'void'
  const waiting = !latest && !voided
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: paid ? amount : 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: voided ? Math.min(created + 7 * 86_400, b.calendar.end) : null,
    cancellation_reason: voided ? 'void_invoice' : null,
    capture_method: 'automatic',
    client_secret: `${id}_secret_${id.slice(-8)}`,
    confirmation_method: 'automatic',
    created,
    currency: currencyAt(entry.currency).code,
    customer: entry.customer ? b.customers.id(entry.customer, tile) : null,
    customer_account: null,
    description: entry.invoice ? 'Subscription update' : awkward(created),
    excluded_payment_method_types: null,
    last_payment_error:
      latest && !paid
        ? {
            charge: b.charges.id(latest, tile),
            code: 'card_declined',
            decline_code: 'insufficient_funds',
            doc_url: 'https://docs.stripe.com/error-codes/card-declined',
            message: 'Your card has insufficient funds.',
            type: 'card_error',
          }
        : null,
    latest_charge: latest ? b.charges.id(latest, tile) : null,
    livemode: b.livemode,
    managed_payments: null,
    metadata: {},
    next_action: null,
    on_behalf_of: null,
    payment_method: latest && !paid ? null : b.paymentMethods.id(entry.card, tile),
    payment_method_configuration_details: null,
    payment_method_options: {
      card: {
        installments: null,
        mandate_options: null,
        network: null,
        request_three_d_secure: 'automatic',
      },
    },
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: entry.customer ? 'off_session' : null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: paid ? 'succeeded' : voided ? 'canceled' : waiting ? 'processing' : 'requires_payment_method',
    transfer_data: null,
    transfer_group: null,
  }
}

import type Stripe from 'stripe'
import { paymentAmount, refundAmount } from './amounts.ts'
import type { Billing } from './billing.ts'
import { cardFacts } from './cards.ts'
import { currencyAt } from './money.ts'
import type { ChargeEntry } from './pattern.ts'
import { cardHash, cardHolder } from './payment-methods.ts'
import { hashIndex, pick } from './random.ts'
import { refundOf } from './refunds.ts'
import { metadata } from './texts.ts'
import type { Wire } from './wire.ts'

export function charge(b: Billing, entry: ChargeEntry, tile: number): Wire<Stripe.Charge> {
  const { payment, succeeded } = entry
  const index = b.charges.index(entry, tile)
  const id = b.charges.idAt(index)
  const hash = hashIndex(b.keys.charge, index)
  const amount = paymentAmount(b, payment, tile)
  const card = cardFacts(cardHash(b, payment.card, tile))
  const holder = cardHolder(b, payment.card, tile)
  const refunds: Wire<Stripe.Refund>[] = []
  let refunded = 0
  for (const refund of entry.refunds) {
    if (!b.refunds.exists(refund, tile)) continue
    refunds.unshift(refundOf(b, refund, tile, amount))
    refunded += refundAmount(b, refund, tile, amount)
  }
  return {
    id,
    object: 'charge',
    amount,
    amount_captured: succeeded ? amount : 0,
    amount_refunded: refunded,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: entry.transaction ? b.balanceTransactions.id(entry.transaction, tile) : null,
    billing_details: holder,
    calculated_statement_descriptor: 'SANDBOX',
    captured: succeeded,
    created: b.charges.created(entry, tile),
    currency: currencyAt(payment.currency).code,
    customer: payment.customer ? b.customers.id(payment.customer, tile) : null,
    description: payment.invoice ? 'Subscription update' : null,
    disputed: entry.dispute !== undefined && b.disputes.exists(entry.dispute, tile),
    failure_balance_transaction: null,
    failure_code: succeeded ? null : 'card_declined',
    failure_message: succeeded ? null : 'Your card has insufficient funds.',
    fraud_details: {},
    livemode: b.livemode,
    metadata: pick(hash, 1, 6) === 0 ? metadata(hash) : {},
    on_behalf_of: null,
    outcome: {
      advice_code: succeeded ? null : 'try_again_later',
      network_advice_code: null,
      network_decline_code: succeeded ? null : '51',
      network_status: succeeded ? 'approved_by_network' : 'declined_by_network',
      reason: succeeded ? null : 'insufficient_funds',
      risk_level: 'normal',
      risk_score: pick(hash, 2, 65),
      seller_message: succeeded
        ? 'Payment complete.'
        : 'The bank returned the decline code `insufficient_funds`.',
      type: succeeded ? 'authorized' : 'issuer_declined',
    },
    paid: succeeded,
    payment_intent: b.paymentIntents.id(payment, tile),
    payment_method: b.paymentMethods.id(payment.card, tile),
    payment_method_details: {
      card: {
        amount_authorized: succeeded ? amount : null,
        authorization_code: succeeded ? `${100_000 + pick(hash, 3, 900_000)}` : null,
        brand: card.brand,
        checks: { address_line1_check: null, address_postal_code_check: 'pass', cvc_check: null },
        country: 'US',
        electronic_commerce_indicator: null,
        exp_month: card.expMonth,
        exp_year: card.expYear,
        extended_authorization: { status: 'disabled' },
        fingerprint: card.fingerprint,
        funding: card.funding,
        incremental_authorization: { status: 'unavailable' },
        installments: null,
        last4: card.last4,
        mandate: null,
        multicapture: { status: 'unavailable' },
        network: card.brand,
        network_token: { used: false },
        network_transaction_id: `${1_000_000_000 + pick(hash, 4, 1_000_000_000)}`,
        overcapture: { maximum_amount_capturable: amount, status: 'unavailable' },
        regulated_status: 'unregulated',
        three_d_secure: null,
        transaction_link_id: null,
        wallet: null,
      },
      type: 'card',
    },
    radar_options: {},
    receipt_email: null,
    receipt_number: null,
    receipt_url: succeeded ? `https://pay.stripe.com/receipts/payment/${id}?s=ap` : null,
    refunded: succeeded && amount > 0 && refunded === amount,
    refunds,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: succeeded ? 'succeeded' : 'failed',
    transfer_data: null,
    transfer_group: null,
  }
}

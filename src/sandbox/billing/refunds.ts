import type Stripe from 'stripe'
import { paymentAmount, refundAmount } from './amounts.ts'
import type { Billing } from './billing.ts'
import { currencyAt } from './money.ts'
import type { RefundEntry } from './pattern.ts'
import { hashIndex, pick } from './random.ts'
import { metadata } from './texts.ts'
import type { Wire } from './wire.ts'

const REASONS = ['requested_by_customer', 'duplicate', 'fraudulent', null] as const

export function refund(b: Billing, entry: RefundEntry, tile: number): Wire<Stripe.Refund> {
  const { charge } = entry
  return refundOf(b, entry, tile, paymentAmount(b, charge.payment, tile))
}

/** `charged`: the amount of the charge. */
export function refundOf(b: Billing, entry: RefundEntry, tile: number, charged: number): Wire<Stripe.Refund> {
  const { payment } = entry.charge
  const hash = hashIndex(b.keys.refund, b.refunds.index(entry, tile))
  return {
    id: b.refunds.id(entry, tile),
    object: 'refund',
    amount: refundAmount(b, entry, tile, charged),
    balance_transaction: entry.transaction ? b.balanceTransactions.id(entry.transaction, tile) : null,
    charge: b.charges.id(entry.charge, tile),
    created: b.refunds.created(entry, tile),
    currency: currencyAt(payment.currency).code,
    customer: payment.customer ? b.customers.id(payment.customer, tile) : null,
    customer_account: null,
    destination_details: {
      card: {
        reference: `${70_000_000_000 + hash}`,
        reference_status: 'available',
        reference_type: 'acquirer_reference_number',
        type: 'refund',
      },
      type: 'card',
    },
    metadata: metadata(hash),
    payment_intent: b.paymentIntents.id(payment, tile),
    payment_method: b.paymentMethods.id(payment.card, tile),
    reason: REASONS[pick(hash, 2, 4)] ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  }
}

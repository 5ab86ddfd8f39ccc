import type Stripe from 'stripe'
import { paymentAmount } from './amounts.ts'
import { balanceTransaction } from './balance-transactions.ts'
import type { Billing } from './billing.ts'
import { cardFacts } from './cards.ts'
import { currencyAt } from './money.ts'
import type { DisputeEntry } from './pattern.ts'
import { cardHash, cardHolder } from './payment-methods.ts'
import { awkward } from './texts.ts'
import type { Wire } from './wire.ts'

export function dispute(b: Billing, entry: DisputeEntry, tile: number): Wire<Stripe.Dispute> {
  const { payment } = entry.charge
  const created = b.disputes.created(entry, tile)
  const back = entry.reinstated && b.balanceTransactions.exists(entry.reinstated, tile)
  const status = entry.state === 'won' && !back ? 'under_review' : entry.state
  const card = cardHash(b, payment.card, tile)
  const holder = cardHolder(b, payment.card, tile)
  const transactions: Wire<Stripe.BalanceTransaction>[] = []
  if (entry.withdrawn) transactions.push(balanceTransaction(b, entry.withdrawn, tile))
  if (entry.reinstated && back) transactions.push(balanceTransaction(b, entry.reinstated, tile))
  const answered = status !== 'needs_response'
  return {
    id: b.disputes.id(entry, tile),
    object: 'dispute',
    amount: paymentAmount(b, payment, tile),
    balance_transactions: transactions,
    charge: b.charges.id(entry.charge, tile),
    created,
    currency: currencyAt(payment.currency).code,
    enhanced_eligibility_types: [],
    evidence: {
      access_activity_log: null,
      billing_address: holder.address ? `${holder.address.line1}, ${holder.address.city}` : null,
      cancellation_policy: null,
      cancellation_policy_disclosure: null,
      cancellation_rebuttal: null,
      customer_communication: null,
      customer_email_address: holder.email,
      customer_name: holder.name,
      customer_purchase_ip: null,
      customer_signature: null,
      duplicate_charge_documentation: null,
      duplicate_charge_explanation: null,
      duplicate_charge_id: null,
      enhanced_evidence: {},
      product_description: null,
      receipt: null,
      refund_policy: null,
      refund_policy_disclosure: null,
      refund_refusal_explanation: null,
      service_date: null,
      service_documentation: null,
      shipping_address: null,
      shipping_carrier: null,
      shipping_date: null,
      shipping_documentation: null,
      shipping_tracking_number: null,
      uncategorized_file: null,
      uncategorized_text: answered ? awkward(card) : null,
    },
    evidence_details: {
      due_by: created + 9 * 86_400,
      enhanced_eligibility: {},
      has_evidence: answered,
      past_due: false,
      submission_count: answered ? 1 : 0,
      submission_method: answered ? 'manual' : 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: false,
    livemode: b.livemode,
    metadata: {},
    payment_intent: b.paymentIntents.id(payment, tile),
    payment_method_details: {
      card: {
        brand: cardFacts(card).brand,
        case_type: 'chargeback',
        network: cardFacts(card).brand,
        network_reason_code: '10.4',
      },
      type: 'card',
    },
    reason: 'fraudulent',
    status,
  }
}

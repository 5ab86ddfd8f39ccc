import type Stripe from 'stripe'
import { bankAccountId } from './account.ts'
import { payoutAmount } from './balance-transactions.ts'
import type { Billing } from './billing.ts'
import { currencyAt } from './money.ts'
import type { PayoutEntry } from './pattern.ts'
import type { Wire } from './wire.ts'

/**
 * A payout pays out one currency's transactions of its cycle and tile, which are the ones since the tile
 * before: its amount is the sum of their nets, and with its own transaction they come to nothing.
 */
export function payout(b: Billing, entry: PayoutEntry, tile: number): Wire<Stripe.Payout> {
  const created = b.payouts.created(entry, tile)
  const arrival = created - (created % 86_400) + 2 * 86_400
  const id = b.payouts.id(entry, tile)
  const arrived = arrival <= b.calendar.end
  return {
    id,
    object: 'payout',
    amount: payoutAmount(b, entry, tile),
    application_fee: null,
    application_fee_amount: null,
    arrival_date: arrival,
    automatic: true,
    balance_transaction: entry.transaction ? b.balanceTransactions.id(entry.transaction, tile) : null,
    created,
    currency: currencyAt(entry.currency).code,
    description: 'STRIPE PAYOUT',
    destination: bankAccountId(b, entry.currency),
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: b.livemode,
    metadata: {},
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: arrived ? 'completed' : 'in_progress',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: null,
    status: arrived ? 'paid' : 'in_transit',
    trace_id: arrived ? { status: 'supported', value: id.slice(-12).toUpperCase() } : null,
    type: 'bank_account',
  }
}

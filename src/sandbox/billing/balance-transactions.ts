import type Stripe from 'stripe'
import { paymentAmount, refundAmount } from './amounts.ts'
import type { Billing } from './billing.ts'
import { chargeFee, currencyAt } from './money.ts'
import type { PayoutEntry, TransactionEntry } from './pattern.ts'
import { pick } from './random.ts'
import type { Wire } from './wire.ts'

/** Money that moved: `amount` before the fee. */
interface Movement {
  readonly amount: number
  readonly fee: number
}

export function movement(b: Billing, entry: TransactionEntry, tile: number): Movement {
  const { source } = entry
  const currency = currencyAt(entry.currency)
  switch (source.kind) {
    case 'charge': {
      const amount = paymentAmount(b, source.of.payment, tile)
      return { amount, fee: chargeFee(amount, currency) }
    }
    case 'refund': {
      const amount = paymentAmount(b, source.of.charge.payment, tile)
      return { amount: -refundAmount(b, source.of, tile, amount), fee: 0 }
    }
    case 'dispute':
      return { amount: -paymentAmount(b, source.of.charge.payment, tile), fee: currency.disputeFee }
    case 'reinstatement':
      return { amount: paymentAmount(b, source.of.charge.payment, tile), fee: 0 }
    case 'fee':
      return { amount: -(100 + pick(b.seed + tile, entry.cycle, 400)), fee: 0 }
    case 'payout':
      return { amount: -payoutAmount(b, source.of, tile) + 0, fee: 0 }
  }
}

/** The sum of the nets of what the payout covers; below zero, money is taken from the bank. */
export function payoutAmount(b: Billing, entry: PayoutEntry, tile: number): number {
  let sum = 0
  for (const covered of entry.covers) {
    const { amount, fee } = movement(b, covered, tile)
    sum += amount - fee
  }
  return sum
}

function sourceId(b: Billing, { source }: TransactionEntry, tile: number): string | null {
  switch (source.kind) {
    case 'charge':
      return b.charges.id(source.of, tile)
    case 'refund':
      return b.refunds.id(source.of, tile)
    case 'dispute':
    case 'reinstatement':
      return b.disputes.id(source.of, tile)
    case 'payout':
      return b.payouts.id(source.of, tile)
    case 'fee':
      return null
  }
}

const KINDS = {
  charge: { type: 'charge', category: 'charge', description: 'Subscription update' },
  refund: { type: 'refund', category: 'refund', description: 'REFUND FOR CHARGE' },
  dispute: { type: 'adjustment', category: 'dispute', description: 'Chargeback withdrawal' },
  reinstatement: { type: 'adjustment', category: 'dispute_reversal', description: 'Chargeback reversal' },
  fee: { type: 'stripe_fee', category: 'fee', description: 'Billing - Usage Fee' },
  payout: { type: 'payout', category: 'payout', description: 'STRIPE PAYOUT' },
} as const

export function balanceTransaction(
  b: Billing,
  entry: TransactionEntry,
  tile: number,
): Wire<Stripe.BalanceTransaction> {
  const { amount, fee } = movement(b, entry, tile)
  const kind = KINDS[entry.source.kind]
  const created = b.balanceTransactions.created(entry, tile)
  const { code } = currencyAt(entry.currency)
  // Money is available when it is paid out.
  const available = entry.payout ? b.payouts.created(entry.payout, tile) : created
  const settled = entry.payout === undefined || b.payouts.exists(entry.payout, tile)
  return {
    id: b.balanceTransactions.id(entry, tile),
    object: 'balance_transaction',
    amount,
    available_on: available - (available % 86_400),
    balance_type: 'payments',
    created,
    currency: code,
    description: kind.description,
    exchange_rate: null,
    fee,
    fee_details:
      fee === 0
        ? []
        : [
            {
              amount: fee,
              application: null,
              currency: code,
              description: entry.source.kind === 'dispute' ? 'Dispute fee' : 'Stripe processing fees',
              type: 'stripe_fee',
            },
          ],
    net: amount - fee,
    reporting_category: kind.category,
    source: sourceId(b, entry, tile),
    status: settled ? 'available' : 'pending',
    type: kind.type,
  }
}

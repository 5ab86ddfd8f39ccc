import type { Billing } from './billing.ts'
import { bill, totals } from './bills.ts'
import { currencyAt } from './money.ts'
import type { ChargeEntry, PaymentEntry, RefundEntry } from './pattern.ts'
import { hashIndex, pick } from './random.ts'

/** What a payment is over: its invoice's total, or what a guest bought. */
export function paymentAmount(b: Billing, payment: PaymentEntry, tile: number): number {
  if (payment.invoice) return totals(bill(b, payment.invoice, tile)).total
  const hash = hashIndex(b.keys.charge, b.paymentIntents.index(payment, tile))
  return Math.round((500 + 10 * pick(hash, 1, 2000)) * currencyAt(payment.currency).unit)
}

function firstPart(b: Billing, refund: RefundEntry, tile: number, amount: number): number {
  const hash = hashIndex(b.keys.refund, b.refunds.index(refund, tile))
  return Math.max(1, Math.floor((amount * (1 + pick(hash, 1, 80))) / 1000) * 10)
}

/** A refund of a charge over `amount`: all, a part, or what the first part left. */
export function refundAmount(b: Billing, refund: RefundEntry, tile: number, amount: number): number {
  if (refund.part === 'full') return amount
  const first = refund.charge.refunds[0]
  if (refund.part === 'first' || !first) return firstPart(b, refund, tile, amount)
  return amount - firstPart(b, first, tile, amount)
}

/** The sum of the refunds that have happened. */
export function refundedAmount(b: Billing, charge: ChargeEntry, tile: number, amount: number): number {
  let sum = 0
  for (const refund of charge.refunds) {
    if (b.refunds.exists(refund, tile)) sum += refundAmount(b, refund, tile, amount)
  }
  return sum
}

import type Stripe from 'stripe'
import { refundAmount } from './amounts.ts'
import { type Billing, CHILDREN } from './billing.ts'
import { type Bill, bill, lineAmount, lineDiscount, lineId, lineQuantity, lineTax, totals } from './bills.ts'
import { invoicePrefix } from './customers.ts'
import { discountId } from './discounts.ts'
import { party } from './parties.ts'
import type { CreditNoteEntry } from './pattern.ts'
import { hashIndex, pick } from './random.ts'
import { awkward } from './texts.ts'
import type { Wire } from './wire.ts'

/**
 * A note for a refund of an invoice. For all of it, its lines are the invoice's lines with their discounts
 * and taxes; for a part, they are amounts of their own, mostly one and sometimes a dozen.
 */
export function creditNote(b: Billing, entry: CreditNoteEntry, tile: number): Wire<Stripe.CreditNote> {
  const f = bill(b, entry.invoice, tile)
  const sum = totals(f)
  const index = b.creditNotes.index(entry, tile)
  const hash = hashIndex(b.keys.refund, index)
  const full = entry.refund.part === 'full'
  const total = refundAmount(b, entry.refund, tile, sum.total)
  const id = b.creditNotes.idAt(index)
  const created = b.creditNotes.created(entry, tile)
  const discount = full && f.coupon >= 0 && f.terms ? discountId(b, f.terms.index) : ''
  const tax = full ? sum.tax : 0
  const inclusive = f.taxIncluded ? tax : 0
  const subtotal = full ? sum.subtotal : total
  const off = full ? sum.discount : 0
  return {
    id,
    object: 'credit_note',
    amount: total,
    amount_shipping: 0,
    created,
    currency: f.currency.code,
    customer: b.customers.id(entry.invoice.customer, tile),
    customer_account: null,
    customer_balance_transaction: null,
    discount_amount: off,
    discount_amounts: discount ? [{ amount: off, discount }] : [],
    effective_at: created,
    invoice: b.invoices.idAt(f.index),
    lines: full ? mirrored(b, f, index) : split(b, hash, index, total),
    livemode: b.livemode,
    memo: pick(hash, 3, 10) === 0 ? awkward(hash) : null,
    metadata: {},
    number: `${invoicePrefix(party(b, entry.invoice.customer, tile))}-${`${entry.invoice.ordinal + 1}`.padStart(4, '0')}-CN-01`,
    out_of_band_amount: null,
    pdf: `https://pay.stripe.com/credit_notes/${b.accountId}/${id}/pdf?s=ap`,
    post_payment_amount: total,
    pre_payment_amount: 0,
    pretax_credit_amounts: discount ? [{ amount: off, discount, type: 'discount' }] : [],
    reason: pick(hash, 4, 3) === 0 ? 'order_change' : null,
    refunds: [
      {
        amount_refunded: total,
        payment_record_refund: null,
        refund: b.refunds.id(entry.refund, tile),
        type: 'refund',
      },
    ],
    shipping_cost: null,
    status: 'issued',
    subtotal,
    subtotal_excluding_tax: subtotal - inclusive,
    total,
    total_excluding_tax: total - tax,
    total_taxes: full && f.taxRate >= 0 ? [taxOf(b, f, tax, subtotal - off - inclusive)] : [],
    type: 'post_payment',
    voided_at: null,
  }
}

function taxOf(b: Billing, f: Bill, amount: number, taxable: number): Wire<Stripe.CreditNote.TotalTax> {
  return {
    amount,
    tax_behavior: f.taxIncluded ? 'inclusive' : 'exclusive',
    tax_rate_details: { tax_rate: b.ids.taxRate.encode(f.taxRate) },
    taxability_reason: 'not_available',
    taxable_amount: taxable,
    type: 'tax_rate_details',
  }
}

function mirrored(b: Billing, f: Bill, note: number): Wire<Stripe.CreditNoteLineItem>[] {
  const made: Wire<Stripe.CreditNoteLineItem>[] = []
  for (let line = 0; line < f.lines; line++) {
    const amount = lineAmount(f, line)
    const off = lineDiscount(f, line, amount)
    const tax = lineTax(f, amount, off)
    const discounted = f.coupon >= 0 && f.terms !== undefined && amount > 0
    const discount = discounted && f.terms ? discountId(b, f.terms.index) : ''
    made.push({
      id: b.ids.creditNoteLine.encode(note * CHILDREN + line),
      object: 'credit_note_line_item',
      amount,
      description: null,
      discount_amount: off,
      discount_amounts: discounted ? [{ amount: off, discount }] : [],
      invoice_line_item: lineId(b, f, line),
      livemode: b.livemode,
      metadata: {},
      pretax_credit_amounts: discounted ? [{ amount: off, discount, type: 'discount' }] : [],
      quantity: lineQuantity(f, line),
      tax_rates: [],
      taxes: f.taxRate >= 0 ? [taxOf(b, f, tax, amount - off - (f.taxIncluded ? tax : 0))] : [],
      type: 'invoice_line_item',
      unit_amount: null,
      unit_amount_decimal: null,
    })
  }
  return made
}

function split(b: Billing, hash: number, note: number, total: number): Wire<Stripe.CreditNoteLineItem>[] {
  const wanted = pick(hash, 5, 12) === 0 ? 12 : 1
  const count = Math.min(wanted, total)
  const share = Math.floor(total / count)
  const made: Wire<Stripe.CreditNoteLineItem>[] = []
  for (let line = 0; line < count; line++) {
    const amount = line === 0 ? total - share * (count - 1) : share
    made.push({
      id: b.ids.creditNoteLine.encode(note * CHILDREN + line),
      object: 'credit_note_line_item',
      amount,
      description: `Credit ${line + 1}`,
      discount_amount: 0,
      discount_amounts: [],
      livemode: b.livemode,
      metadata: {},
      pretax_credit_amounts: [],
      quantity: 1,
      tax_rates: [],
      taxes: [],
      type: 'custom_line_item',
      unit_amount: amount,
      unit_amount_decimal: `${amount}`,
    })
  }
  return made
}

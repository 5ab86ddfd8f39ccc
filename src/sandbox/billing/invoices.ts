import type Stripe from 'stripe'
import { refundAmount } from './amounts.ts'
import { type Billing, FINALIZED_AFTER } from './billing.ts'
import { type Bill, bill, importedBill, type Totals, totals } from './bills.ts'
import { invoicePrefix } from './customers.ts'
import { discountId } from './discounts.ts'
import { invoiceLine, type LineContext } from './invoice-lines.ts'
import { invoicePayment } from './invoice-payments.ts'
import {
  type Party,
  party,
  partyAddress,
  partyAt,
  partyEmail,
  partyName,
  partyPhone,
  partyTaxId,
  partyTaxIds,
} from './parties.ts'
import type { InvoiceEntry, Outcome } from './pattern.ts'
import { pick } from './random.ts'
import { renewal } from './subscriptions.ts'
import { taxRate } from './tax-rates.ts'
import { awkward, metadata } from './texts.ts'
import type { Wire } from './wire.ts'

/** How far an invoice has come by the end of history. */
export function invoiceStatus(b: Billing, entry: InvoiceEntry, tile: number): Outcome {
  if (entry.outcome === 'draft') return 'draft'
  const { payment } = entry
  if (!payment) return finalizedAt(b, entry, tile) <= b.calendar.end ? 'paid' : 'draft'
  if (!b.paymentIntents.exists(payment, tile)) {
    return finalizedAt(b, entry, tile) <= b.calendar.end ? 'open' : 'draft'
  }
  const last = payment.charges.at(-1)
  return last && !b.charges.exists(last, tile) ? 'open' : entry.outcome
}

/** First invoices are finalized at once, the others after an hour. */
function finalizedAt(b: Billing, entry: InvoiceEntry, tile: number): number {
  return b.invoices.created(entry, tile) + (entry.sequence === 0 ? 0 : FINALIZED_AFTER)
}

const IMPORTED: readonly Outcome[] = ['open', 'void', 'uncollectible']

export function billAt(b: Billing, index: number): Bill {
  const spot = b.invoices.spot(index)
  if (spot) return bill(b, spot.entry, spot.tile)
  return importedBill(b, index, importedParty(b, index).currency)
}

/** The invoices of the import belong to its customers, in their order. */
function importedParty(b: Billing, index: number): Party {
  return partyAt(b, b.customers.blockStart + b.invoices.inBlock(index))
}

export function invoice(b: Billing, index: number): Wire<Stripe.Invoice> {
  const f = billAt(b, index)
  const { entry, tile } = f
  const who = entry ? party(b, entry.customer, tile) : importedParty(b, index)
  const status = entry ? invoiceStatus(b, entry, tile) : (IMPORTED[f.hash % 3] ?? 'open')
  const sum = totals(f)
  const created = b.invoices.createdAt(index)
  const id = b.invoices.idAt(index)
  const of = entry?.subscription
  const subscription = of ? b.subscriptions.id(of, tile) : null
  const paid = status === 'paid'
  const draft = status === 'draft'
  const finalized = draft ? null : entry ? finalizedAt(b, entry, tile) : created
  const charge = entry?.payment?.charges.at(-1)
  const paidAt = paid ? (charge ? b.charges.created(charge, tile) : finalized) : null
  const attempts = entry?.payment?.charges.length ?? 0
  const excluded = sum.tax
  const inclusive = f.taxIncluded ? sum.tax : 0
  const byInvoice = f.terms ? pick(f.terms.hash, 11, 8) === 0 : true
  const credited = entry ? creditedAmount(b, entry, tile, sum.total) : 0
  const periodStart = of && entry && entry.sequence > 0 ? before(b, entry, tile) : created
  const discount = f.coupon >= 0 && f.terms ? discountId(b, f.terms.index) : ''
  const address = partyAddress(who)
  return {
    id,
    object: 'invoice',
    account_country: 'US',
    account_name: 'Sandbox, Inc.',
    account_tax_ids: null,
    amount_due: sum.total,
    amount_overpaid: 0,
    amount_paid: paid ? sum.total : 0,
    amount_remaining: paid ? 0 : sum.total,
    amount_shipping: 0,
    application: null,
    attempt_count: draft ? 0 : attempts,
    attempted: !draft && attempts > 0,
    auto_advance: draft || status === 'open',
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: draft && of ? created + FINALIZED_AFTER : null,
    billing_reason:
      !of || !entry ? 'manual' : entry.sequence === 0 ? 'subscription_create' : 'subscription_cycle',
    collection_method: byInvoice ? 'send_invoice' : 'charge_automatically',
    created,
    currency: f.currency.code,
    custom_fields: pick(f.hash, 20, 40) === 0 ? [{ name: 'PO number', value: awkward(f.hash) }] : null,
    customer: b.customers.idAt(who.index),
    customer_account: null,
    customer_address: address,
    customer_email: partyEmail(who),
    customer_name: partyName(who),
    customer_phone: partyPhone(who),
    customer_shipping: null,
    customer_tax_exempt: pick(who.hash, 12, 50) === 0 ? 'reverse' : 'none',
    customer_tax_ids: taxIds(who),
    default_payment_method: null,
    default_source: null,
    default_tax_rates: f.taxRate >= 0 ? [taxRate(b, f.taxRate)] : [],
    description: pick(f.hash, 21, 40) === 0 ? awkward(f.hash) : null,
    discounts: discount ? [discount] : [],
    due_date: byInvoice ? created + 30 * 86_400 : null,
    effective_at: finalized,
    ending_balance: draft ? null : 0,
    footer: null,
    from_invoice: null,
    hosted_invoice_url: draft ? null : `https://invoice.stripe.com/i/${b.accountId}/${id}?s=ap`,
    invoice_pdf: draft ? null : `https://pay.stripe.com/invoice/${b.accountId}/${id}/pdf?s=ap`,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    lines: lines(b, f, context(b, f, id, subscription, created)),
    livemode: b.livemode,
    metadata: metadata(f.hash),
    next_payment_attempt: status === 'open' && !byInvoice ? b.calendar.end + 3 * 86_400 : null,
    number: draft ? null : `${invoicePrefix(who)}-${`${entry ? entry.ordinal + 1 : 1}`.padStart(4, '0')}`,
    on_behalf_of: null,
    parent: subscription
      ? {
          quote_details: null,
          subscription_details: { metadata: {}, subscription },
          type: 'subscription_details',
        }
      : null,
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    payments: payments(b, entry, tile, sum),
    period_end: created,
    period_start: periodStart,
    post_payment_credit_notes_amount: credited,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: 0,
    statement_descriptor: null,
    status,
    status_transitions: {
      finalized_at: finalized,
      marked_uncollectible_at:
        status === 'uncollectible' ? Math.min(created + 30 * 86_400, b.calendar.end) : null,
      paid_at: paidAt,
      voided_at: status === 'void' ? Math.min(created + 7 * 86_400, b.calendar.end) : null,
    },
    subtotal: sum.subtotal,
    subtotal_excluding_tax: sum.subtotal - inclusive,
    test_clock: null,
    total: sum.total,
    total_discount_amounts: discount ? [{ amount: sum.discount, discount }] : [],
    total_excluding_tax: sum.total - excluded,
    total_pretax_credit_amounts: discount ? [{ amount: sum.discount, discount, type: 'discount' }] : [],
    total_taxes:
      f.taxRate < 0
        ? []
        : [
            {
              amount: sum.tax,
              tax_behavior: f.taxIncluded ? 'inclusive' : 'exclusive',
              tax_rate_details: { tax_rate: b.ids.taxRate.encode(f.taxRate) },
              taxability_reason: 'not_available',
              taxable_amount: sum.subtotal - sum.discount - inclusive,
              type: 'tax_rate_details',
            },
          ],
    webhooks_delivered_at: draft ? null : (finalized ?? created) + 2,
  }
}

function taxIds(who: Party): Wire<Stripe.Invoice.CustomerTaxId>[] {
  const made: Wire<Stripe.Invoice.CustomerTaxId>[] = []
  const count = partyTaxIds(who)
  for (let place = 0; place < count; place++) made.push(partyTaxId(who, place))
  return made
}

/** The beginning of the period that a renewal closes. */
function before(b: Billing, entry: InvoiceEntry, tile: number): number {
  const { subscription } = entry
  const previous = subscription?.invoices[entry.sequence - 1]
  return subscription && previous
    ? renewal(b, subscription, tile, previous.cycle)
    : b.invoices.created(entry, tile)
}

/** What the lines say: the period that is paid for, beginning with the invoice. */
function context(
  b: Billing,
  f: Bill,
  invoice: string,
  subscription: string | null,
  created: number,
): LineContext {
  const of = f.entry?.subscription
  const months = f.trial ? 1 : (of?.every ?? 0)
  const end = of && f.entry ? renewal(b, of, f.tile, f.entry.cycle + months) : created
  return { invoice, subscription, start: created, end }
}

function lines(b: Billing, f: Bill, c: LineContext): Wire<Stripe.InvoiceLineItem>[] {
  const made: Wire<Stripe.InvoiceLineItem>[] = []
  for (let line = 0; line < f.lines; line++) made.push(invoiceLine(b, f, line, c))
  return made
}

function payments(
  b: Billing,
  entry: InvoiceEntry | undefined,
  tile: number,
  sum: Totals,
): Wire<Stripe.InvoicePayment>[] {
  const payment = entry?.payment?.invoicePayment
  return payment && b.invoicePayments.exists(payment, tile)
    ? [invoicePayment(b, payment, tile, sum.total)]
    : []
}

function creditedAmount(b: Billing, entry: InvoiceEntry, tile: number, total: number): number {
  let sum = 0
  for (const note of entry.creditNotes) {
    if (b.creditNotes.exists(note, tile)) sum += refundAmount(b, note.refund, tile, total)
  }
  return sum
}

import type Stripe from 'stripe'
import { paymentAmount } from './amounts.ts'
import type { Billing } from './billing.ts'
import { invoiceStatus } from './invoices.ts'
import { currencyAt } from './money.ts'
import type { InvoicePaymentEntry } from './pattern.ts'
import type { Wire } from './wire.ts'

/** `total`: of the invoice, where it is known already. */
export function invoicePayment(
  b: Billing,
  entry: InvoicePaymentEntry,
  tile: number,
  total = paymentAmount(b, entry.payment, tile),
): Wire<Stripe.InvoicePayment> {
  const status = invoiceStatus(b, entry.invoice, tile)
  const created = b.invoicePayments.created(entry, tile)
  return {
    id: b.invoicePayments.id(entry, tile),
    object: 'invoice_payment',
    amount_paid: status === 'paid' ? total : null,
    amount_requested: total,
    created,
    currency: currencyAt(entry.payment.currency).code,
    invoice: b.invoices.id(entry.invoice, tile),
    is_default: true,
    livemode: b.livemode,
    payment: { payment_intent: b.paymentIntents.id(entry.payment, tile), type: 'payment_intent' },
    status: status === 'paid' ? 'paid' : status === 'void' ? 'canceled' : 'open',
    status_transitions: {
      canceled_at: status === 'void' ? Math.min(created + 7 * 86_400, b.calendar.end) : null,
      paid_at: status === 'paid' ? created + 5 : null,
    },
  }
}

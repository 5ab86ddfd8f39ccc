import type Stripe from 'stripe'
import { type Billing, CHILDREN } from './billing.ts'
import { type Bill, lineAmount, lineDiscount, lineId, linePrice, lineQuantity, lineTax } from './bills.ts'
import { discountId } from './discounts.ts'
import { METERED, meteredPrice, onceAmount, priceId, SLOTS, unitAmount } from './prices.ts'
import { productId, productName } from './products.ts'
import { pick } from './random.ts'
import { itemId } from './subscriptions.ts'
import { awkward } from './texts.ts'
import type { Wire } from './wire.ts'

/** What all lines of an invoice share. */
export interface LineContext {
  readonly invoice: string
  /** Null for an invoice made by hand. */
  readonly subscription: string | null
  readonly start: number
  readonly end: number
}

export function invoiceLine(b: Billing, f: Bill, line: number, c: LineContext): Wire<Stripe.InvoiceLineItem> {
  const amount = lineAmount(f, line)
  const off = lineDiscount(f, line, amount)
  const tax = lineTax(f, amount, off)
  const price = linePrice(f, line)
  const product = Math.floor(price / SLOTS)
  const quantity = lineQuantity(f, line)
  const t = f.terms
  const own = t !== undefined && line < f.items
  const proration = !own && line < f.items + f.prorations
  const discounted = f.coupon >= 0 && t !== undefined && amount > 0
  const discount = discounted ? discountId(b, t.index) : ''
  const metered = price % SLOTS === METERED
  const unit = metered
    ? meteredPrice(price)
    : `${line < f.items + f.prorations ? unitAmount(price) : onceAmount(product, f.currency)}`
  const item = b.ids.invoiceItem
  return {
    id: lineId(b, f, line),
    object: 'line_item',
    amount,
    currency: f.currency.code,
    description: describe(b, f, line, product, quantity, proration),
    discount_amounts: discounted ? [{ amount: off, discount }] : [],
    discountable: !proration,
    discounts: discounted ? [discount] : [],
    invoice: c.invoice,
    livemode: b.livemode,
    metadata: metered ? { meter: `m${line}`, 'raw "usage"': `${quantity}` } : {},
    parent: own
      ? {
          invoice_item_details: null,
          subscription_item_details: {
            invoice_item: null,
            proration: false,
            proration_details: { credited_items: null },
            subscription: c.subscription,
            subscription_item: itemId(b, t, line),
          },
          type: 'subscription_item_details',
        }
      : proration && t
        ? {
            invoice_item_details: null,
            subscription_item_details: {
              invoice_item: item.encode(f.index * CHILDREN + line),
              proration: true,
              proration_details: { credited_items: null },
              subscription: c.subscription,
              subscription_item: itemId(b, t, 0),
            },
            type: 'subscription_item_details',
          }
        : {
            invoice_item_details: {
              invoice_item: item.encode(f.index * CHILDREN + line),
              proration: false,
              proration_details: { credited_items: null },
              subscription: c.subscription,
            },
            subscription_item_details: null,
            type: 'invoice_item_details',
          },
    period: { end: c.end, start: c.start },
    pretax_credit_amounts: discounted ? [{ amount: off, discount, type: 'discount' }] : [],
    pricing: {
      price_details: { price: priceId(b, price), product: productId(b, product) },
      type: 'price_details',
      unit_amount_decimal: unit,
    },
    quantity,
    quantity_decimal: `${quantity}`,
    subscription: c.subscription,
    subtotal: amount,
    taxes:
      f.taxRate < 0
        ? []
        : [
            {
              amount: tax,
              tax_behavior: f.taxIncluded ? 'inclusive' : 'exclusive',
              tax_rate_details: { tax_rate: b.ids.taxRate.encode(f.taxRate) },
              taxability_reason: 'not_available',
              taxable_amount: amount - off - (f.taxIncluded ? tax : 0),
              type: 'tax_rate_details',
            },
          ],
  }
}

function describe(
  b: Billing,
  f: Bill,
  line: number,
  product: number,
  quantity: number,
  proration: boolean,
): string | null {
  if (pick(f.hash, 400 + line, 100) === 0) return awkward(f.hash + line)
  const name = productName(b, product)
  if (f.trial) return `Trial period for ${name}`
  if (proration) return line === f.items ? `Unused time on ${name}` : `Remaining time on ${name}`
  if (line < f.items) return `${quantity} × ${name}`
  return name
}

import type Stripe from 'stripe'
import { paymentAmount } from './amounts.ts'
import { type Billing, CHILDREN } from './billing.ts'
import { bill, lineAmount, lineDiscount, linePrice, lineQuantity, lineTax } from './bills.ts'
import { couponId } from './coupons.ts'
import { type Currency, currencyAt } from './money.ts'
import { party, partyAddress, partyEmail, partyName, partyPhone } from './parties.ts'
import type { SessionEntry } from './pattern.ts'
import { cardHolder } from './payment-methods.ts'
import { ONCE, price, SLOTS } from './prices.ts'
import { productName } from './products.ts'
import { pick } from './random.ts'
import type { Wire } from './wire.ts'

interface Cart {
  readonly currency: Currency
  readonly lines: Wire<Stripe.LineItem>[]
  readonly subtotal: number
  readonly discount: number
  readonly tax: number
  readonly total: number
  /** -1 for none. */
  readonly coupon: number
}

/** What was in the cart: the first invoice's subscription items, or one thing that a guest bought. */
function cart(b: Billing, entry: SessionEntry, tile: number): Cart {
  const index = b.checkoutSessions.index(entry, tile)
  const lines: Wire<Stripe.LineItem>[] = []
  const first = entry.subscription?.invoices[0]
  if (first) {
    const f = bill(b, first, tile)
    let subtotal = 0
    let discount = 0
    let tax = 0
    for (let line = 0; line < f.items; line++) {
      const amount = lineAmount(f, line)
      const off = lineDiscount(f, line, amount)
      const taxed = lineTax(f, amount, off)
      const total = amount - off + (f.taxIncluded ? 0 : taxed)
      const of = linePrice(f, line)
      lines.push(item(b, index, line, of, f.currency, lineQuantity(f, line), amount, off, taxed, total))
      subtotal += amount
      discount += off
      tax += taxed
    }
    const total = subtotal - discount + (f.taxIncluded ? 0 : tax)
    return { currency: f.currency, lines, subtotal, discount, tax, total, coupon: f.coupon }
  }
  const currency = currencyAt(entry.payment?.currency ?? 0)
  const total = entry.payment ? paymentAmount(b, entry.payment, tile) : 4900
  const of = pick(index, 1, 16) * SLOTS + ONCE
  lines.push(item(b, index, 0, of, currency, 1, total, 0, 0, total))
  return { currency, lines, subtotal: total, discount: 0, tax: 0, total, coupon: -1 }
}

function item(
  b: Billing,
  session: number,
  line: number,
  of: number,
  currency: Currency,
  quantity: number,
  amount: number,
  off: number,
  tax: number,
  total: number,
): Wire<Stripe.LineItem> {
  return {
    id: b.ids.sessionLine.encode(session * CHILDREN + line),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: off,
    amount_subtotal: amount,
    amount_tax: tax,
    amount_total: total,
    currency: currency.code,
    description: productName(b, Math.floor(of / SLOTS)),
    metadata: {},
    price: price(b, of),
    quantity,
  }
}

export function checkoutSession(
  b: Billing,
  entry: SessionEntry,
  tile: number,
): Wire<Stripe.Checkout.Session> {
  const id = b.checkoutSessions.id(entry, tile)
  const created = b.checkoutSessions.created(entry, tile)
  const bought = cart(b, entry, tile)
  const { customer, payment, subscription } = entry
  const who = customer ? party(b, customer, tile) : undefined
  const guest = payment ? cardHolder(b, payment.card, tile) : undefined
  const charge = payment?.charges.at(-1)
  const expiresAt = created + 86_400
  const complete = entry.state === 'complete'
  const status = entry.state === 'open' && expiresAt <= b.calendar.end ? 'expired' : entry.state
  const paid = subscription ? complete : charge ? b.charges.exists(charge, tile) : false
  const email = who ? partyEmail(who) : (guest?.email ?? null)
  const name = who ? partyName(who) : (guest?.name ?? null)
  const first = subscription?.invoices[0]
  return {
    id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: true,
    allowed_payment_method_types: null,
    amount_subtotal: bought.subtotal,
    amount_total: bought.total,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: 'auto',
    cancel_url: 'https://example.com/cancel?a=1&b=2',
    client_reference_id: customer ? `ref-${created}` : null,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created,
    currency: bought.currency.code,
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer: customer ? b.customers.id(customer, tile) : null,
    customer_account: null,
    customer_creation: customer ? 'always' : 'if_required',
    customer_details: complete
      ? {
          address: who ? partyAddress(who) : (guest?.address ?? null),
          business_name: null,
          email,
          individual_name: null,
          name,
          phone: who ? partyPhone(who) : null,
          tax_exempt: 'none',
          tax_ids: [],
        }
      : null,
    customer_email: email,
    discounts: bought.coupon >= 0 ? [{ coupon: couponId(b, bought.coupon), promotion_code: null }] : [],
    expires_at: expiresAt,
    integration_identifier: null,
    invoice: first ? b.invoices.id(first, tile) : null,
    invoice_creation: subscription
      ? null
      : {
          enabled: false,
          invoice_data: {
            account_tax_ids: null,
            custom_fields: null,
            description: null,
            footer: null,
            issuer: null,
            metadata: {},
            rendering_options: null,
          },
        },
    line_items: bought.lines,
    livemode: b.livemode,
    locale: 'auto',
    managed_payments: null,
    metadata: {},
    mode: subscription ? 'subscription' : 'payment',
    origin_context: null,
    payment_intent:
      payment && b.paymentIntents.exists(payment, tile) ? b.paymentIntents.id(payment, tile) : null,
    payment_link: null,
    payment_method_collection: subscription ? 'always' : 'if_required',
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    payment_status: subscription && bought.total === 0 ? 'no_payment_required' : paid ? 'paid' : 'unpaid',
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status,
    submit_type: null,
    subscription: subscription ? b.subscriptions.id(subscription, tile) : null,
    success_url: 'https://example.com/success?session_id={CHECKOUT_SESSION_ID}',
    total_details: { amount_discount: bought.discount, amount_shipping: 0, amount_tax: bought.tax },
    ui_mode: 'hosted_page',
    url: status === 'open' ? `https://checkout.stripe.com/c/pay/${id}` : null,
    wallet_options: null,
  }
}

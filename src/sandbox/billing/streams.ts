import type { SandboxObject } from '../world.ts'
import { balanceTransaction } from './balance-transactions.ts'
import type { Billing } from './billing.ts'
import { charge } from './charges.ts'
import { checkoutSession } from './checkout-sessions.ts'
import {
  coupon,
  couponCount,
  couponCreated,
  couponId,
  couponIndex,
  promotionCode,
  promotionCodeCount,
  promotionCodeCreated,
} from './coupons.ts'
import { creditNote } from './credit-notes.ts'
import { customer } from './customers.ts'
import { discount, discountId } from './discounts.ts'
import { dispute } from './disputes.ts'
import type { IdCodec } from './ids.ts'
import { invoicePayment } from './invoice-payments.ts'
import { invoice } from './invoices.ts'
import type { Lattice, Spot } from './lattice.ts'
import type { Entry } from './pattern.ts'
import { paymentIntent } from './payment-intents.ts'
import { paymentMethod } from './payment-methods.ts'
import { payout } from './payouts.ts'
import { plan, planId, planIndex, planPrice } from './plans.ts'
import { price, priceCount, priceCreated, priceId, priceIndex, RECURRING } from './prices.ts'
import { product, productCount, productCreated, productId, productIndex } from './products.ts'
import { refund } from './refunds.ts'
import { setupIntent } from './setup-intents.ts'
import { subscription } from './subscriptions.ts'
import { taxId } from './tax-ids.ts'
import { TAX_RATES, taxRate, taxRateCreated } from './tax-rates.ts'

/** One stream of the world; `World` dispatches to it by name. */
export interface Stream {
  readonly count: number
  created(index: number): number
  id(index: number): string
  index(id: string): number | undefined
  object(index: number): SandboxObject | undefined
}

export function streamsOf(b: Billing): ReadonlyMap<string, Stream> {
  const fromLattice = <E extends Entry>(
    l: Lattice<E>,
    object: (index: number) => SandboxObject | undefined,
  ): Stream => ({
    count: l.count,
    created: l.createdAt,
    id: l.idAt,
    index: l.indexOf,
    object: (index) => (index >= 0 && index < l.count ? object(index) : undefined),
  })
  const fromSpot = <E extends Entry>(
    l: Lattice<E>,
    object: (b: Billing, entry: E, tile: number) => SandboxObject,
  ) =>
    fromLattice(l, (index) => {
      const spot: Spot<E> | undefined = l.spot(index)
      return spot && object(b, spot.entry, spot.tile)
    })
  const listed = (
    count: number,
    created: (b: Billing, index: number) => number,
    id: (b: Billing, index: number) => string,
    index: (b: Billing, id: string) => number | undefined,
    object: (b: Billing, index: number) => SandboxObject,
  ): Stream => ({
    count,
    created: (i) => created(b, i),
    id: (i) => id(b, i),
    index: (text) => index(b, text),
    object: (i) => (i >= 0 && i < count ? object(b, i) : undefined),
  })
  const coded = (
    count: number,
    codec: IdCodec,
    created: (b: Billing, index: number) => number,
    object: (b: Billing, index: number) => SandboxObject,
  ): Stream =>
    listed(
      count,
      created,
      (_, i) => codec.encode(i),
      (_, text) => {
        const i = codec.decode(text)
        return i !== undefined && i < count ? i : undefined
      },
      object,
    )

  return new Map<string, Stream>([
    ['customers', fromLattice(b.customers, (i) => customer(b, i))],
    ['invoices', fromLattice(b.invoices, (i) => invoice(b, i))],
    ['subscriptions', fromLattice(b.subscriptions, (i) => subscription(b, i))],
    ['payment_methods', fromSpot(b.paymentMethods, paymentMethod)],
    ['setup_intents', fromSpot(b.setupIntents, setupIntent)],
    ['payment_intents', fromSpot(b.paymentIntents, paymentIntent)],
    ['invoice_payments', fromSpot(b.invoicePayments, (w, entry, tile) => invoicePayment(w, entry, tile))],
    ['charges', fromSpot(b.charges, charge)],
    ['refunds', fromSpot(b.refunds, refund)],
    ['credit_notes', fromSpot(b.creditNotes, creditNote)],
    ['disputes', fromSpot(b.disputes, dispute)],
    ['payouts', fromSpot(b.payouts, payout)],
    ['balance_transactions', fromSpot(b.balanceTransactions, balanceTransaction)],
    ['checkout_sessions', fromSpot(b.checkoutSessions, checkoutSession)],
    ['products', listed(productCount(b), productCreated, productId, productIndex, product)],
    ['prices', listed(priceCount(b), priceCreated, priceId, priceIndex, price)],
    [
      'plans',
      listed(productCount(b) * RECURRING, (w, i) => priceCreated(w, planPrice(i)), planId, planIndex, plan),
    ],
    ['coupons', listed(couponCount(b), couponCreated, couponId, couponIndex, coupon)],
    [
      'promotion_codes',
      coded(promotionCodeCount(b), b.ids.promotionCode, promotionCodeCreated, promotionCode),
    ],
    ['tax_rates', coded(TAX_RATES, b.ids.taxRate, taxRateCreated, taxRate)],
    ['tax_ids', coded(2, b.ids.accountTaxId, (w) => w.accountCreated, taxId)],
    ['discounts', discounts(b)],
  ])
}

/** Discounts have no list (their count is 0); they are found where their id is expanded. */
function discounts(b: Billing): Stream {
  return {
    count: 0,
    created: b.subscriptions.createdAt,
    id: (index) => discountId(b, index),
    index(id) {
      const index = b.ids.discount.decode(id)
      return index !== undefined && index < b.subscriptions.count && discount(b, index) ? index : undefined
    },
    object: (index) => (index >= 0 && index < b.subscriptions.count ? discount(b, index) : undefined),
  }
}

import type Stripe from 'stripe'
import type { Billing } from './billing.ts'
import { terms } from './bills.ts'
import { couponId, couponMonths } from './coupons.ts'
import type { Wire } from './wire.ts'

/** A subscription has at most one discount, with the subscription's index. */
export function discountId(b: Billing, subscription: number): string {
  return b.ids.discount.encode(subscription)
}

/** What `discounts` expands to; undefined for a subscription without one. */
export function discount(b: Billing, subscription: number): Wire<Stripe.Discount> | undefined {
  const spot = b.subscriptions.spot(subscription)
  if (!spot) return undefined
  const { entry, tile } = spot
  const { coupon } = terms(b, entry, tile)
  if (coupon < 0) return undefined
  const months = couponMonths(coupon)
  return {
    id: discountId(b, subscription),
    object: 'discount',
    checkout_session: null,
    customer: b.customers.id(entry.customer, tile),
    customer_account: null,
    end: months === 0 ? null : b.calendar.at(entry.cycle + months + (tile + entry.delta) / b.tiles),
    invoice: null,
    invoice_item: null,
    promotion_code: null,
    source: { coupon: couponId(b, coupon), type: 'coupon' },
    start: b.subscriptions.created(entry, tile),
    subscription: b.subscriptions.id(entry, tile),
    subscription_item: null,
  }
}

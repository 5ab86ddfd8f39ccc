import type Stripe from 'stripe'
import type { Billing } from './billing.ts'
import type { Wire } from './wire.ts'

/** Takes everything: for those who pay nothing. */
export const FREE_COUPON = 0
const PERCENT = [100, 10, 20, 25, 33.3, 50, 15, 12.5]

export function couponCount(b: Billing): number {
  return b.coupons.launch + b.coupons.later
}

export function couponCreated(b: Billing, index: number): number {
  const { launch, later } = b.coupons
  if (index < launch) return b.calendar.at(0) - 60 * 86_400 + index * 60
  return b.calendar.at(((index - launch + 0.5) / later) * b.calendar.cycles)
}

/** Every third coupon's id was chosen by the user. */
export function couponId(b: Billing, index: number): string {
  return index % 3 === 1 ? `SAVE ${index}% – été` : b.ids.coupon.encode(index)
}

export function couponIndex(b: Billing, id: string): number | undefined {
  const chosen = /^SAVE (\d+)% – été$/.exec(id)
  const index = chosen ? Number(chosen[1]) : b.ids.coupon.decode(id)
  return index !== undefined && index < couponCount(b) && couponId(b, index) === id ? index : undefined
}

/** Every fourth takes an amount off, in dollars; the others a percentage. */
export function amountOff(index: number): number {
  return index % 4 === 3 ? 500 : 0
}

export function percentOff(index: number): number {
  if (index === FREE_COUPON) return 100
  return index % 4 === 3 ? 0 : (PERCENT[1 + (index % 7)] ?? 10)
}

/** Months that a discount lasts, counted in invoices; 0 for ever. */
export function couponMonths(index: number): number {
  return index === FREE_COUPON ? 0 : index % 3 === 0 ? 0 : index % 3 === 1 ? 1 : 3
}

export function coupon(b: Billing, index: number): Wire<Stripe.Coupon> {
  const months = couponMonths(index)
  const amount = amountOff(index)
  return {
    id: couponId(b, index),
    object: 'coupon',
    amount_off: amount || null,
    created: couponCreated(b, index),
    currency: amount ? 'usd' : null,
    duration: months === 0 ? 'forever' : months === 1 ? 'once' : 'repeating',
    duration_in_months: months > 1 ? months : null,
    livemode: b.livemode,
    max_redemptions: index % 5 === 2 ? 100_000 : null,
    metadata: {},
    name: index % 6 === 5 ? null : `Coupon №${index}`,
    percent_off: amount ? null : percentOff(index),
    redeem_by: null,
    times_redeemed: index * 7,
    valid: index % 9 !== 8,
  }
}

export function promotionCodeCount(b: Billing): number {
  return couponCount(b) * 2
}

export function promotionCodeCreated(b: Billing, index: number): number {
  return couponCreated(b, index >> 1) + (index & 1)
}

/** Each coupon has two codes. */
export function promotionCode(b: Billing, index: number): Wire<Stripe.PromotionCode> {
  return {
    id: b.ids.promotionCode.encode(index),
    object: 'promotion_code',
    active: index % 9 !== 8,
    code: `WELCOME${index}`,
    created: promotionCodeCreated(b, index),
    customer: index % 12 === 5 ? b.customers.idAt(index % b.customers.count) : null,
    customer_account: null,
    expires_at: index % 4 === 0 ? b.calendar.end + 86_400 : null,
    livemode: b.livemode,
    max_redemptions: index % 3 === 0 ? 500 : null,
    metadata: {},
    promotion: { coupon: couponId(b, index >> 1), type: 'coupon' },
    restrictions: {
      first_time_transaction: index % 2 === 1,
      minimum_amount: index % 8 === 0 ? 5000 : null,
      minimum_amount_currency: index % 8 === 0 ? 'usd' : null,
    },
    times_redeemed: index % 3,
  }
}

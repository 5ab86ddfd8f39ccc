import type Stripe from 'stripe'
import type { Billing } from './billing.ts'
import { price, priceId, priceIndex, RECURRING, SLOTS } from './prices.ts'
import type { Wire } from './wire.ts'

/** The index of the price that a plan mirrors. */
export function planPrice(index: number): number {
  return Math.floor(index / RECURRING) * SLOTS + (index % RECURRING)
}

export function planIndex(b: Billing, id: string): number | undefined {
  const index = priceIndex(b, id)
  if (index === undefined || index % SLOTS >= RECURRING) return undefined
  return Math.floor(index / SLOTS) * RECURRING + (index % SLOTS)
}

/** The older view of a recurring price: same id, same values. */
export function planOf(b: Billing, from: Wire<Stripe.Price>): Wire<Stripe.Plan> {
  const made: Wire<Stripe.Plan> = {
    id: from.id,
    object: 'plan',
    active: from.active,
    amount: from.unit_amount,
    amount_decimal: from.unit_amount_decimal,
    billing_scheme: from.billing_scheme,
    created: from.created,
    currency: from.currency,
    interval: from.recurring?.interval ?? 'month',
    interval_count: from.recurring?.interval_count ?? 1,
    livemode: b.livemode,
    metadata: {},
    meter: null,
    nickname: from.nickname,
    product: from.product,
    tiers_mode: from.tiers_mode,
    transform_usage: null,
    trial_period_days: from.recurring?.trial_period_days ?? null,
    usage_type: 'licensed',
  }
  if (from.tiers) made.tiers = from.tiers
  return made
}

export function plan(b: Billing, index: number): Wire<Stripe.Plan> {
  return planOf(b, price(b, planPrice(index)))
}

export function planId(b: Billing, index: number): string {
  return priceId(b, planPrice(index))
}

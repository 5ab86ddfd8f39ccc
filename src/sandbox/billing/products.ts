import type Stripe from 'stripe'
import type { Billing } from './billing.ts'
import { priceId, SLOTS } from './prices.ts'
import { hashIndex, pick } from './random.ts'
import { awkward, metadata } from './texts.ts'
import type { Wire } from './wire.ts'

const NAMES = ['Starter', 'Team', 'Business', 'Enterprise', 'Analytics', 'Storage', 'Support', 'Seats']

export function productCount(b: Billing): number {
  return b.products.launch + b.products.later
}

/** Launch products come an hour apart before history begins, the later ones evenly through it. */
export function productCreated(b: Billing, index: number): number {
  const { launch, later } = b.products
  if (index < launch) return b.calendar.at(0) - 90 * 86_400 + index * 3600
  return b.calendar.at(((index - launch + 0.5) / later) * b.calendar.cycles)
}

/** How many products there are at a moment of history, as a cycle with its fraction. */
export function productsAt(b: Billing, cycle: number): number {
  const { launch, later } = b.products
  return launch + Math.max(0, Math.min(later, Math.floor((cycle / b.calendar.cycles) * later)))
}

/** Some product ids are chosen by the user. */
export function productId(b: Billing, index: number): string {
  return index % 13 === 7 ? `tier.${index}-Été` : b.ids.product.encode(index)
}

export function productIndex(b: Billing, id: string): number | undefined {
  const chosen = /^tier\.(\d+)-Été$/.exec(id)
  const index = chosen ? Number(chosen[1]) : b.ids.product.decode(id)
  return index !== undefined && index < productCount(b) && productId(b, index) === id ? index : undefined
}

export function productName(b: Billing, index: number): string {
  const hash = hashIndex(b.keys.product, index)
  return pick(hash, 0, 24) === 0
    ? `${awkward(hash)}#${index}`
    : `${NAMES[index % 8] ?? ''} ${1 + (index >> 3)}`
}

export function product(b: Billing, index: number): Wire<Stripe.Product> {
  const hash = hashIndex(b.keys.product, index)
  const created = productCreated(b, index)
  return {
    id: productId(b, index),
    object: 'product',
    active: index % 7 !== 6,
    created,
    default_price: index % 5 === 4 ? null : priceId(b, index * SLOTS),
    description: index % 3 === 0 ? null : `Everything in ${productName(b, index)}, and more.`,
    images: index % 4 === 0 ? ['https://images.example.com/product.png?w=1&h=2'] : [],
    livemode: b.livemode,
    marketing_features: index % 4 === 1 ? [{ name: 'Unlimited seats' }, { name: awkward(hash) }] : [],
    metadata: metadata(hash),
    name: productName(b, index),
    package_dimensions: index % 9 === 8 ? { height: 1.5, length: 10.25, weight: 0.1, width: 3 } : null,
    shippable: index % 9 === 8 ? true : null,
    statement_descriptor: null,
    tax_code: index % 2 === 0 ? 'txcd_10103001' : null,
    tax_details: null,
    type: 'service',
    unit_label: index % 8 === 7 ? 'seat' : null,
    updated: created + pick(hash, 1, 86_400),
    url: null,
  }
}

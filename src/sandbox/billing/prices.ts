import type Stripe from 'stripe'
import type { Billing } from './billing.ts'
import { type Currency, currencies, currencyAt } from './money.ts'
import { productCount, productCreated, productId } from './products.ts'
import { mix } from './random.ts'
import type { Wire } from './wire.ts'

/**
 * Each product has 24 prices. 0 to 17: by currency (6), then monthly, quarterly, yearly. 18 to 21: volume
 * tiers, graduated tiers, metered with twelve decimals, no longer active. 22 and 23: bought once.
 */
export const SLOTS = 24
/** What `plans` has of them: the recurring ones. */
export const RECURRING = 22

const BASE = [900, 1900, 2900, 4900, 9900, 19_900, 49_900]
const INTERVALS = [
  { interval: 'month', count: 1, factor: 1 },
  { interval: 'month', count: 3, factor: 2.7 },
  { interval: 'year', count: 1, factor: 10 },
] as const
export const METERED = 20
export const ONCE = 22

export function priceCount(b: Billing): number {
  return productCount(b) * SLOTS
}

export function priceCreated(b: Billing, index: number): number {
  return productCreated(b, Math.floor(index / SLOTS)) + (index % SLOTS)
}

/** Some old plans have ids that a user chose. */
export function priceId(b: Billing, index: number): string {
  return index % 97 === 0 ? `gold_plan/${index}` : b.ids.price.encode(index)
}

export function priceIndex(b: Billing, id: string): number | undefined {
  const chosen = /^gold_plan\/(\d+)$/.exec(id)
  const index = chosen ? Number(chosen[1]) : b.ids.price.decode(id)
  return index !== undefined && index < priceCount(b) && priceId(b, index) === id ? index : undefined
}

/** The slot of a plain recurring price. */
export function slot(currency: number, every: 1 | 3 | 12): number {
  return currency * 3 + (every === 1 ? 0 : every === 3 ? 1 : 2)
}

function slotCurrency(index: number): number {
  const place = index % SLOTS
  return place < 18 ? Math.floor(place / 3) : place === 19 ? 1 : place === 23 ? 4 : 0
}

/** Of a price with a whole unit amount; null for the tiered and the metered ones. */
export function unitAmount(index: number): number | null {
  const place = index % SLOTS
  if (place >= 18 && place <= METERED) return null
  const factor = place < 18 ? (INTERVALS[place % 3]?.factor ?? 1) : 1
  return Math.round(
    (BASE[Math.floor(index / SLOTS) % 7] ?? 900) * factor * currencyAt(slotCurrency(index)).unit,
  )
}

/** A metered price is a fraction of a cent with twelve decimals, here in units of 10^-12. */
export function meteredUnits(index: number): number {
  return 100_000_000_001 + (mix(index) % 899_999_999)
}

export function meteredPrice(index: number): string {
  return `0.${meteredUnits(index)}`
}

/** What a product's price that is paid once costs in a currency. */
export function onceAmount(product: number, currency: Currency): number {
  return Math.round((BASE[product % 7] ?? 900) * currency.unit)
}

function tiers(): Wire<Stripe.Price.Tier>[] {
  return [
    { flat_amount: 500, flat_amount_decimal: '500', unit_amount: 0, unit_amount_decimal: '0', up_to: 10 },
    {
      flat_amount: null,
      flat_amount_decimal: null,
      unit_amount: null,
      unit_amount_decimal: '12.500000000001',
      up_to: 1000,
    },
    { flat_amount: null, flat_amount_decimal: null, unit_amount: 10, unit_amount_decimal: '10', up_to: null },
  ]
}

function currencyOptions(index: number): Record<string, Wire<Stripe.Price.CurrencyOptions>> {
  const options: Record<string, Wire<Stripe.Price.CurrencyOptions>> = {}
  for (const currency of currencies) {
    const amount = onceAmount(Math.floor(index / SLOTS), currency)
    options[currency.code] = {
      custom_unit_amount: null,
      tax_behavior: 'exclusive',
      unit_amount: amount,
      unit_amount_decimal: `${amount}`,
    }
  }
  return options
}

export function price(b: Billing, index: number): Wire<Stripe.Price> {
  const place = index % SLOTS
  const tiered = place === 18 || place === 19
  const interval = INTERVALS[place < 18 ? place % 3 : 0] ?? INTERVALS[0]
  const amount = unitAmount(index)
  const made: Wire<Stripe.Price> = {
    id: priceId(b, index),
    object: 'price',
    active: place !== 21,
    billing_scheme: tiered ? 'tiered' : 'per_unit',
    created: priceCreated(b, index),
    currency: currencyAt(slotCurrency(index)).code,
    custom_unit_amount: null,
    livemode: b.livemode,
    lookup_key: place === 0 ? `lookup_${index}` : null,
    metadata: {},
    nickname: place === 18 ? 'Volume, "tiered"' : null,
    product: productId(b, Math.floor(index / SLOTS)),
    recurring:
      place < RECURRING
        ? {
            interval: interval.interval,
            interval_count: interval.count,
            meter: null,
            trial_period_days: place === 0 ? 30 : null,
            usage_type: 'licensed',
          }
        : null,
    tax_behavior: place < 18 ? 'exclusive' : 'unspecified',
    tiers_mode: place === 18 ? 'volume' : place === 19 ? 'graduated' : null,
    transform_quantity: place === 23 ? { divide_by: 100, round: 'up' } : null,
    type: place < RECURRING ? 'recurring' : 'one_time',
    unit_amount: amount,
    unit_amount_decimal: amount !== null ? `${amount}` : place === METERED ? meteredPrice(index) : null,
  }
  if (tiered) made.tiers = tiers()
  if (place === 22) made.currency_options = currencyOptions(index)
  return made
}

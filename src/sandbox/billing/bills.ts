import { type Billing, CHILDREN } from './billing.ts'
import { amountOff, couponMonths, FREE_COUPON, percentOff } from './coupons.ts'
import { type Currency, currencyAt, includedTax, percentOf } from './money.ts'
import type { InvoiceEntry, SubscriptionEntry } from './pattern.ts'
import { METERED, meteredUnits, ONCE, onceAmount, SLOTS, slot, unitAmount } from './prices.ts'
import { productsAt } from './products.ts'
import { hashIndex, pick } from './random.ts'
import { taxIncluded, taxPercentage } from './tax-rates.ts'

/**
 * What a subscription's and an invoice's numbers follow from, without the objects themselves: an invoice,
 * its lines, its charge, the fee, the refund and the payout all ask here, and so agree to the cent.
 */
export interface Terms {
  readonly index: number
  readonly hash: number
  /** Subscription items: one to fourteen. */
  readonly items: number
  /** Products to choose from when it began. */
  readonly products: number
  readonly slot: number
  /** -1 for none. */
  readonly coupon: number
  /** -1 for none. */
  readonly taxRate: number
}

export function terms(b: Billing, entry: SubscriptionEntry, tile: number): Terms {
  const index = b.subscriptions.index(entry, tile)
  const hash = hashIndex(b.keys.subscription, index)
  const size = pick(hash, 1, 200)
  const currency = entry.customer.currency
  const sale = pick(hash, 3, 100)
  const candidate = 1 + pick(hash, 4, b.coupons.launch - 1)
  return {
    index,
    hash,
    items: size < 170 ? 1 : size < 190 ? 2 : size < 197 ? 3 + (size % 3) : 11 + (size % 4),
    products: productsAt(b, entry.cycle + (tile + entry.delta) / b.tiles),
    slot: slot(currency, entry.every),
    coupon: entry.free
      ? FREE_COUPON
      : sale < 14 && (currency === 0 || percentOff(candidate) > 0)
        ? candidate
        : -1,
    taxRate: currency === 0 ? (pick(hash, 5, 4) === 0 ? 0 : -1) : currencyAt(currency).tax,
  }
}

/** The items of one subscription have different products. */
export function itemPrice(t: Terms, item: number): number {
  return ((pick(t.hash, 6, t.products) + item) % t.products) * SLOTS + t.slot
}

export function itemQuantity(t: Terms, item: number): number {
  return 1 + pick(t.hash, 20 + item, item === 0 && t.hash % 3 === 0 ? 40 : 3)
}

/** An invoice's facts. */
export interface Bill {
  readonly index: number
  readonly hash: number
  /** Undefined for an invoice that came with the import. */
  readonly entry: InvoiceEntry | undefined
  readonly tile: number
  readonly currency: Currency
  /** A trial lets the subscription's items cost nothing. */
  readonly trial: boolean
  /** Undefined for an invoice made by hand. */
  readonly terms: Terms | undefined
  /** Lines for subscription items, then those for a change of plan (0 or 2), then invoice items. */
  readonly items: number
  readonly prorations: number
  readonly lines: number
  /** Coupon of the discount that applies, or -1. */
  readonly coupon: number
  readonly percentOff: number
  readonly amountOff: number
  readonly taxRate: number
  readonly taxPercentage: number
  readonly taxIncluded: boolean
}

export const HUGE = 1050

/** Mostly none; sometimes so many that the list of lines is longer than a page, or than several. */
function extras(hash: number, own: number): number {
  const size = pick(hash, 7, 1000)
  if (size < 900) return 0
  if (size < 970) return 1 + (size % 2)
  if (size < 994) return Math.max(0, 11 - own)
  if (size < 996) return Math.max(0, 100 - own)
  if (size < 998) return Math.max(0, 101 - own)
  return size < 999 ? 0 : 250 + (hash % 20)
}

export function bill(b: Billing, entry: InvoiceEntry, tile: number): Bill {
  const index = b.invoices.index(entry, tile)
  const hash = hashIndex(b.keys.invoice, index)
  const subscription = entry.subscription
  const t = subscription ? terms(b, subscription, tile) : undefined
  const items = t ? t.items : 0
  const prorations = t && !entry.zero && entry.sequence > 0 && pick(hash, 8, 50) === 0 ? 2 : 0
  const own = items + prorations
  const lines =
    entry.huge && tile === 0 ? HUGE : entry.zero ? own : own + (t ? extras(hash, own) : 1 + extras(hash, 1))
  let coupon = t ? t.coupon : -1
  if (coupon >= 0) {
    const months = couponMonths(coupon)
    if (months > 0 && entry.sequence * (subscription ? subscription.every : 1) >= months) coupon = -1
  }
  const taxRate = t ? t.taxRate : currencyAt(entry.customer.currency).tax
  return {
    index,
    hash,
    entry,
    tile,
    currency: currencyAt(entry.customer.currency),
    trial: entry.sequence === 0 && subscription !== undefined && subscription.trial,
    terms: t,
    items,
    prorations,
    lines,
    coupon,
    percentOff: coupon >= 0 ? percentOff(coupon) : 0,
    amountOff: coupon >= 0 ? amountOff(coupon) : 0,
    taxRate,
    taxPercentage: taxRate >= 0 ? taxPercentage(taxRate) : 0,
    taxIncluded: taxRate >= 0 && taxIncluded(taxRate),
  }
}

/** An invoice that came with the import: one line, made by hand. */
export function importedBill(b: Billing, index: number, currency: Currency): Bill {
  const hash = hashIndex(b.keys.invoice, index)
  return {
    index,
    hash,
    entry: undefined,
    tile: 0,
    currency,
    trial: false,
    terms: undefined,
    items: 0,
    prorations: 0,
    lines: 1,
    coupon: -1,
    percentOff: 0,
    amountOff: 0,
    taxRate: currency.tax,
    taxPercentage: currency.tax >= 0 ? taxPercentage(currency.tax) : 0,
    taxIncluded: currency.tax >= 0 && taxIncluded(currency.tax),
  }
}

/** An invoice item: so many units of a metered price (dollars only), or of one that is paid once. */
function metered(f: Bill, line: number): boolean {
  return f.currency.code === 'usd' && line % 2 === 0
}

export function linePrice(f: Bill, line: number): number {
  const t = f.terms
  if (t && line < f.items) return itemPrice(t, line)
  if (t && line < f.items + f.prorations) return itemPrice(t, 0)
  return ((f.hash + line) % 16) * SLOTS + (metered(f, line) ? METERED : ONCE)
}

export function lineQuantity(f: Bill, line: number): number {
  const t = f.terms
  if (t && line < f.items) return itemQuantity(t, line)
  if (t && line < f.items + f.prorations) return itemQuantity(t, 0)
  // An invoice made by hand is over something; later items may have a quantity of 0.
  if ((t || line > 0) && pick(f.hash, 300 + line, 16) === 0) return 0
  return (1 + pick(f.hash, 200 + line, 4)) * (metered(f, line) ? 10_000 : 1)
}

export function lineAmount(f: Bill, line: number): number {
  const t = f.terms
  if (t && line < f.items) {
    return f.trial ? 0 : (unitAmount(itemPrice(t, line)) ?? 0) * itemQuantity(t, line)
  }
  if (t && line < f.items + f.prorations) {
    // The credit is less than half of the first item, so that something remains to be paid.
    const base = (unitAmount(itemPrice(t, 0)) ?? 0) * itemQuantity(t, 0)
    const credit = Math.floor((base * (1 + pick(f.hash, 9, 45))) / 1000) * 10
    return line === f.items ? -credit : credit + 100 * pick(f.hash, 10, 20)
  }
  const price = linePrice(f, line)
  return metered(f, line)
    ? Math.round((lineQuantity(f, line) * meteredUnits(price)) / 1e12)
    : lineQuantity(f, line) * onceAmount(Math.floor(price / SLOTS), f.currency)
}

/** A discount never makes a line negative; an amount off is taken from the first line. */
export function lineDiscount(f: Bill, line: number, amount: number): number {
  if (f.coupon < 0 || amount <= 0) return 0
  if (f.percentOff > 0) return percentOf(amount, f.percentOff)
  return line === 0 ? Math.min(amount, f.amountOff) : 0
}

/** The tax on, or in, what the discount leaves. */
export function lineTax(f: Bill, amount: number, discount: number): number {
  if (f.taxRate < 0) return 0
  return f.taxIncluded
    ? includedTax(amount - discount, f.taxPercentage)
    : percentOf(amount - discount, f.taxPercentage)
}

export interface Totals {
  readonly subtotal: number
  readonly discount: number
  /** On top of the amounts, or contained in them. */
  readonly tax: number
  readonly total: number
}

export function totals(f: Bill): Totals {
  let subtotal = 0
  let discount = 0
  let tax = 0
  for (let line = 0; line < f.lines; line++) {
    const amount = lineAmount(f, line)
    const off = lineDiscount(f, line, amount)
    subtotal += amount
    discount += off
    tax += lineTax(f, amount, off)
  }
  return { subtotal, discount, tax, total: subtotal - discount + (f.taxIncluded ? 0 : tax) }
}

export function lineId(b: Billing, f: Bill, line: number): string {
  return b.ids.invoiceLine.encode(f.index * CHILDREN + line)
}

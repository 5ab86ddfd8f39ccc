import type Stripe from 'stripe'
import type { Billing } from './billing.ts'
import type { Wire } from './wire.ts'

interface Rate {
  readonly name: string
  readonly type: 'vat' | 'sales_tax' | 'gst' | 'jct' | 'hst'
  readonly percentage: number
  readonly inclusive: boolean
  readonly country: string
  readonly state: string | null
}

const RATES: readonly Rate[] = [
  { name: 'Sales tax', type: 'sales_tax', percentage: 8.625, inclusive: false, country: 'US', state: 'CA' },
  { name: 'MwSt.', type: 'vat', percentage: 19, inclusive: false, country: 'DE', state: null },
  { name: 'VAT', type: 'vat', percentage: 20, inclusive: false, country: 'GB', state: null },
  { name: 'HST', type: 'hst', percentage: 13, inclusive: false, country: 'CA', state: 'ON' },
  { name: '消費税', type: 'jct', percentage: 10, inclusive: true, country: 'JP', state: null },
  { name: 'TVA', type: 'vat', percentage: 5.5, inclusive: false, country: 'FR', state: null },
  { name: 'VAT', type: 'vat', percentage: 17.5, inclusive: false, country: 'GB', state: null },
  { name: '', type: 'gst', percentage: 0, inclusive: true, country: 'AU', state: null },
]

export const TAX_RATES = RATES.length

export function taxPercentage(index: number): number {
  return RATES[index]?.percentage ?? 0
}

export function taxIncluded(index: number): boolean {
  return RATES[index]?.inclusive ?? false
}

export function taxRateCreated(b: Billing, index: number): number {
  return b.calendar.at(0) - 100 * 86_400 + index * 5
}

export function taxRate(b: Billing, index: number): Wire<Stripe.TaxRate> {
  const rate = RATES[index]
  if (!rate) throw new RangeError(`no tax rate ${index}`)
  return {
    id: b.ids.taxRate.encode(index),
    object: 'tax_rate',
    active: index !== 6,
    country: rate.country,
    created: taxRateCreated(b, index),
    description: index % 2 ? null : `${rate.name} ${rate.percentage}%`,
    display_name: rate.name,
    effective_percentage: null,
    flat_amount: null,
    inclusive: rate.inclusive,
    jurisdiction: rate.state ?? rate.country,
    jurisdiction_level: null,
    livemode: b.livemode,
    metadata: {},
    percentage: rate.percentage,
    rate_type: 'percentage',
    state: rate.state,
    tax_type: rate.type,
  }
}

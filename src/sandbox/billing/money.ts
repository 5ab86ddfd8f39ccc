/** Currencies of the world and their arithmetic; all amounts are integers of the smallest unit, as in the API. */
export interface Currency {
  readonly code: string
  readonly country: string
  readonly language: string
  /** Smallest units for one US cent: yen have no cents, dinars have a thousand fils. */
  readonly unit: number
  /** Fixed part of the fee, and the fee for a dispute. */
  readonly fee: number
  readonly disputeFee: number
  /** Which of the world's tax rates applies; -1 for none. */
  readonly tax: number
}

const usd: Currency = {
  code: 'usd',
  country: 'US',
  language: 'en',
  unit: 1,
  fee: 30,
  disputeFee: 1500,
  tax: -1,
}

export const currencies: readonly Currency[] = [
  usd,
  { code: 'eur', country: 'DE', language: 'de', unit: 1, fee: 25, disputeFee: 2000, tax: 1 },
  { code: 'gbp', country: 'GB', language: 'en', unit: 1, fee: 20, disputeFee: 2000, tax: 2 },
  { code: 'cad', country: 'CA', language: 'fr', unit: 1.3, fee: 30, disputeFee: 1500, tax: 3 },
  { code: 'jpy', country: 'JP', language: 'ja', unit: 1.5, fee: 40, disputeFee: 1300, tax: 4 },
  { code: 'kwd', country: 'KW', language: 'ar', unit: 3, fee: 90, disputeFee: 5000, tax: -1 },
]

export function currencyAt(index: number): Currency {
  return currencies[index] ?? usd
}

/** A percentage of an amount, to the nearest unit; never -0. */
export function percentOf(amount: number, percent: number): number {
  return Math.round((amount * percent) / 100) + 0
}

/** The tax that is contained in an amount. */
export function includedTax(amount: number, percent: number): number {
  return Math.round(amount - amount / (1 + percent / 100)) + 0
}

/** Stripe's fee for a charge: 2.9% and a fixed part, not more than the amount. */
export function chargeFee(amount: number, currency: Currency): number {
  return Math.min(amount, percentOf(amount, 2.9) + currency.fee)
}

import type { Billing } from './billing.ts'
import { type Currency, currencyAt } from './money.ts'
import type { CustomerEntry } from './pattern.ts'
import { hashIndex, pick } from './random.ts'
import { address, email, firmName, personName } from './texts.ts'

/** What many objects say of a customer, computed without the customer. */
export interface Party {
  readonly index: number
  readonly hash: number
  /** Undefined for one who came with the import. */
  readonly entry: CustomerEntry | undefined
  readonly tile: number
  readonly currency: Currency
}

export function partyAt(b: Billing, index: number): Party {
  const spot = b.customers.spot(index)
  const hash = hashIndex(b.keys.customer, index)
  return {
    index,
    hash,
    entry: spot?.entry,
    tile: spot?.tile ?? 0,
    currency: currencyAt(spot ? spot.entry.currency : pick(hash, 1, 8) < 6 ? 0 : 1),
  }
}

export function party(b: Billing, entry: CustomerEntry, tile: number): Party {
  const index = b.customers.index(entry, tile)
  return {
    index,
    hash: hashIndex(b.keys.customer, index),
    entry,
    tile,
    currency: currencyAt(entry.currency),
  }
}

export function partyName(p: Party): string | null {
  const kind = pick(p.hash, 2, 10)
  return kind === 0 ? null : kind < 6 ? firmName(p.hash) : personName(p.hash)
}

/** Some customers have no address of mail. */
export function partyEmail(p: Party): string | null {
  return pick(p.hash, 3, 40) === 0 ? null : email(p.hash, p.index)
}

export function partyAddress(p: Party) {
  return pick(p.hash, 4, 5) === 0 ? null : address(p.hash, p.currency.country)
}

export function partyPhone(p: Party): string | null {
  return pick(p.hash, 5, 4) === 0 ? `+1415555${1000 + (p.hash % 9000)}` : null
}

/** European and British firms give a VAT number. */
export function partyTaxIds(p: Party): number {
  const code = p.currency.code
  if (code !== 'eur' && code !== 'gbp') return 0
  const kind = pick(p.hash, 6, 100)
  return kind < 40 ? 1 : kind < 43 ? 2 : kind === 99 ? 12 : 0
}

export function partyTaxId(p: Party, place: number): { type: 'eu_vat' | 'gb_vat'; value: string } {
  const digits = `${100_000_000 + ((p.hash + place * 7919) % 899_999_999)}`
  return p.currency.code === 'eur'
    ? { type: 'eu_vat', value: `DE${digits}` }
    : { type: 'gb_vat', value: `GB${digits}` }
}

/** Cards from before payment methods; they stay as sources. */
export function partySources(p: Party): number {
  const kind = pick(p.hash, 7, 100)
  return kind < 3 ? 1 : kind === 3 ? 12 : 0
}

/** Changes of the customer's balance. */
export function partyBalanceChanges(p: Party): number {
  const kind = pick(p.hash, 8, 200)
  return kind < 6 ? 1 + (kind % 3) : kind === 6 ? 15 : 0
}

/** Credits are negative, as in the API. */
export function balanceAfter(p: Party, place: number): number {
  let balance = 0
  for (let i = 0; i <= place; i++) balance += balanceChange(p, i)
  return balance
}

export function balanceChange(p: Party, place: number): number {
  const size = Math.round(500 * p.currency.unit) * (1 + pick(p.hash, 50 + place, 9))
  return place % 3 === 2 ? size : -size
}

import { pick } from './random.ts'

const BRANDS = ['visa', 'mastercard', 'amex', 'jcb'] as const

/** The details of a card that follow from its hash. */
export interface CardFacts {
  readonly brand: string
  readonly last4: string
  readonly expMonth: number
  readonly expYear: number
  readonly funding: string
  readonly fingerprint: string
}

export function cardFacts(hash: number): CardFacts {
  return {
    brand: BRANDS[pick(hash, 1, 4)] ?? 'visa',
    last4: `${10_000 + pick(hash, 2, 10_000)}`.slice(1),
    expMonth: 1 + pick(hash, 3, 12),
    expYear: 2026 + pick(hash, 4, 6),
    funding: pick(hash, 5, 3) === 0 ? 'debit' : 'credit',
    fingerprint:
      `Fp${(hash >>> 0).toString(36).padStart(7, 'x')}${pick(hash, 6, 0x7fff_ffff).toString(36).padStart(7, 'Q')}`.slice(
        0,
        16,
      ),
  }
}

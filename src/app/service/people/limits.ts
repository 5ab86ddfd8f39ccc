/** Nobody tries passwords, addresses or links by the thousand. Counted in the store, for all processes together. */
import { createHash } from 'node:crypto'
import { countAttempt, forgetAttempts } from '../../../store/people/attempts.ts'
import type { ServiceContext } from '../context.ts'

/** Too often of late; `wait` in seconds. */
export class TooManyError extends Error {
  readonly wait: number
  constructor(wait: number) {
    super('too many attempts')
    this.name = 'TooManyError'
    this.wait = wait
  }
}

/** How many in how many seconds. */
const limits = {
  /** Of an address, from one place: who mistypes waits a few minutes; others can't lock somebody out from elsewhere. */
  password: { most: 10, seconds: 600 },
  /** Of an address from all places together. */
  email: { most: 100, seconds: 3_600 },
  /** From one place, for all addresses; an office shares one. */
  place: { most: 100, seconds: 600 },
  /** Letters to one address. */
  letter: { most: 5, seconds: 3_600 },
} as const

export type Limit = keyof typeof limits

/** Counts an attempt. Throws `TooManyError`. */
export async function attempt(
  { pool }: ServiceContext,
  limit: Limit,
  ...of: readonly string[]
): Promise<void> {
  const { most, seconds } = limits[limit]
  const { count, wait } = await countAttempt(pool, keyOf(limit, of), seconds)
  if (count > most) throw new TooManyError(wait)
}

/** It went well: what came before counts no longer. */
export async function forgive(
  { pool }: ServiceContext,
  limit: Limit,
  ...of: readonly string[]
): Promise<void> {
  await forgetAttempts(pool, keyOf(limit, of))
}

/** The store need not know who mistyped what. */
function keyOf(limit: Limit, of: readonly string[]): string {
  return `${limit}:${createHash('sha256').update(of.join('\n').toLowerCase()).digest('base64url')}`
}

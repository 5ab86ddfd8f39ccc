/** Texts that open something: only their hashes are kept. */
import { createHash, randomBytes } from 'node:crypto'

/** 256 bits that nobody guesses, to be written into a link. */
export function newSecret(prefix = ''): { readonly text: string; readonly hash: Buffer } {
  const text = `${prefix}${randomBytes(32).toString('base64url')}`
  return { text, hash: hashOf(text) }
}

/** No salt and one round: what is hashed is random, not a password. */
export function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

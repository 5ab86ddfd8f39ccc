import { createHmac, createSecretKey } from 'node:crypto'
import { inspect } from 'node:util'
import { ConfigError } from '../core/errors.ts'

/** Makes keyed hashes; the key itself cannot be had from it, printed or serialised. */
export interface Hasher {
  /** HMAC-SHA-256 of the text's UTF-8 bytes, as 64 hexadecimal digits: the same wherever the key is. */
  hash(text: string): string
  /** Tells one key from another, and nothing else. */
  readonly fingerprint: string
  toJSON(): string
}

/** Bytes; what is shorter could be found by trying. */
const shortest = 16

export const noHashKey = () =>
  new ConfigError('fields are to be hashed, and no hash key is given', {
    cure: 'set SLUICE_HASH_KEY, or name a file that has the key; `openssl rand -hex 32` makes one',
    option: '--hash-key',
  })

/** Throws `ConfigError` for a key that is too short, never saying it. */
export function hasher(secret: string): Hasher {
  const bytes = Buffer.from(secret.trim(), 'utf8')
  if (bytes.length < shortest) {
    throw new ConfigError(`the hash key is ${bytes.length} bytes long, and needs ${shortest}`, {
      cure: 'make one with `openssl rand -hex 32`, and keep it: another key gives other hashes',
    })
  }
  const key = createSecretKey(bytes)
  const hash = (text: string) => createHmac('sha256', key).update(text, 'utf8').digest('hex')
  const shown = () => '[hash key]'
  return {
    hash,
    fingerprint: hash('sluice: fingerprint of this key').slice(0, 16),
    toJSON: shown,
    ...{ toString: shown, [inspect.custom]: shown },
  }
}

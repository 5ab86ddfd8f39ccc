import { inspect } from 'node:util'

/**
 * A secret or restricted key. The key itself is reachable through `reveal` alone:
 * printing, serialising or inspecting the object shows `rk_live_…abcd`.
 */
export interface ApiKey {
  readonly kind: 'secret' | 'restricted' | 'organization'
  readonly mode: 'live' | 'test'
  readonly masked: string
  /** It is a token by which a person lets an app read their account: who is refused connects it again. */
  readonly isGranted?: true
  reveal(): string
  toString(): string
  toJSON(): string
}

/** Last characters are shown only of keys so long that they tell nothing about the rest. */
const longEnough = 16
const prefixes = /^(sk_live_|sk_test_|rk_live_|rk_test_|sk_org_(?:live_|test_)?)/
/** A key, or one that Stripe has masked with stars, wherever it stands in a text; what is shorter opens nothing. */
const anywhere = /\b((?:sk|rk|pk)_(?:live|test|org_live|org_test|org)_)([A-Za-z0-9*]{8,})/g

const mask = (prefix: string, rest: string) =>
  `${prefix}…${rest.length >= longEnough && !rest.endsWith('*') ? rest.slice(-4) : ''}`

/** The text with everything that looks like a key masked, and `key` too, whatever it looks like. */
export function redact(text: string, key?: ApiKey): string {
  const known = key ? text.replaceAll(key.reveal(), key.masked) : text
  return known.replace(anywhere, (_, prefix: string, rest: string) => mask(prefix, rest))
}

/** Checks and wraps a key. Returns what is wrong with it as a string, which never holds the key. */
export function parseApiKey(text: string): ApiKey | string {
  const value = text.trim()
  if (value === '') return 'the API key is empty'
  if (value.startsWith('pk_')) {
    return 'the API key is a publishable key (pk_…), which cannot read anything; use a restricted key (rk_…)'
  }
  const prefix = prefixes.exec(value)?.[1]
  if (!prefix) return 'the API key does not begin with rk_live_, rk_test_, sk_live_, sk_test_ or sk_org_'
  const rest = value.slice(prefix.length)
  if (!/^[A-Za-z0-9_]+$/.test(rest)) {
    return 'the API key is not whole: after its prefix only letters and digits may follow'
  }
  const masked = mask(prefix, rest)
  const key = {
    kind: prefix.startsWith('sk_org') ? 'organization' : prefix.startsWith('rk') ? 'restricted' : 'secret',
    mode: prefix.includes('test') ? 'test' : 'live',
    masked,
    reveal: () => value,
    toString: () => masked,
    toJSON: () => masked,
    [inspect.custom]: () => masked,
  } as const
  return key
}

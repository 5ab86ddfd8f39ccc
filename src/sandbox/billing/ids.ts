import { mix } from './random.ts'

/**
 * Ids that look like Stripe's and hold their index: a keyed permutation of 48 bits (four Feistel rounds
 * over two halves) in base 62, and characters that check it, so that a mistyped id is not somebody else's.
 */
export interface IdCodec {
  encode(index: number): string
  /** Undefined for what `encode` never gives. Constant time. */
  decode(id: string): number | undefined
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const PAIRS: readonly string[] = Array.from(
  { length: 62 * 62 },
  (_, i) => ALPHABET.charAt(Math.floor(i / 62)) + ALPHABET.charAt(i % 62),
)
const HALF = 0x100_0000
const MASK = 0xff_ffff

/** Five characters of a number below 2^29. */
function five(value: number): string {
  const top = Math.floor(value / 3844)
  return (PAIRS[Math.floor(top / 62)] ?? '') + ALPHABET.charAt(top % 62) + (PAIRS[value % 3844] ?? '')
}

function digits(text: string): number {
  let value = 0
  for (let i = 0; i < text.length; i++) {
    const digit = ALPHABET.indexOf(text.charAt(i))
    if (digit < 0) return -1
    value = value * 62 + digit
  }
  return value
}

/**
 * `prefix` begins the id (`in_1`), `middle` stands after its first five characters (the account's part of
 * newer ids), `checks` is the number of pairs and single characters at the end: 3 or 4.
 */
export function idCodec(prefix: string, middle: string, checks: 3 | 4, key: number): IdCodec {
  const k0 = mix(key ^ 0x1b873593)
  const k1 = mix(key ^ 0x2c1b3c6d)
  const k2 = mix(key ^ 0x3c6ef372)
  const k3 = mix(key ^ 0x4cf5ad43)
  const k4 = mix(key ^ 0x5bd1e995)
  const start = prefix.length
  const second = start + 5 + middle.length
  const length = second + 5 + checks

  function encode(index: number): string {
    let left = Math.floor(index / HALF)
    let right = index % HALF
    left ^= mix(right ^ k0) & MASK
    right ^= mix(left ^ k1) & MASK
    left ^= mix(right ^ k2) & MASK
    right ^= mix(left ^ k3) & MASK
    const check = mix(mix(left ^ k4) ^ right)
    const tail =
      checks === 4
        ? (PAIRS[(check >>> 8) % 3844] ?? '') + (PAIRS[(check >>> 3) % 3844] ?? '')
        : (PAIRS[(check >>> 8) % 3844] ?? '') + ALPHABET.charAt((check >>> 3) % 62)
    return (
      prefix + five(left + (check & 31) * HALF) + middle + five(right + ((check >>> 27) & 31) * HALF) + tail
    )
  }

  function decode(id: string): number | undefined {
    if (id.length !== length || !id.startsWith(prefix)) return undefined
    const first = digits(id.slice(start, start + 5))
    const last = digits(id.slice(second, second + 5))
    if (first < 0 || last < 0) return undefined
    let left = first % HALF
    let right = last % HALF
    right ^= mix(left ^ k3) & MASK
    left ^= mix(right ^ k2) & MASK
    right ^= mix(left ^ k1) & MASK
    left ^= mix(right ^ k0) & MASK
    const index = left * HALF + right
    return encode(index) === id ? index : undefined
  }

  return { encode, decode }
}

/** `length` characters of base 62 that only depend on the key. */
export function letters(length: number, key: number): string {
  let text = ''
  for (let i = 0; i < length; i++) text += ALPHABET.charAt(mix(key + Math.imul(i, 0x632be5ab)) % 62)
  return text
}

/** Signed webhooks in Stripe's scheme: `t=<seconds>,v1=<HMAC-SHA-256 of "t.body", in hex>`, one v1 per secret. */
import { createHmac, timingSafeEqual } from 'node:crypto'

/** How old a signature may be, in seconds, against who sends an old message again. As in Stripe's libraries. */
export const tolerance = 300

/** The header for a body that is sent at `seconds` since 1970. */
export function signature(secret: string, body: string | Uint8Array, seconds: number): string {
  return `t=${seconds},v1=${macOf(secret, body, seconds).toString('hex')}`
}

export type Verdict = 'good' | 'malformed' | 'wrong' | 'old'

/**
 * Whether the body was signed with the secret, not longer ago than `tolerance` (nor later than now by more). The body
 * must be as it came, byte by byte.
 */
export function checkSignature(
  secret: string,
  body: string | Uint8Array,
  header: string | undefined,
  now: number,
): Verdict {
  const parts = (header ?? '').split(',').map((part) => part.trim().split('=', 2))
  const time = parts.find(([name]) => name === 't')?.[1] ?? ''
  // Schemes that are not known are left aside; of v1 there may be two while a secret is being replaced.
  const given = parts.flatMap(([name, value]) => (name === 'v1' && value ? [value] : []))
  if (!/^\d{1,12}$/.test(time) || given.length === 0) return 'malformed'
  const wanted = macOf(secret, body, Number(time))
  const isRight = given.some((hex) => {
    const mac = /^[0-9a-f]{64}$/i.test(hex) ? Buffer.from(hex, 'hex') : undefined
    return mac !== undefined && timingSafeEqual(mac, wanted)
  })
  if (!isRight) return 'wrong'
  return Math.abs(now / 1000 - Number(time)) <= tolerance ? 'good' : 'old'
}

function macOf(secret: string, body: string | Uint8Array, seconds: number): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest()
}

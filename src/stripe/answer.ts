import { isUtf8 } from 'node:buffer'
import { promisify } from 'node:util'
import { gunzip, gunzipSync } from 'node:zlib'
import type { StripeObject } from './api.ts'
import { parseJson } from './json.ts'
import type { Limited, LimitedReason } from './limiter.ts'
import type { WireReply } from './transport.ts'

const gunzipped = promisify(gunzip)

/** A trailer that claims more is not believed; the pieces are then of this size. */
const largestPiece = 4 * 1024 * 1024

/** Up to here a trip to another thread costs more than unzipping: 30 µs against 80 for 20 KB. */
const small = { bytes: 64 * 1024, zipped: 16 * 1024 }

/**
 * Unzips in one piece: the last four bytes say how much it will be. In the usual pieces of 16 KB a page
 * costs thirty trips between threads and a copy.
 */
async function unzip(body: Buffer): Promise<Buffer> {
  const claimed = body.length < 18 ? 0 : body.readUInt32LE(body.length - 4)
  // One byte more, so that the end is seen without another piece.
  const options = { chunkSize: Math.min(Math.max(claimed + 1, 1024), largestPiece) }
  // A claim may be false; but nothing is zipped to less than a thousandth, so it is soon done all the same.
  const isSmall = claimed <= small.bytes && body.length <= small.zipped
  return isSmall ? gunzipSync(body, options) : gunzipped(body, options)
}

/** A `Retry-After` beyond this is not believed. */
const longestWait = 600_000

const reasons = new Set<string | undefined>([
  'global-rate',
  'global-concurrency',
  'endpoint-rate',
  'endpoint-concurrency',
  'resource-specific',
] satisfies LimitedReason[])

export function header(reply: WireReply, name: string): string | undefined {
  const value = reply.headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** Milliseconds that the answer asks to wait (`Retry-After`, in seconds or as a date), as an option to spread. */
export function retryAfter(reply: WireReply, wall: number): { readonly retryAfterMs?: number } {
  const value = header(reply, 'retry-after')
  if (value === undefined) return {}
  const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - wall
  return Number.isNaN(ms) ? {} : { retryAfterMs: Math.min(longestWait, Math.max(0, ms)) }
}

/** Unzips and parses a body; `bytes` is its size unzipped. Throws when it is not the whole of a JSON object. */
export async function decode(
  reply: WireReply,
): Promise<{ readonly body: StripeObject; readonly bytes: number }> {
  const bytes = header(reply, 'content-encoding') === 'gzip' ? await unzip(reply.body) : reply.body
  if (!isUtf8(bytes)) throw new Error('the text is not UTF-8')
  const body = parseJson(bytes.toString('utf8'))
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Error('not a JSON object')
  return { body: body as StripeObject, bytes: bytes.length }
}

/** The strings of the `error` object of a refusal; none for a gateway's error page. */
export async function errorFields(reply: WireReply): Promise<{
  readonly code?: string
  readonly type?: string
  readonly param?: string
  readonly message?: string
}> {
  try {
    const { error, error_description } = (await decode(reply)).body
    // As OAuth has it.
    if (typeof error === 'string') {
      return { code: error, ...(typeof error_description === 'string' ? { message: error_description } : {}) }
    }
    const strings = Object.entries(error ?? {}).filter(([, value]) => typeof value === 'string')
    return Object.fromEntries(strings)
  } catch {
    // The status tells enough.
    return {}
  }
}

/** What an answer says about limits; undefined when it is not "too many requests". */
export async function limitedBy(reply: WireReply, wall: number): Promise<Limited | undefined> {
  if (reply.status !== 429) return undefined
  const reason = header(reply, 'stripe-rate-limited-reason')
  // Without the header it may be a lock on one object, which has nothing to do with our rate.
  if (reason === undefined && (await errorFields(reply)).code === 'lock_timeout') return undefined
  return {
    reason: reasons.has(reason) ? (reason as LimitedReason) : undefined,
    ...retryAfter(reply, wall),
  }
}

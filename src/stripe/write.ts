/** The few calls that change something in Stripe; all the rest of this folder reads. */
import { TransientError } from '../core/errors.ts'
import { decode, errorFields, header, retryAfter } from './answer.ts'
import type { Query, StripeObject } from './api.ts'
import { type ApiKey, redact } from './apiKey.ts'
import { systemClock } from './clock.ts'
import { refusal, type StripeErrorDetails } from './errors.ts'
import { encodeQuery } from './query.ts'
import { type Attempt, type RetryPolicy, retry } from './retry.ts'
import { transport, WireError, type WireReply } from './transport.ts'
import { unreachable } from './unreachable.ts'

/** Somebody waits for the answer. */
const policy: RetryPolicy = {
  tries: 3,
  waitsMs: [500, 1_500],
  limitedWaitsMs: [1_000, 2_000],
  limitedForMs: 10_000,
}
const timeouts = { connect: 5_000, headers: 15_000, body: 10_000, total: 30_000 }

export interface Writing {
  readonly base: string
  readonly headers: Readonly<Record<string, string>>
  readonly method: 'POST' | 'DELETE'
  readonly path: string
  readonly form?: Query
  /** With it the same is done once, however often it is sent; without, what may have been done is not sent again. */
  readonly idempotencyKey?: string
  /** Makes the error of a refusal. */
  readonly refused: (details: StripeErrorDetails) => Error
}

/**
 * Sends it, again when that may help and does no harm. Throws what `refused` makes of a refusal, `ConfigError` for a
 * host that cannot be reached, `TransientError` for what may pass.
 */
export async function write(writing: Writing, signal: AbortSignal): Promise<StripeObject> {
  const { base, method, path, form, idempotencyKey } = writing
  const wire = transport({ base, headers: writing.headers, connections: 1, timeouts })
  const isRepeatable = method === 'DELETE' || idempotencyKey !== undefined
  const headers = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }

  async function attempt(): Promise<Attempt<StripeObject>> {
    let reply: WireReply
    try {
      const body = form === undefined ? {} : { form: encodeQuery(form) }
      reply = await wire.send({ method, path, headers, ...body }, signal)
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      if (error.problem === 'unreachable' || error.problem === 'tls') throw unreachable(error, base)
      return { failure: { kind: 'failed', reason: error.message, cause: error, final: !isRepeatable } }
    }
    if (reply.status === 200) return { value: (await decode(reply)).body }
    const { status } = reply
    const { message = 'no reason given', ...fields } = await errorFields(reply)
    const mayPass = status >= 500 || status === 409 || status === 429
    if (!mayPass) {
      const requestId = header(reply, 'request-id')
      throw writing.refused({ ...fields, status, requestId, method, path, words: message })
    }
    const reason = `HTTP ${status}, ${redact(message)}`
    const final = status >= 500 && !isRepeatable
    return { failure: { kind: 'failed', reason, final, ...retryAfter(reply, Date.now()) } }
  }

  try {
    const what = `${method} ${path}`
    return await retry(attempt, { policy, clock: systemClock, random: Math.random, signal, what })
  } catch (error) {
    if (!(error instanceof TransientError)) throw error
    throw new TransientError(error.message, { cure: 'try it again in a moment', cause: error })
  } finally {
    await wire.close()
  }
}

/** Of a call with a key. */
export const refusedWith = (key: ApiKey) => (details: StripeErrorDetails) => refusal(details, key)

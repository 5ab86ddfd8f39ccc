import { ConfigError } from '../core/errors.ts'
import type { RunEvent } from '../core/model.ts'
import { decode, errorFields, header, limitedBy, retryAfter } from './answer.ts'
import type { CallOptions, Reply, StripeObject } from './api.ts'
import { type ApiKey, redact } from './apiKey.ts'
import { refusal } from './errors.ts'
import type { Limited, Limiter } from './limiter.ts'
import type { Meter } from './meter.ts'
import type { Attempt, Failure } from './retry.ts'
import type { StripeClock } from './stripe-clock.ts'
import { type Transport, WireError, type WireReply } from './transport.ts'
import { unreachable } from './unreachable.ts'

/** What all requests of one client share. */
export interface Shared {
  readonly apiBase: string
  readonly key: ApiKey
  /** Instead of the key, asked before each request. */
  readonly bearer?: (() => Promise<string>) | undefined
  readonly limiter: Limiter
  readonly transport: Transport
  /** Whose data is asked for, where it is not the key's own. */
  readonly headers?: Readonly<Record<string, string>>
  readonly clock: StripeClock
  readonly meter: Pick<Meter, 'count'> | undefined
  readonly count: { requests: number; limited: number; failed: number; bytes: number }
  /** Whether anything was ever answered, and how often a connection failed before. */
  readonly contact: { reached: boolean; failures: number }
}

export interface RequestOptions extends CallOptions {
  readonly url: string
  readonly report: ((event: RunEvent) => void) | undefined
  /** Called when a smaller page may help: a server error, no answer in time, a body cut short. */
  readonly tooMuch: () => void
}

/** Milliseconds before the next try while nothing was ever answered; after these the settings are to blame. */
const firstWaits = [200, 600] as const

const oneLine = (error: unknown) =>
  redact(error instanceof Error ? error.message : String(error)).split('\n')[0]

/**
 * One GET: sent when the limits allow it, counted, and its answer told apart.
 * Throws what no other attempt mends: `StripeError`, `ConfigError`, `BudgetError`, the signal's reason.
 */
export async function request(
  shared: Shared,
  options: RequestOptions,
): Promise<Attempt<Reply<StripeObject>>> {
  const { clock, contact, count, key } = shared
  const { url, signal, report } = options

  const failed = (failure: Omit<Failure, 'kind'>): Attempt<never> => {
    count.failed++
    return { failure: { kind: 'failed', ...failure } }
  }

  function noAnswer(error: WireError): Attempt<never> {
    const connecting = error.problem === 'unreachable' || error.problem === 'tls'
    if (connecting && !contact.reached) {
      const wait = error.problem === 'tls' ? undefined : firstWaits[contact.failures++]
      if (wait === undefined) throw unreachable(error, shared.apiBase)
      return failed({ reason: error.message, retryAfterMs: wait, cause: error })
    }
    if (error.problem === 'timeout' || error.problem === 'cut') options.tooMuch()
    return failed({ reason: error.message, cause: error })
  }

  async function whole(reply: WireReply, askedAt: number): Promise<Attempt<Reply<StripeObject>>> {
    try {
      return { value: { ...(await decode(reply)), askedAt } }
    } catch (cause) {
      if (!header(reply, 'content-type')?.includes('json')) {
        throw new ConfigError(`${shared.apiBase} does not answer as Stripe's API does`, {
          cure: "check the address of Stripe's API and any proxy in between",
          option: '--api-base',
          cause,
        })
      }
      options.tooMuch()
      return failed({ reason: `the answer cannot be read: ${oneLine(cause)}`, cause })
    }
  }

  async function refused(reply: WireReply): Promise<Attempt<never>> {
    const { status } = reply
    const { message, ...fields } = await errorFields(reply)
    const words = message ?? 'no reason given'
    const requestId = header(reply, 'request-id')
    const advice = header(reply, 'stripe-should-retry')
    const mendable = status >= 500 || status === 409 || status === 429 || fields.code === 'lock_timeout'
    if (advice !== 'true' && !mendable) throw refusal({ ...fields, status, requestId, words, path: url }, key)
    if (status >= 500) options.tooMuch()
    const id = requestId ? `, request ${requestId}` : ''
    return failed({
      reason: `HTTP ${status}, ${redact(words, key).replace(/\s+/g, ' ')}${id}`,
      ...retryAfter(reply, clock.wall()),
      ...(advice === 'false' && { final: true }),
    })
  }

  const headers = shared.bearer
    ? { ...shared.headers, authorization: `Bearer ${await shared.bearer()}` }
    : shared.headers
  const permit = await shared.limiter.acquire(options.endpoint, signal, options.ahead)
  try {
    shared.meter?.count()
  } catch (error) {
    permit.release()
    throw error
  }
  const askedAt = clock.wall()
  const sent = clock.now()
  let reply: WireReply | undefined
  let limited: Limited | undefined
  try {
    count.requests++
    reply = await shared.transport.get(url, signal, headers)
    clock.told(header(reply, 'date'), clock.now() - sent)
    limited = await limitedBy(reply, clock.wall())
  } catch (error) {
    if (error instanceof WireError) return noAnswer(error)
    throw error
  } finally {
    permit.release(limited)
    report?.({
      type: 'request',
      ...(options.stream !== undefined && { stream: options.stream }),
      ...(limited && { limited: true }),
      call: {
        endpoint: options.endpoint,
        at: askedAt,
        ended: clock.wall(),
        status: reply?.status ?? null,
        ...(limited?.reason && { reason: limited.reason }),
      },
    })
  }
  contact.reached = true
  count.bytes += reply.body.length
  if (limited) {
    count.limited++
    const { reason, retryAfterMs } = limited
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs }
    return { failure: { kind: 'limited', reason: `HTTP 429, ${reason ?? 'no reason given'}`, ...wait } }
  }
  return reply.status === 200 ? whole(reply, askedAt) : refused(reply)
}

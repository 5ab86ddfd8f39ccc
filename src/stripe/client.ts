import type { RunEvent } from '../core/model.ts'
import type { Query, Reply, StripeApi, StripeList, StripeObject } from './api.ts'
import { callerHeaders } from './caller.ts'
import type { Clock } from './clock.ts'
import type { StripeConfig } from './config.ts'
import { type Limiter, limiter } from './limiter.ts'
import type { Meter } from './meter.ts'
import { pageSizes } from './pageSize.ts'
import { encodeQuery } from './query.ts'
import { request, type Shared } from './request.ts'
import { type Attempt, patient, type RetryPolicy, retry } from './retry.ts'
import { type StripeClock, stripeClock } from './stripe-clock.ts'
import { type Timeouts, transport } from './transport.ts'

export interface ClientOptions {
  /** `Stripe-Version` of every request; the catalog's. */
  readonly apiVersion: string
  /** Sluice's own version, for the user agent. */
  readonly version: string
  /** Told of every request; `reportingTo` gives one per run. */
  readonly report?: (event: RunEvent) => void
  readonly meter?: Pick<Meter, 'count'>
  /** This machine's. */
  readonly clock?: Clock
  /** Instead, where others go by it, too. */
  readonly stripeClock?: StripeClock
  /** In `[0, 1)`. */
  readonly random?: () => number
  /** Requests in flight at most. */
  readonly inFlight?: number
  readonly timeouts?: Timeouts
  readonly retry?: RetryPolicy
}

export interface ClientStats {
  readonly requests: number
  /** Of those, answered with "too many requests". */
  readonly limited: number
  /** Of those, failed for another reason that another attempt may mend. */
  readonly failed: number
  /** As they came over the wire. */
  readonly bytes: number
}

/** Whose data a client asks for, where it is not the key's own, and what counts it. */
export interface Acting {
  readonly headers: Readonly<Record<string, string>>
  readonly meter: Pick<Meter, 'count'> | undefined
  /** It has limits of its own, instead of those of the client that it is made of. */
  readonly ownLimits: boolean
}

/** A `StripeApi` over HTTP. Holds connections: `close` when done, which lets requests under way end. */
export interface StripeClient extends StripeApi, AsyncDisposable {
  /** The same connections and limits, telling somebody else of its requests. */
  reportingTo(report: (event: RunEvent) => void): StripeApi
  /** The same connections, as somebody else; closing it closes nothing. */
  as(other: Acting): Pick<StripeClient, keyof StripeApi | 'reportingTo'>
  stats(): ClientStats
  /** What the limiter allows at the moment. */
  limits(): ReturnType<Limiter['state']>
  close(): Promise<void>
}

/** Milliseconds. A page whose first byte takes longer is better asked for in smaller ones. */
const timeouts: Timeouts = { connect: 10_000, headers: 30_000, body: 30_000, total: 120_000 }

/** Speaks HTTP with one Stripe account. The key is in no property of what is returned, and in no error. */
export function stripeApi(config: StripeConfig, options: ClientOptions): StripeClient {
  const clock = options.stripeClock ?? stripeClock(options.clock)
  const inFlight = options.inFlight ?? 64
  const sizes = pageSizes()
  const newLimiter = () => limiter({ limits: config.limits, rate: config.rate, inFlight, clock })
  const base: Shared = {
    apiBase: config.apiBase,
    key: config.apiKey,
    bearer: config.bearer,
    limiter: newLimiter(),
    transport: transport({
      base: config.apiBase,
      connections: inFlight,
      timeouts: options.timeouts ?? timeouts,
      headers: {
        ...callerHeaders(config, options.version),
        'stripe-version': options.apiVersion,
        'accept-encoding': 'gzip',
      },
    }),
    clock,
    meter: options.meter,
    count: { requests: 0, limited: 0, failed: 0, bytes: 0 },
    contact: { reached: false, failures: 0 },
  }

  function calls(shared: Shared, report: ClientOptions['report']): StripeApi {
    const repeat = <T>(path: string, signal: AbortSignal, attempt: () => Promise<Attempt<T>>) =>
      retry(attempt, {
        policy: options.retry ?? patient,
        clock,
        random: options.random ?? Math.random,
        signal,
        what: `GET ${path}`,
      })

    return {
      get(path, query, call) {
        const url = address(path, query)
        return repeat(path, call.signal, () => request(shared, { ...call, url, report, tooMuch() {} }))
      },
      async list(path, query, call) {
        const { endpoint, signal } = call
        if ('limit' in query && query.limit === undefined) {
          const url = address(path, query)
          const whole = () => request(shared, { ...call, url, report, tooMuch() {} })
          return asList(path, await repeat(path, signal, whole))
        }
        let size = Math.min(typeof query.limit === 'number' ? query.limit : 100, sizes.get(endpoint))
        let failures = 0
        let shrunk = false
        const tooMuch = () => {
          // The first failure may be bad luck; from the second on each makes the page smaller.
          if (++failures < 2 || size === 1) return
          size = sizes.below(size)
          shrunk = true
        }
        const reply = await repeat(path, signal, () =>
          request(shared, { ...call, url: address(path, { ...query, limit: size }), report, tooMuch }),
        )
        // A caller's own small limit says nothing about what the endpoint can do.
        if (shrunk || size === sizes.get(endpoint)) sizes.succeeded(endpoint, size)
        return asList(path, reply)
      },
    }
  }

  const speaking = (shared: Shared) => ({
    ...calls(shared, options.report),
    reportingTo: (report: (event: RunEvent) => void) => calls(shared, report),
  })
  const close = () => base.transport.close()
  return {
    ...speaking(base),
    as: ({ headers, meter, ownLimits }) =>
      speaking({ ...base, headers, meter, ...(ownLimits && { limiter: newLimiter() }) }),
    stats: () => ({ ...base.count }),
    limits: () => base.limiter.state(),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function address(path: string, query: Query): string {
  const encoded = encodeQuery(query)
  return encoded === '' ? path : `${path}?${encoded}`
}

function asList(path: string, reply: Reply<StripeObject>): Reply<StripeList> {
  const { data, has_more } = reply.body
  if (!Array.isArray(data) || typeof has_more !== 'boolean') {
    throw new Error(`GET ${path} did not answer with a list`)
  }
  return { ...reply, body: { object: 'list', data, has_more } }
}

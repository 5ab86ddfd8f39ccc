/**
 * The fault script: which requests go wrong, when, how often and how. Deterministic: it counts matching
 * requests. As text, entries are separated by `;` and read `kind@match:name=value,…`:
 * `500@/v1/invoices:after=3,times=2;reset_body@/v1/charges:after=1;slow@~limit=100:ms=2000`.
 * A kind that is a number is a status. A match that starts with `~` is a regular expression on path and
 * query, any other one a prefix of it; without a match every request under /v1 counts.
 */
import { ConfigError } from '../core/errors.ts'
import { ApiError, rateLimited } from './api-error.ts'

/** `hang` is never answered, `slow` after a time, `hold` when the script is replaced: a test says when. */
export const faultKinds = [
  'status',
  'reset',
  'reset_body',
  'truncate',
  'hang',
  'slow',
  'hold',
  'rate_limit',
] as const
export type FaultKind = (typeof faultKinds)[number]

export interface Fault {
  readonly kind: FaultKind
  /** Prefix of path and query, or `~` and a regular expression. */
  readonly match: string
  /** Matching requests that go well first. */
  readonly after: number
  /** Requests that go wrong then; Infinity for all. */
  readonly times: number
  /** For `status`: 400 to 599. 409 is a lock timeout. */
  readonly status?: number
  /** For `slow`: milliseconds. */
  readonly ms?: number
  /** For `rate_limit`: the value of Stripe-Rate-Limited-Reason; `none` for a 429 without the header. */
  readonly reason?: string
  /** For `status` and `rate_limit`: seconds in a Retry-After header. */
  readonly retryAfter?: number
  /** For `status`: the value of a Stripe-Should-Retry header. */
  readonly shouldRetry?: boolean
}

/** Reads a fault script. Throws `ConfigError` that names the entry and what is wrong with it. */
export function parseFaults(text: string): readonly Fault[] {
  return text
    .split(';')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(parseFault)
}

function parseFault(entry: string): Fault {
  const wrong = (what: string) =>
    new ConfigError(`fault "${entry}": ${what}`, {
      cure: `Write kind@match:name=value,…; kinds: a status, ${faultKinds.join(', ')}; names: after, times, ms, status, reason, retry_after, should_retry.`,
    })
  const parts = /^([a-z0-9_]+)(?:@(.*?))?(?::((?:[a-z_]+=[^,:=]*)(?:,[a-z_]+=[^,:=]*)*))?$/.exec(entry)
  if (parts === null) throw wrong('cannot be read')
  const [, word = '', match = '/v1', list = ''] = parts
  const options = new Map<string, string>()
  for (const pair of list.split(',').filter((each) => each !== '')) {
    const [name = '', value = ''] = pair.split('=')
    options.set(name, value)
  }
  const take = (name: string) => {
    const value = options.get(name)
    options.delete(name)
    return value
  }
  const number = (name: string, least: number) => {
    const value = take(name)
    if (value === undefined) return undefined
    if (name === 'times' && value === 'all') return Number.POSITIVE_INFINITY
    if (!/^\d+$/.test(value) || Number(value) < least) {
      throw wrong(`${name} must be a whole number of at least ${least}, not "${value}"`)
    }
    return Number(value)
  }

  const numeric = /^\d+$/.test(word)
  const kind = numeric ? 'status' : faultKinds.find((each) => each === word)
  if (kind === undefined) throw wrong(`no fault is called ${word}`)
  if (match.startsWith('~')) {
    try {
      new RegExp(match.slice(1))
    } catch {
      throw wrong(`${match.slice(1)} is not a regular expression`)
    }
  } else if (!match.startsWith('/')) throw wrong('the match must start with / or ~')
  const status = numeric ? Number(word) : number('status', 400)
  if (kind === 'status' && (status === undefined || status < 400 || status > 599)) {
    throw wrong('the status must be 400 to 599')
  }
  const after = number('after', 0) ?? 0
  const times = number('times', 1) ?? 1
  const ms = number('ms', 0)
  if (kind === 'slow' && ms === undefined) throw wrong('slow needs ms')
  const retryAfter = number('retry_after', 0)
  const reason = take('reason')
  const shouldRetry = take('should_retry')
  const unknown = [...options.keys()][0]
  if (unknown !== undefined) throw wrong(`no option is called ${unknown}`)
  return {
    kind,
    match,
    after,
    times,
    ...(status === undefined ? {} : { status }),
    ...(ms === undefined ? {} : { ms }),
    ...(reason === undefined ? {} : { reason }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(shouldRetry === undefined ? {} : { shouldRetry: shouldRetry === 'true' }),
  }
}

export interface FaultScript {
  /** Counts the request against every fault that matches it; the first one that is due happens. */
  next(url: string): Fault | undefined
  /** Replaces the script and starts counting anew; what is held goes on. */
  set(faults: readonly Fault[]): void
  /** Ends when the script is replaced. */
  replaced(): Promise<void>
  /** Those that wait for that. */
  held(): number
}

export function faultScript(initial: readonly Fault[]): FaultScript {
  let running: { fault: Fault; matches: (url: string) => boolean; seen: number }[] = []
  let holding: (() => void)[] = []
  const script: FaultScript = {
    next(url) {
      let due: Fault | undefined
      for (const each of running) {
        if (!each.matches(url)) continue
        each.seen++
        const { after, times } = each.fault
        if (each.seen > after && each.seen <= after + times) due ??= each.fault
      }
      return due
    },
    set(faults) {
      running = faults.map((fault) => ({ fault, matches: matcher(fault.match), seen: 0 }))
      const released = holding
      holding = []
      for (const release of released) release()
    },
    replaced: () => new Promise((resolve) => holding.push(resolve)),
    held: () => holding.length,
  }
  script.set(initial)
  return script
}

function matcher(match: string): (url: string) => boolean {
  if (!match.startsWith('~')) return (url) => url.startsWith(match)
  const pattern = new RegExp(match.slice(1))
  return (url) => pattern.test(url)
}

/** The answer of a `status` or `rate_limit` fault. */
export function faulty(fault: Fault): ApiError {
  const { kind, status = 500, reason = 'global-rate', retryAfter, shouldRetry } = fault
  const headers = {
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    ...(shouldRetry === undefined ? {} : { 'stripe-should-retry': String(shouldRetry) }),
  }
  if (kind === 'rate_limit' || status === 429) {
    const plain = rateLimited(reason)
    const named = reason === 'none' ? {} : plain.fields.headers
    return new ApiError(429, plain.message, { ...plain.fields, headers: { ...named, ...headers } })
  }
  if (status === 409) {
    const message =
      'This object cannot be accessed right now because another API request or Stripe process is currently accessing it.'
    return new ApiError(409, message, { code: 'lock_timeout', headers })
  }
  if (status < 500) return new ApiError(status, 'Invalid request.', { headers })
  const message = 'Sorry! There was an error while communicating with one of our backends.'
  return new ApiError(status, message, { type: 'api_error', headers })
}

import type { IncomingHttpHeaders } from 'node:http'
import { type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici'

/** A whole answer, its body as it came over the wire. */
export interface WireReply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Why no whole answer came. */
export type WireProblem =
  /** No connection: unknown host, refused, no route. */
  | 'unreachable'
  /** The other side's certificate or protocol is not acceptable. */
  | 'tls'
  /** Nothing, or nothing more, within the time allowed. */
  | 'timeout'
  /** The connection broke before the answer began. */
  | 'broken'
  /** It broke within the body. */
  | 'cut'

/** Thrown by a `Transport`; whoever calls decides whether to try again. */
export class WireError extends Error {
  readonly problem: WireProblem
  /** The system's or the library's code, such as `ENOTFOUND`. */
  readonly code: string
  constructor(problem: WireProblem, code: string, cause: unknown) {
    super(`${words[problem]} (${code})`, { cause })
    this.name = 'WireError'
    this.problem = problem
    this.code = code
  }
}

const words: Readonly<Record<WireProblem, string>> = {
  unreachable: 'no connection',
  tls: 'no secure connection',
  timeout: 'no answer in time',
  broken: 'the connection broke',
  cut: 'the answer was cut short',
}

export interface Timeouts {
  /** Milliseconds until the connection stands. */
  readonly connect: number
  /** Until the first byte of the answer. */
  readonly headers: number
  /** Between two pieces of the body. */
  readonly body: number
  /** For all of it. */
  readonly total: number
}

export interface TransportOptions {
  readonly base: string
  /** Sent with every request. Not readable from outside. */
  readonly headers: Readonly<Record<string, string>>
  readonly connections: number
  readonly timeouts: Timeouts
}

export interface Sent {
  readonly method: 'POST' | 'DELETE'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** `a=1&b=2` */
  readonly form?: string
}

export interface Transport {
  /** One GET, with these headers besides. Throws `WireError`, or the signal's reason. */
  get(
    pathAndQuery: string,
    signal: AbortSignal,
    headers?: Readonly<Record<string, string>>,
  ): Promise<WireReply>
  /** Something else than reading, with a form as its body. Throws as `get`; it may have been done all the same. */
  send(sent: Sent, signal: AbortSignal): Promise<WireReply>
  close(): Promise<void>
}

const unreachable = new Set([
  ...['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN'],
  ...['ENETDOWN', 'EADDRNOTAVAIL', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'],
  // A proxy that refuses to connect us; our own aborts never get here.
  'UND_ERR_ABORTED',
])
const tls =
  /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|EPROTO|INVALID_CA|CRL_)/
const timeout = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])
/** Ours to mend, not the network's. */
const bugs = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_CLOSED', 'UND_ERR_DESTROYED'])

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  // Several addresses were tried, each with an error of its own.
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  return codeOf(error.cause)
}

function wireError(error: unknown, answering: boolean): unknown {
  const code = codeOf(error)
  if (code === undefined || bugs.has(code)) return error
  if (timeout.has(code)) return new WireError('timeout', code, error)
  if (answering) return new WireError('cut', code, error)
  if (unreachable.has(code)) return new WireError('unreachable', code, error)
  if (tls.test(code)) return new WireError('tls', code, error)
  return new WireError('broken', code, error)
}

/** Connections kept alive to one host. `close` lets requests under way end. */
export function transport(options: TransportOptions): Transport {
  const { origin, pathname } = new URL(options.base)
  const prefix = pathname.replace(/\/$/, '')
  const { timeouts, headers } = options
  const connections = connectionsTo(origin, options)

  async function exchange(
    asked: Pick<Dispatcher.RequestOptions, 'method' | 'path' | 'headers' | 'body'>,
    signal: AbortSignal,
  ): Promise<WireReply> {
    signal.throwIfAborted()
    const stop = new AbortController()
    const abort = () => stop.abort(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    const giveUp = () => stop.abort(new WireError('timeout', 'TOTAL_TIMEOUT', undefined))
    const timer = setTimeout(giveUp, timeouts.total)
    let answering = false
    try {
      const reply = await connections.request({ origin, ...asked, signal: stop.signal })
      answering = true
      const body = Buffer.from(await reply.body.arrayBuffer())
      return { status: reply.statusCode, headers: reply.headers, body }
    } catch (error) {
      if (stop.signal.aborted) throw stop.signal.reason
      throw wireError(error, answering)
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    }
  }

  return {
    get: (pathAndQuery, signal, more) =>
      exchange(
        { method: 'GET', path: prefix + pathAndQuery, headers: more ? { ...headers, ...more } : headers },
        signal,
      ),
    send: ({ method, path, headers: more, form }, signal) =>
      exchange(
        {
          method,
          path: prefix + path,
          headers: {
            ...headers,
            ...more,
            ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
          },
          ...(form === undefined ? {} : { body: form }),
        },
        signal,
      ),
    close: () => connections.close(),
  }
}

/** Through the proxy of the environment (`HTTPS_PROXY`, `NO_PROXY`) where there is one, except to this machine itself. */
function connectionsTo(origin: string, { connections, timeouts }: TransportOptions): Dispatcher {
  const { hostname } = new URL(origin)
  const options: Pool.Options = {
    connections,
    // One request per connection: a page of 400 KB must not hold up another's headers.
    pipelining: 1,
    allowH2: false,
    connect: { timeout: timeouts.connect },
    headersTimeout: timeouts.headers,
    bodyTimeout: timeouts.body,
    keepAliveTimeout: 30_000,
  }
  const isLocal = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
  return isLocal ? new Pool(origin, options) : new EnvHttpProxyAgent(options)
}

/** The proxy that requests to an address go through, for messages; never its credentials. */
export function proxyOf(base: string): string | undefined {
  const { protocol } = new URL(base)
  const env = process.env
  const http = env.http_proxy ?? env.HTTP_PROXY
  const proxy = protocol === 'https:' ? (env.https_proxy ?? env.HTTPS_PROXY ?? http) : http
  return proxy && URL.canParse(proxy) ? new URL(proxy).host : undefined
}

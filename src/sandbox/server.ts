/** The sandbox: an HTTP server that answers as Stripe does. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError } from '../core/errors.ts'
import type { Account } from './account.ts'
import { type Admin, admin } from './admin.ts'
import { adminServer } from './admin-http.ts'
import { answer } from './api.ts'
import { ApiError, rateLimited, unknownUrl } from './api-error.ts'
import { type Caller, keyring } from './auth.ts'
import { clock } from './clock.ts'
import { connected, type Member } from './connected.ts'
import { endpointWriter, writesEndpoint } from './endpoints.ts'
import { faultScript, faulty } from './faults.ts'
import { limits, live, type Rates, test } from './limits.ts'
import { mutator } from './mutate.ts'
import { oauth } from './oauth.ts'
import { parseQuery } from './query.ts'
import { type Route, router } from './router.ts'
import { type Send, send } from './send.ts'
import { type StartOptions, settle } from './settle.ts'
import { counter, type Stats } from './stats.ts'
import { answerVersion } from './version.ts'
import { whoseData } from './whose.ts'

/** Objects that have no list but can be retrieved by id. Source: the SDK's calls. */
const retrievable = ['mandates', 'sources', 'tokens', 'confirmation_tokens']

interface Asked {
  readonly path: string
  readonly search: string
  readonly route: Route | undefined
}

export interface Sandbox extends Admin, AsyncDisposable {
  /** `http://127.0.0.1:12111`, without a slash at the end. */
  readonly url: string
  readonly port: number
  /** The main account; its `store.world` says what there is. */
  readonly account: Account
  /** Whoever connected the account on the sandbox's pages takes it back. */
  revokeGrants(): void
  /** Ends at once: open connections are closed, hanging requests too. */
  close(): Promise<void>
  stats(): Stats
  /** Requests that a `hold` of the fault script keeps waiting now, with those whose client has gone. */
  held(): number
}

/**
 * Starts a server on a free port, or on `port`. Throws `ConfigError` for options that make no sense, a port
 * that is taken, or a folder that cannot be read.
 */
export async function startSandbox(options: StartOptions = {}): Promise<Sandbox> {
  const time = clock(options.clock)
  const { settings, main, catalog, connected: parts } = await settle(options, time)
  const keys = keyring(options.keys)
  const faults = faultScript(settings.faults)
  const limit = limits(time)
  const counted = counter()
  const route = router(
    catalog,
    retrievable.filter((name) => main.store.world.streams.has(name)),
  )
  const habits = {
    lateEvents: options.lateEvents ?? 0,
    lateEvery: options.lateEvery ?? 1,
    duplicateEvery: options.duplicateEvery ?? 0,
  }
  const memberOf = (of: Account): Member => ({ account: of, mutator: mutator(of, main, habits) })
  const platform = memberOf(main)
  const members = await connected({
    ...parts,
    platform,
    memberOf: (world) => memberOf(parts.accountOf(world)),
  })
  const controls = admin({ platform, connected: members, keys, faults, clock: time, counted })
  const answerAdmin = adminServer(controls, () => Math.floor(time.now() / 1000))
  const granting = oauth({ keys, clock: time, account: main.id })
  const writeEndpoint = endpointWriter()
  /** Answers of calls that change something, by their idempotency key. */
  const written = new Map<string, string>()
  let requestNumber = 0
  let closed = false

  function ratesFor(livemode: boolean): Rates | undefined {
    const { rateLimit } = settings
    if (typeof rateLimit !== 'string') return rateLimit
    if (rateLimit === 'off') return undefined
    return rateLimit === 'live' || (rateLimit === 'auto' && livemode) ? live : test
  }

  async function accountOf(request: IncomingMessage, key: string): Promise<Account> {
    const header = whoseData(request.headers, key)
    if (header === undefined || header === main.id) return main
    const found = await members.find(header)
    if (found !== undefined) return found
    throw new ApiError(
      403,
      `The provided key '${key.slice(0, 8)}***' does not have access to account '${header}' (or that account does not exist). Application access may have been revoked.`,
      { code: 'account_invalid' },
    )
  }

  /** Whether it was one of those by which accounts are connected; it is answered then. */
  async function granted(request: IncomingMessage, response: ServerResponse, asked: Asked): Promise<boolean> {
    if (!/^(?:\/v1)?\/oauth\//.test(asked.path)) return false
    const key = request.headers['idempotency-key']
    const form = parseQuery(request.method === 'POST' ? await text(request) : '')
    const known = typeof key === 'string' ? written.get(key) : undefined
    const { method = 'GET', headers } = request
    const call = { method, path: asked.path, query: parseQuery(asked.search), form }
    const answered = known
      ? { status: 200, body: JSON.parse(known) as unknown }
      : granting.answer({ ...call, authorization: headers.authorization })
    if (!answered) return false
    if (typeof key === 'string' && answered.status === 200) written.set(key, JSON.stringify(answered.body))
    const location = 'location' in answered && answered.location ? { location: answered.location } : {}
    response.writeHead(answered.status, { 'content-type': 'application/json', ...location })
    response.end(JSON.stringify(answered.body))
    return true
  }

  /** The body of the answer to one request under /v1. */
  async function handle(
    request: IncomingMessage,
    headers: Record<string, string>,
    asked: Asked,
  ): Promise<string | Buffer> {
    const caller = keys.authenticate(request.headers.authorization)
    const account = await accountOf(request, caller.key)
    const version = request.headers['stripe-version']
    headers['stripe-version'] = answerVersion(
      typeof version === 'string' ? version : undefined,
      account.apiVersion,
      catalog.apiVersion,
    )
    if (writesEndpoint(request.method, asked.path)) return changed(request, asked.path, caller, account)
    const found = request.method === 'GET' ? asked.route : undefined
    if (found === undefined) throw unknownUrl(request.method ?? 'GET', asked.path)
    const rates = ratesFor(caller.livemode)
    // Which of both a connected account's calls count for, Stripe does not say: for each.
    const counting = rates === undefined ? [] : [...new Set([account.id, main.id])]
    for (const [at, id] of counting.entries()) {
      const reason = rates && limit.take(id, found.endpoint, rates)
      if (reason === undefined) continue
      for (const taken of counting.slice(0, at)) limit.release(taken)
      throw rateLimited(reason)
    }
    try {
      return await answer(account, caller, found, asked.path, parseQuery(asked.search))
    } finally {
      await pause(latency())
      for (const id of counting) limit.release(id)
    }
  }

  async function changed(request: IncomingMessage, path: string, caller: Caller, account: Account) {
    const key = request.headers['idempotency-key']
    const known = typeof key === 'string' ? written.get(key) : undefined
    if (known !== undefined) return known
    const form = parseQuery(await text(request))
    const member = account === main ? platform : await members.member(account.id)
    const answered = await writeEndpoint({ method: request.method ?? '', path, form, caller, member })
    if (typeof key === 'string') written.set(key, answered)
    return answered
  }

  function latency(): number {
    const { latencyMs, jitterMs } = settings
    return jitterMs === 0
      ? latencyMs
      : Math.max(0, latencyMs + ((options.random ?? Math.random)() * 2 - 1) * jitterMs)
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/'
    if (url === '/_sandbox' || url.startsWith('/_sandbox/')) return answerAdmin(request, response)
    counted.begin()
    const mark = url.indexOf('?')
    const path = mark < 0 ? url : url.slice(0, mark)
    const asked: Asked = { path, search: mark < 0 ? '' : url.slice(mark + 1), route: route(path) }
    granting.tick()
    if (await granted(request, response, asked)) return counted.end('oauth', response.statusCode, 0)
    const endpoint = asked.route?.endpoint ?? 'unknown'
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      date: new Date(time.now()).toUTCString(),
      'request-id': `req_${(++requestNumber).toString(36).padStart(14, '0')}`,
    }
    const outcome: Send = { status: 200, body: '', headers, gzip: settings.gzip && acceptsGzip(request) }
    const fault = faults.next(url)
    try {
      if (fault?.kind === 'hang') {
        response.on('close', () => counted.end(endpoint, 0, 0))
        return
      }
      if (fault?.kind === 'reset') {
        counted.end(endpoint, 0, 0)
        request.socket.resetAndDestroy()
        return
      }
      if (fault?.kind === 'slow') await pause(fault.ms ?? 0)
      if (fault?.kind === 'hold') await faults.replaced()
      if (fault?.kind === 'status' || fault?.kind === 'rate_limit') throw faulty(fault)
      outcome.body = await handle(request, headers, asked)
    } catch (error) {
      const known =
        error instanceof ApiError
          ? error
          : new ApiError(500, `Sandbox: ${trace(error)}`, { type: 'api_error' })
      outcome.status = known.status
      outcome.body = known.body()
      Object.assign(headers, known.fields.headers)
    }
    const broken = fault?.kind === 'reset_body' || fault?.kind === 'truncate' ? fault.kind : undefined
    counted.end(endpoint, broken === undefined ? outcome.status : 0, outcome.body.length)
    await send(response, outcome, broken)
  }

  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    serve(request, response).catch((error) => {
      if (!closed) response.destroy(error instanceof Error ? error : new Error(String(error)))
    })
  })
  await listen(server, settings.port, settings.host)
  const { port } = server.address() as AddressInfo

  async function close() {
    closed = true
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  }
  return {
    ...controls,
    revokeGrants: granting.revoke,
    url: `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`,
    port,
    account: main,
    stats: counted.read,
    held: faults.held,
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  }).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EADDRINUSE' ? 'another program uses that port' : cause.message
    throw new ConfigError(`the sandbox cannot listen on ${host}:${port}: ${why}`, {
      cure: 'Choose another port, or 0 for any free one.',
      cause,
    })
  })
}

const pause = (ms: number) => (ms > 0 ? sleep(ms) : undefined)

function acceptsGzip(request: IncomingMessage): boolean {
  const accepted = request.headers['accept-encoding']
  return typeof accepted === 'string' && /\bgzip\b/.test(accepted)
}

const trace = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error))

/**
 * The admin calls over HTTP, for other processes:
 *
 * - `POST /_sandbox/objects/{stream}` body: fields, `id` optional; with an Idempotency-Key the same answer again
 * - `PUT /_sandbox/objects/{stream}/{id}` creates or merges; `PATCH` merges; `DELETE` deletes
 *   (all four: `?parent=` for a child, `?account=` for a connected account, `?silent=true` for no events)
 * - `PATCH /_sandbox/objects/{stream}` body `{"fields": …, "count": 1000}` with `every`, `over`, `mixed` as
 *   `ManyOptions` has them: changes many objects at once
 * - `POST /_sandbox/accounts` body `{}` or `{"id": …}` connects a new account, or again one that was disconnected;
 *   `DELETE /_sandbox/accounts/{id}` disconnects
 * - `POST /_sandbox/clock` body `{"advance": seconds}`; `PUT` body `{"now": unix seconds}`; `GET`
 * - `PUT /_sandbox/faults` body `{"faults": "500@/v1/invoices:times=2"}`
 * - `PUT /_sandbox/keys/{key}` body `{"permissions": ["invoice_read"]}` or `"all"`; `DELETE` revokes
 * - `PUT /_sandbox/webhooks` body `{"url": …, "secret": "whsec_…"}` calls the address with each event; without a
 *   secret no more
 * - `GET /_sandbox/stats`; `DELETE` counts anew
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { ConfigError } from '../core/errors.ts'
import type { Admin } from './admin.ts'
import { ApiError, unknownUrl } from './api-error.ts'
import type { Fields } from './json.ts'

const fields = z.record(z.string(), z.unknown())
const grant = z.strictObject({
  permissions: z.union([z.literal('all'), z.array(z.string())]),
  revoked: z.boolean().optional(),
})

const many = z.strictObject({
  fields,
  count: z.int().min(1),
  every: z.int().min(1).optional(),
  over: z.int().min(0).optional(),
  mixed: z.int().min(1).optional(),
})

export type AdminServer = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** @param now unix seconds of the sandbox */
export function adminServer(admin: Admin, now: () => number): AdminServer {
  /** Answers by idempotency key; the oldest are forgotten. */
  const remembered = new Map<string, unknown>()

  async function act(method: string, url: URL, body: unknown, key: string | undefined): Promise<unknown> {
    const [what, first, second, ...rest] = url.pathname.split('/').slice(2).map(decodeURIComponent)
    if (rest.length > 0) throw unknownUrl(method, url.pathname)
    const call = `${method} ${what}`
    if (what === 'objects' && first !== undefined) {
      const options = {
        ...(url.searchParams.has('parent') ? { parent: url.searchParams.get('parent') ?? '' } : {}),
        ...(url.searchParams.has('account') ? { account: url.searchParams.get('account') ?? '' } : {}),
        silent: url.searchParams.get('silent') === 'true',
      }
      if (method === 'POST' && second === undefined) {
        const known = key === undefined ? undefined : remembered.get(key)
        if (known !== undefined) return known
        const made = await admin.create(first, read(fields, body) as Fields, options)
        if (key !== undefined) remember(key, made)
        return made
      }
      if (method === 'PATCH' && second === undefined) {
        const { fields: changed, ...which } = read(many, body)
        const count = await admin.updateMany(first, changed, { ...options, ...which })
        return { changed: count }
      }
      if (method === 'PUT' && second !== undefined) {
        return admin.create(first, { ...read(fields, body), id: second }, options)
      }
      if (method === 'PATCH' && second !== undefined) {
        return admin.update(first, second, read(fields, body) as Fields, options)
      }
      if (method === 'DELETE' && second !== undefined) {
        await admin.remove(first, second, options)
        return { id: second, deleted: true }
      }
    }
    if (call === 'POST accounts' && first === undefined) {
      return admin.connect(read(z.strictObject({ id: z.string().optional() }), body).id)
    }
    if (call === 'DELETE accounts' && first !== undefined) {
      await admin.disconnect(first)
      return { id: first }
    }
    if (call === 'GET clock') return { now: now() }
    if (call === 'POST clock')
      return { now: admin.advance(read(z.object({ advance: z.number().min(0) }), body).advance) }
    if (call === 'PUT clock')
      return { now: admin.advance(read(z.object({ now: z.number() }), body).now - now()) }
    if (call === 'PUT faults') {
      admin.setFaults(read(z.object({ faults: z.string() }), body).faults)
      return {}
    }
    if (call === 'PUT keys' && first !== undefined) {
      const { permissions, revoked } = read(grant, body)
      admin.setKey(first, { permissions, ...(revoked === undefined ? {} : { revoked }) })
      return {}
    }
    if (call === 'DELETE keys' && first !== undefined) {
      admin.revokeKey(first)
      return {}
    }
    if (call === 'PUT webhooks') {
      const { url, secret } = read(z.strictObject({ url: z.url(), secret: z.string().optional() }), body)
      admin.setWebhook(url, secret)
      return {}
    }
    if (call === 'GET stats') return admin.stats()
    if (call === 'DELETE stats') {
      admin.resetStats()
      return {}
    }
    throw unknownUrl(method, url.pathname)
  }

  function remember(key: string, made: unknown) {
    remembered.set(key, made)
    const oldest = remembered.size > 1000 ? remembered.keys().next().value : undefined
    if (oldest !== undefined) remembered.delete(oldest)
  }

  return async (request, response) => {
    let status = 200
    let body: string
    try {
      const url = new URL(request.url ?? '/', 'http://sandbox')
      const key = request.headers['idempotency-key']
      const given = await bodyOf(request)
      body = JSON.stringify(
        await act(request.method ?? 'GET', url, given, typeof key === 'string' ? key : undefined),
      )
    } catch (error) {
      const known =
        error instanceof ApiError
          ? error
          : error instanceof ConfigError
            ? new ApiError(400, error.message)
            : new ApiError(500, error instanceof Error ? error.message : String(error), { type: 'api_error' })
      status = known.status
      body = known.body()
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const text = Buffer.concat(parts).toString()
  if (text === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiError(400, 'The body is not JSON')
  }
}

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  throw new ApiError(400, z.prettifyError(result.error).replaceAll('\n', ' '))
}

import { TransientError } from '../core/errors.ts'
import type { Access } from '../core/model.ts'
import type { Query, StripeApi } from './api.ts'
import type { CatalogStream } from './catalog.ts'
import { StripeError } from './errors.ts'

/** Refusals that mean the stream, not the request. */
export interface Denied extends Access {
  readonly status: 'no_permission' | 'unavailable'
  readonly reason: string
}

const keysPage = 'https://dashboard.stripe.com/apikeys'

/** Whether the request was for the stream's own list, whatever its parent's id. */
function isListOf(stream: CatalogStream, pathAndQuery: string): boolean {
  const path = pathAndQuery.split('?')[0]?.split('/') ?? []
  const own = stream.path.split('/')
  return (
    own.length === path.length && own.every((part, index) => part.startsWith('{') || part === path[index])
  )
}

/**
 * What an error says about the access to a stream: that the key lacks a permission, or that the account does not
 * have the product. Undefined for every other error, which is then the reader's to judge.
 */
export function accessFromError(error: unknown, stream: CatalogStream): Denied | undefined {
  if (!(error instanceof StripeError)) return undefined
  const { status, words } = error
  // Stripe has no code for a product that the account does not have: only its words tell.
  const lower = words.toLowerCase()
  const disabled =
    (status === 400 || status === 403 || status === 404) &&
    stream.unavailable.some((part) => lower.includes(part.toLowerCase()))
  const unknownList =
    (status === 400 || status === 404) &&
    lower.includes('unrecognized request url') &&
    isListOf(stream, error.path)
  if (disabled || unknownList) {
    return { status: 'unavailable', reason: `not available to this Stripe account: ${words}` }
  }
  if (status !== 403) return undefined
  const permission = error.permission ?? stream.permission
  const edit = error.editUrl ?? keysPage
  return permission === undefined
    ? { status: 'no_permission', reason: `the key may not read it: ${words}; edit the key at ${edit}` }
    : {
        status: 'no_permission',
        permission,
        reason: `the key lacks the permission ${permission}; add it at ${edit}`,
      }
}

/** A page of Stripe's dashboard on which a restricted key with these permissions (`invoice_read`) is made by one click. */
export function keyCreationUrl(permissions: Iterable<string>, name = 'Sluice'): string {
  const names = new Set([...permissions].map((permission) => permission.replace(/^rak_/, '')))
  const list = [...names].sort().map((permission) => `&permissions[]=rak_${permission}`)
  return `${keysPage}/create?name=${encodeURIComponent(name)}${list.join('')}`
}

/** What one request told: the access, and the id of an object if there was one. */
interface Probed {
  readonly access: Access
  readonly sample?: string
}

/** Asks for one object of the stream, of `parent` where it has one. Throws only what concerns all streams. */
async function ask(
  api: StripeApi,
  stream: CatalogStream,
  parent: string | undefined,
  signal: AbortSignal,
): Promise<Probed> {
  const inPath = stream.parent?.in === 'path'
  const id = parent ?? ''
  const path = inPath ? stream.path.replace(/\{[^}]+\}/, encodeURIComponent(id)) : stream.path
  const query: Query = {
    ...stream.fixed,
    ...stream.variants[0],
    ...(stream.parent && !inPath && { [stream.parent.param]: id }),
    limit: stream.params.includes('limit') ? 1 : undefined,
  }
  try {
    const { body } = await api.list(path, query, { endpoint: stream.path, stream: stream.name, signal })
    const sample = body.data[0]?.id
    return { access: { status: 'ok' }, ...(typeof sample === 'string' && { sample }) }
  } catch (error) {
    const denied = accessFromError(error, stream)
    if (denied) return { access: denied }
    if (error instanceof StripeError || error instanceof TransientError) {
      return { access: { status: 'unknown', reason: error.message } }
    }
    throw error
  }
}

/**
 * The access to each of the streams, by one request for each list. A child stream is asked for with an object of its
 * parent, and only if it needs another permission than the parent; parents that are not among `streams` are
 * found by `lookup` and asked, too. Throws `ConfigError` when the key is not accepted at all.
 */
export async function probe(
  api: StripeApi,
  streams: readonly CatalogStream[],
  lookup: (name: string) => CatalogStream | undefined,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Access>> {
  const asked = new Map<string, Promise<Probed>>()

  function once(stream: CatalogStream): Promise<Probed> {
    let result = asked.get(stream.name)
    if (!result) {
      result = find(stream)
      asked.set(stream.name, result)
    }
    return result
  }

  async function find(stream: CatalogStream): Promise<Probed> {
    if (stream.unreadable !== undefined) {
      return { access: { status: 'unavailable', reason: stream.unreadable } }
    }
    if (!stream.parent) return ask(api, stream, undefined, signal)
    const parent = lookup(stream.parent.stream)
    if (!parent) return { access: { status: 'unknown', reason: `no stream ${stream.parent.stream}` } }
    const { access, sample } = await once(parent)
    if (access.status !== 'ok') {
      return {
        access: { ...access, reason: `${parent.name} cannot be read: ${access.reason ?? access.status}` },
      }
    }
    if (stream.permission !== undefined && stream.permission === parent.permission) return { access }
    if (sample !== undefined) return ask(api, stream, sample, signal)
    const needed = stream.permission === undefined ? {} : { permission: stream.permission }
    return { access: { status: 'unknown', reason: `there are no ${parent.name} to ask about`, ...needed } }
  }

  const found = await Promise.all(
    streams.map(async (stream) => [stream.name, (await once(stream)).access] as const),
  )
  return new Map(found)
}

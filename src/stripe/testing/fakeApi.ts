/** A Stripe in memory, for tests: lists as Stripe's, embedded lists cut at ten, faults where the test wants them. */
import type { Query, Reply, StripeApi, StripeList, StripeObject } from '../api.ts'
import type { CatalogStream } from '../catalog.ts'
import { StripeError } from '../errors.ts'

export interface FakeRequest {
  readonly path: string
  readonly query: Query
  readonly stream: CatalogStream
  readonly parentId: string | undefined
}

export interface FakeOptions {
  readonly streams: readonly CatalogStream[]
  /** Objects by stream, newest first; with embedded lists as plain arrays. The test may change them as it goes. */
  readonly objects: { readonly [stream: string]: StripeObject[] }
  /** Called before every answer; what it throws is what the request ends with. */
  readonly before?: (request: FakeRequest, count: number) => void | Promise<void>
  readonly now?: () => number
}

export interface FakeApi extends StripeApi {
  readonly requests: FakeRequest[]
}

export function refused(status: number, code: string | undefined, words: string, path: string): StripeError {
  return new StripeError({ status, ...(code === undefined ? {} : { code }), words, path })
}

const embeddedItems = 10

export function fakeApi(options: FakeOptions): FakeApi {
  const requests: FakeRequest[] = []
  const now = options.now ?? Date.now
  const byName = new Map(options.streams.map((stream) => [stream.name, stream]))

  const routes = options.streams.map((stream) => ({
    stream,
    pattern: new RegExp(`^${stream.path.replace(/\{\w+\}/, '([^/]+)')}(?:/([^/]+))?$`),
    inPath: stream.path.includes('{'),
  }))

  async function arrive(path: string, query: Query, signal: AbortSignal) {
    signal.throwIfAborted()
    const found = routes.flatMap((route) => {
      const match = route.pattern.exec(path)
      return match ? [{ ...route, match }] : []
    })
    // The longest pattern is the one that is meant.
    const [best] = found.sort((a, b) => b.stream.path.length - a.stream.path.length)
    if (!best) throw refused(404, undefined, `Unrecognized request URL (GET: ${path})`, path)
    const { stream, inPath, match } = best
    const inQuery = stream.parent?.in === 'query' ? query[stream.parent.param] : undefined
    const parentId = inPath ? match[1] : inQuery === undefined ? undefined : String(inQuery)
    const id = inPath ? match[2] : match[1]
    const request = { path, query, stream, parentId: parentId && decodeURIComponent(parentId) }
    requests.push(request)
    const askedAt = now()
    await new Promise((resolve) => setImmediate(resolve))
    await options.before?.(request, requests.length)
    signal.throwIfAborted()
    return { request, id: id && decodeURIComponent(id), askedAt }
  }

  function all({ stream, parentId, path }: FakeRequest): readonly StripeObject[] {
    if (!stream.parent) return options.objects[stream.name] ?? []
    const parent = find(byName.get(stream.parent.stream), parentId)
    if (!parent) {
      throw refused(404, 'resource_missing', `No such parent: '${parentId}'`, path)
    }
    return itemsIn(byName.get(stream.parent.stream), stream, parent)
  }

  /** An object of any depth; the ids of children begin with their parent's. */
  function find(stream: CatalogStream | undefined, id: string | undefined): StripeObject | undefined {
    if (!stream || id === undefined) return undefined
    if (!stream.parent) {
      return (options.objects[stream.name] ?? []).find((one) => one.id === id || id.startsWith(`${one.id}_`))
    }
    const above = byName.get(stream.parent.stream)
    const parent = find(above, id)
    return (
      parent && itemsIn(above, stream, parent).find((one) => one.id === id || id.startsWith(`${one.id}_`))
    )
  }

  function itemsIn(parent: CatalogStream | undefined, child: CatalogStream, object: StripeObject) {
    const list = parent?.lists.find((one) => one.stream === child.name)
    const items = list?.path.reduce<unknown>(
      (value, key) => (value as StripeObject | undefined)?.[key],
      object,
    )
    return Array.isArray(items) ? (items as StripeObject[]) : []
  }

  /** The object as Stripe shows it: lists cut, and those that must be expanded only if asked for. */
  function shown(stream: CatalogStream, object: StripeObject, expand: readonly string[]): StripeObject {
    let result = object
    for (const list of stream.lists) {
      const [key, ...rest] = list.path
      if (key === undefined || rest.length > 0 || !Array.isArray(result[key])) continue
      const items = result[key] as StripeObject[]
      const { [key]: _, ...without } = result
      const child = byName.get(list.stream)
      const below = expand.flatMap((path) =>
        path.startsWith(`${key}.data.`) ? path.slice(key.length + 6) : [],
      )
      const data = items.slice(0, embeddedItems).map((item) => (child ? shown(child, item, below) : item))
      const envelope = { object: 'list', data, has_more: items.length > embeddedItems, url: '' }
      result = list.expand && !expand.includes(key) ? without : { ...without, [key]: envelope }
    }
    return result
  }

  const expansions = (query: Query, prefix: string) =>
    Array.isArray(query.expand) ? query.expand.map((path: string) => path.replace(prefix, '')) : []

  const list: StripeApi['list'] = async (path, query, { signal }) => {
    const { request, askedAt } = await arrive(path, query, signal)
    const { stream } = request
    let objects = all(request)
    const limit = Number(query.limit ?? 100)
    const { created } = stream
    for (const [key, value] of Object.entries(query)) {
      if (['limit', 'starting_after', 'expand', stream.parent?.param].includes(key) || value === undefined)
        continue
      if (key === created?.from)
        objects = objects.filter((one) => Number(one[created.field]) >= Number(value))
      else if (key === created?.to)
        objects = objects.filter((one) => Number(one[created.field]) < Number(value))
      else if (!stream.params.includes(key)) throw refused(400, 'parameter_unknown', `unknown ${key}`, path)
      else objects = objects.filter((one) => value === 'all' || String(one[key]) === String(value))
    }
    if (query.starting_after !== undefined) {
      const at = objects.findIndex(({ id }) => id === query.starting_after)
      if (at < 0) throw refused(400, 'resource_missing', `No such object: '${query.starting_after}'`, path)
      objects = objects.slice(at + 1)
    }
    const expand = expansions(query, 'data.')
    const body: StripeList = {
      object: 'list',
      data: objects.slice(0, limit).map((object) => shown(stream, object, expand)),
      has_more: objects.length > limit,
    }
    return { body, askedAt, bytes: 1000 }
  }

  return {
    requests,
    list,
    async get(path, query, call): Promise<Reply<StripeObject>> {
      const none = options.streams.find((stream) => stream.path === path && stream.pagination === 'none')
      if (none) {
        if (query.limit !== undefined) throw refused(400, 'parameter_unknown', 'unknown limit', path)
        const reply = await list(path, { ...query, limit: 1000 }, call)
        return { ...reply, body: { ...reply.body } }
      }
      const { request, id, askedAt } = await arrive(path, query, call.signal)
      const object = all(request).find((one) => one.id === id)
      if (!object) throw refused(404, 'resource_missing', `No such object: '${id}'`, path)
      return { body: shown(request.stream, object, expansions(query, '')), askedAt, bytes: 100 }
    },
  }
}

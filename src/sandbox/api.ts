/** Stripe's reading calls on one account: a route and a query in, the body of the answer out. */
import type { CatalogStream } from '../stripe/catalog.ts'
import type { Account } from './account.ts'
import { type ApiError, invalidParameter, missing, unknownParameter } from './api-error.ts'
import { type Caller, labelOf, permissionOf, requirePermission } from './auth.ts'
import { balance } from './balance.ts'
import { defaultFilters } from './defaults.ts'
import { visibleEvents } from './event-list.ts'
import { expandTree } from './expand.ts'
import { all, checkParameters, createdBounds, type Keep, queryFilter } from './filters.ts'
import { pageBytes } from './page-bytes.ts'
import { integer, names, type Query, rootName } from './query.ts'
import { renderer } from './render.ts'
import type { Route } from './router.ts'
import type { ObjectPage } from './store.ts'
import { isUnavailable, notEnabled } from './unavailable.ts'
import type { SandboxObject } from './world.ts'

/** Objects that stay retrievable as a stub after they were deleted. Source: the retrieve calls' result types. */
const stubs = new Set(['customer', 'terminal.location', 'terminal.configuration', 'terminal.reader'])

/**
 * The key's own account needs a permission that keys for reading data do not have.
 * Source: Stripe's refusals as users report them (stripe-node #2246).
 */
const ownAccount = 'accounts_kyc_id_numbers_read'

/** Filters that name one other object: few objects have it, and a world may know which. */
const quick = new Set(['customer', 'subscription', 'invoice', 'charge', 'payment_intent', 'payout', 'source'])

/** The body of the answer, as JSON. Throws `ApiError`. */
export async function answer(
  account: Account,
  caller: Caller,
  route: Route,
  path: string,
  query: Query,
): Promise<string | Buffer> {
  const allow = (stream: CatalogStream) =>
    requirePermission(caller, permissionOf(stream), labelOf(stream), account.id)
  const render = renderer({ catalog: account.catalog, store: account.store, whole: account.whole, allow })
  const { stream } = route
  if (stream !== undefined) {
    allow(stream)
    if (isUnavailable(account.unavailable, stream.name, caller.livemode)) throw notEnabled(stream)
  }
  if (route.kind === 'list' && stream !== undefined) {
    const tree = expandTree(query.lists.get('expand') ?? [], true)
    const page = await list(account, stream, route, query)
    const data = page.objects.map((object) => render(stream.name, object, tree))
    return pageBytes(data, page.hasMore, path)
  }
  for (const name of names(query)) {
    if (rootName(name) !== 'expand') throw unknownParameter(rootName(name))
  }
  const tree = expandTree(query.lists.get('expand') ?? [], false)
  const own = route.name === 'account' || (stream?.name === 'accounts' && route.variables[0] === account.id)
  if (own) requirePermission(caller, ownAccount, 'Account', account.id)
  if (route.name === 'balance') requirePermission(caller, 'balance_read', 'Balance', account.id)
  const found = await single(account, route)
  return JSON.stringify(
    found.deleted === true ? found : render(stream?.name ?? route.name ?? '', found, tree),
  )
}

async function single(account: Account, route: Route): Promise<SandboxObject> {
  const { store } = account
  const { stream } = route
  const id = route.variables.at(-1) ?? ''
  if (route.kind === 'single') {
    if (route.name === 'account') return { ...store.world.account, ...account.itself }
    return balance(account)
  }
  const name = stream?.name ?? route.name ?? ''
  if (name === 'accounts' && id === account.id) return { ...store.world.account, ...account.itself }
  const object = stream?.objects[0] ?? name.replace(/s$/, '')
  if (stream?.parent?.in === 'path') {
    const parent = route.variables[0] ?? ''
    requireParent(account, stream, parent)
    const child = (await store.children(stream, parent)).find((each) => each.id === id)
    if (child === undefined) throw missing(object, id)
    return child
  }
  if (stream?.parent !== undefined) {
    const owner = store.parentOf(stream, id)
    const items = owner === undefined ? [] : await store.children(stream, owner)
    const child = items.find((each) => each.id === id)
    if (child === undefined) throw missing(object, id)
    return child
  }
  const hidden = name === 'events' && !visibleEvents(account).sees(id)
  const found = hidden ? undefined : store.get(name, id)
  if (found !== undefined) return found
  if (store.isDeleted(name, id) && stubs.has(object)) return { id, object, deleted: true }
  throw missing(object, id)
}

function requireParent(account: Account, stream: CatalogStream, id: string, param?: string) {
  const { parent } = stream
  if (parent === undefined) return
  const known = account.store.has(parent.stream, id) || (parent.stream === 'accounts' && id === account.id)
  if (known) return
  const object = account.catalog.streams.find((each) => each.name === parent.stream)?.objects[0]
  throw missing(object ?? parent.stream, id, param)
}

async function list(
  account: Account,
  stream: CatalogStream,
  route: Route,
  query: Query,
): Promise<ObjectPage> {
  const { store } = account
  checkParameters(stream, query)
  const limit = integer(query, 'limit') ?? (stream.pagination === 'none' ? Number.POSITIVE_INFINITY : 10)
  if (limit < 1) throw invalidParameter('limit', 'This value must be greater than or equal to 1.')
  if (limit > 100 && stream.pagination === 'cursor') {
    throw invalidParameter(
      'limit',
      `This value must be less than or equal to 100 (it currently is '${limit}').`,
    )
  }
  const after = query.values.get('starting_after')
  const before = query.values.get('ending_before')
  if (after !== undefined && before !== undefined) {
    throw invalidParameter(
      'ending_before',
      'Received both starting_after and ending_before parameters. Please pass in only one.',
    )
  }
  const bounds = createdBounds(stream, query)
  const indexed = (param: string, value: string) => {
    const { world } = store
    if (!world.streams.has(stream.name)) return undefined
    const indexes = world.find?.(stream.name, param, value)
    return indexes && new Set(indexes.map((index) => world.id(stream.name, index)))
  }
  const keep = all([...defaultFilters(stream, query), queryFilter(stream, query, indexed)])
  const cursor = after ?? before
  const cursorParam = after === undefined ? 'ending_before' : 'starting_after'
  const noSuch = (id: string) => missing(stream.objects[0] ?? stream.name, id, cursorParam)

  if (stream.parent === undefined && !stream.path.includes('{')) {
    const events = stream.name === 'events' ? visibleEvents(account) : undefined
    if (cursor !== undefined && !(store.has(stream.name, cursor) && (events?.sees(cursor) ?? true))) {
      throw noSuch(cursor)
    }
    const merged = events === undefined ? keep : all([keep, events.keep])
    const from = Math.max(bounds.from ?? Number.NEGATIVE_INFINITY, events?.from ?? Number.NEGATIVE_INFINITY)
    const by = [...query.values].find(([name]) => quick.has(name))
    return store.page(stream.name, {
      limit,
      ...(by === undefined ? {} : { by: { param: by[0], value: by[1] } }),
      ...(after === undefined ? {} : { after }),
      ...(before === undefined ? {} : { before }),
      ...bounds,
      ...(Number.isFinite(from) ? { from } : {}),
      ...(merged === undefined ? {} : { keep: merged }),
    })
  }

  if (stream.parent === undefined) return { objects: [], hasMore: false }
  const inQuery = stream.parent.in === 'query'
  const parent = (inQuery ? query.values.get(stream.parent.param) : route.variables[0]) ?? ''
  requireParent(account, stream, parent, inQuery ? stream.parent.param : undefined)
  const items = await store.children(stream, parent)
  const within = createdWithin(stream, bounds)
  return pageOf(items, { limit, after, before, keep: all([keep, within]), noSuch })
}

function createdWithin(stream: CatalogStream, bounds: { from?: number; to?: number }): Keep | undefined {
  const field = stream.created?.field
  if (field === undefined || (bounds.from === undefined && bounds.to === undefined)) return undefined
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = bounds
  return (object) => {
    const value = object[field]
    return typeof value === 'number' && value >= from && value <= to
  }
}

interface Slice {
  readonly limit: number
  readonly after: string | undefined
  readonly before: string | undefined
  readonly keep: Keep | undefined
  readonly noSuch: (id: string) => ApiError
}

/** A page of a list that is at hand whole. */
function pageOf(items: readonly SandboxObject[], slice: Slice): ObjectPage {
  const { limit, after, before, keep, noSuch } = slice
  const cursor = after ?? before
  const at = cursor === undefined ? -1 : items.findIndex((item) => item.id === cursor)
  if (cursor !== undefined && at < 0) throw noSuch(cursor)
  const side = before === undefined ? items.slice(at + 1) : items.slice(0, at)
  const kept = keep === undefined ? side : side.filter(keep)
  const objects = before === undefined ? kept.slice(0, limit) : kept.slice(Math.max(0, kept.length - limit))
  return { objects, hasMore: kept.length > objects.length }
}

/** The conditions of a list request: which parameters a list takes, and what each one keeps. */
import type { CatalogStream } from '../stripe/catalog.ts'
import { ApiError, invalidParameter, unknownParameter } from './api-error.ts'
import { isFields, listItems, valueAt } from './json.ts'
import { names, type Query, rootName } from './query.ts'
import type { SandboxObject } from './world.ts'

export type Keep = (object: SandboxObject) => boolean

/** Parameters that are not conditions on a field. */
const plumbing = new Set(['limit', 'starting_after', 'ending_before', 'expand'])

/** Where a parameter's value stands when it is not in a field or column of the parameter's name. */
const places: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  invoices: { subscription: ['parent', 'subscription_details', 'subscription'] },
  promotion_codes: { coupon: ['promotion', 'coupon'] },
}

/** Parameters that a list insists on, besides the one that names the parent. */
const required: Readonly<Record<string, readonly string[]>> = {
  tax_locations: ['type'],
  apps_secrets: ['scope'],
  billing_meter_event_summaries: ['customer', 'start_time', 'end_time'],
}

/** Parameters that shape what is computed or its order, and keep nothing out. */
const shaping: Readonly<Record<string, readonly string[]>> = {
  billing_meter_event_summaries: ['customer', 'start_time', 'end_time', 'value_grouping_window'],
  treasury_transactions: ['order_by'],
  treasury_transaction_entries: ['order_by'],
}

type Comparison = (left: number, right: number) => boolean
const comparisons: Readonly<Record<string, Comparison>> = {
  gt: (left, right) => left > right,
  gte: (left, right) => left >= right,
  lt: (left, right) => left < right,
  lte: (left, right) => left <= right,
}

/** Throws `parameter_unknown` for the first parameter that the list does not take. */
export function checkParameters(stream: CatalogStream, query: Query): void {
  const accepted = new Set(stream.params.map(rootName))
  if (stream.parent?.in === 'query') accepted.add(stream.parent.param)
  const given = new Set([...names(query)].map(rootName))
  for (const name of given) {
    if (!accepted.has(name)) throw unknownParameter(name)
  }
  for (const name of [...(required[stream.name] ?? []), ...parentParam(stream)]) {
    if (given.has(name)) continue
    throw new ApiError(400, `Missing required param: ${name}.`, { code: 'parameter_missing', param: name })
  }
}

const parentParam = (stream: CatalogStream) => (stream.parent?.in === 'query' ? [stream.parent.param] : [])

/** The bounds in unix seconds, both inclusive, that the request sets on the time of creation. */
export function createdBounds(stream: CatalogStream, query: Query): { from?: number; to?: number } {
  const { created } = stream
  if (created === undefined) return {}
  let from = Number.NEGATIVE_INFINITY
  let to = Number.POSITIVE_INFINITY
  const param = rootName(created.from)
  for (const [name, text] of query.values) {
    const operator = rangeOperator(name, param, created)
    if (operator === undefined) continue
    if (!/^-?\d+$/.test(text)) throw invalidParameter(name, `Invalid integer: ${text}`)
    const value = Number(text)
    if (operator === 'eq') {
      from = Math.max(from, value)
      to = Math.min(to, value)
    } else if (operator === 'gt') from = Math.max(from, value + 1)
    else if (operator === 'gte') from = Math.max(from, value)
    else if (operator === 'lt') to = Math.min(to, value - 1)
    else if (operator === 'lte') to = Math.min(to, value)
    else throw unknownParameter(name)
  }
  return { ...(Number.isFinite(from) ? { from } : {}), ...(Number.isFinite(to) ? { to } : {}) }
}

function rangeOperator(
  name: string,
  param: string,
  created: NonNullable<CatalogStream['created']>,
): string | undefined {
  // Two parameters of their own (`created_after`, `created_before`) instead of a range.
  if (!created.from.includes('[')) {
    if (name === created.from) return 'gte'
    return name === created.to ? 'lt' : undefined
  }
  if (name === param) return 'eq'
  return rootName(name) === param ? name.slice(param.length + 1, -1) : undefined
}

/** Ids of the objects that a filter keeps, where the world knows; for filters that are on no field of the object. */
export type Indexed = (param: string, value: string) => ReadonlySet<string> | undefined

/** Keeps what satisfies every condition of the query; undefined when it has none. */
export function queryFilter(stream: CatalogStream, query: Query, indexed: Indexed): Keep | undefined {
  const created = stream.created
  const skip = new Set([
    ...plumbing,
    ...(created === undefined ? [] : [rootName(created.from), rootName(created.to)]),
    ...parentParam(stream),
    ...(shaping[stream.name] ?? []),
  ])
  const keeps: Keep[] = []
  for (const [name, value] of query.values) {
    if (!skip.has(rootName(name))) keeps.push(condition(stream, name, [value], indexed))
  }
  for (const [name, values] of query.lists) {
    if (!skip.has(rootName(name))) keeps.push(condition(stream, name, values, indexed))
  }
  return all(keeps)
}

export function all(keeps: readonly (Keep | undefined)[]): Keep | undefined {
  const some = keeps.filter((keep) => keep !== undefined)
  return some.length === 0 ? undefined : (object) => some.every((keep) => keep(object))
}

/** `status=open`, `recurring[interval]=month`, `due_date[gte]=5`, `lookup_keys[]=a`. */
function condition(stream: CatalogStream, name: string, wanted: readonly string[], indexed: Indexed): Keep {
  const root = rootName(name)
  const inner = [...name.matchAll(/\[([^\]]+)\]/g)].map((match) => match[1] ?? '')
  if (stream.name === 'events') return eventCondition(root, wanted)
  if (root === 'status' && wanted[0] === 'all') return () => true
  if (stream.name === 'subscriptions' && root === 'status' && wanted[0] === 'ended') {
    return (object) => object.status === 'canceled' || object.status === 'incomplete_expired'
  }
  if (stream.name === 'subscriptions' && (root === 'price' || root === 'plan')) {
    return (object) =>
      (listItems(object.items) ?? []).some((item) => isFields(item) && idOf(item[root]) === wanted[0])
  }
  if (root === 'ids') return (object) => wanted.includes(object.id)
  if (root === 'lookup_keys') return (object) => wanted.includes(String(object.lookup_key))

  const compare = comparisons[inner.at(-1) ?? '']
  const field = fieldPath(stream, root)
  if (field === undefined) {
    const ids = indexed(root, wanted[0] ?? '')
    if (ids !== undefined) return (object) => ids.has(object.id)
    const message = `The sandbox cannot filter ${stream.path} by ${root}: no field of that name.`
    throw new ApiError(400, message, { param: root })
  }
  const path = [...field, ...(compare === undefined ? inner : inner.slice(0, -1))]
  if (compare !== undefined) {
    const limit = Number(wanted[0])
    return (object) => {
      const value = valueAt(object, path)
      return typeof value === 'number' && compare(value, limit)
    }
  }
  return (object) => {
    const value = valueAt(object, path)
    if (Array.isArray(value)) return value.some((item) => wanted.includes(String(idOf(item))))
    return value !== undefined && value !== null && wanted.includes(String(idOf(value)))
  }
}

function fieldPath(stream: CatalogStream, param: string): readonly string[] | undefined {
  const place = places[stream.name]?.[param]
  if (place !== undefined) return place
  const columns = stream.columns
  const column = columns.find((each) => each.path.length === 1 && each.path[0] === param)
  if (column !== undefined) return column.path
  const nested = columns.find((each) => each.path.length > 1 && each.path[0] === param)
  if (nested !== undefined) return [param]
  return columns.find((each) => each.path.at(-1) === param)?.path
}

function idOf(value: unknown): unknown {
  return isFields(value) && typeof value.id === 'string' ? value.id : value
}

/** `type=charge.*`, `types[]=a&types[]=b`, `delivery_success=true`. */
function eventCondition(name: string, wanted: readonly string[]): Keep {
  if (name === 'delivery_success') {
    return (object) => (object.pending_webhooks === 0) === (wanted[0] === 'true')
  }
  if (wanted.length > 20) throw invalidParameter(name, 'You may specify at most 20 event types.')
  const patterns = wanted.map((type) => new RegExp(`^${type.split('*').map(escapePattern).join('.*')}$`))
  return (object) => patterns.some((pattern) => pattern.test(String(object.type)))
}

const escapePattern = (text: string) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&')

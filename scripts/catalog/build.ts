/** The catalog from the package: one stream per list. */
import type ts from 'typescript'
import type { CatalogParent, EmbeddedList, StoredCatalog, StoredStream } from '../../src/stripe/catalog.ts'
import type { Descriptions } from '../../src/stripe/descriptions.ts'
import { formatColumn } from '../../src/stripe/notation.ts'
import { columnsOf, type DescribedColumn, innerLists, mergedFields } from './columns.ts'
import { curated } from './curated.ts'
import { told } from './descriptions.ts'
import { eventsByObject } from './events.ts'
import { docOf, type ListMethod, readPackage } from './lists.ts'
import { firstSentence, pathParent, singular, streamName } from './names.ts'
import { objectNames } from './types.ts'

/** Whole builds take about three seconds. Throws when a curated line and the lists do not match one to one. */
export function buildCatalog(packageFolder: string): Built {
  const { checker, lists, apiVersion, events } = readPackage(packageFolder)
  const drafts = lists.map((list) => draft(list, checker))
  const names = new Set(drafts.map(({ name }) => name))
  const stale = Object.keys(curated).filter((name) => !names.has(name))
  if (stale.length > 0) throw new Error(`curated.ts has lines without a list: ${stale.join(', ')}`)
  const families = drafts.map((one) => ({ ...one, parent: parentOf(one, names) }))
  const byObject = eventsByObject(events, checker)
  const finished = families
    .map((one) => finish(one, families, byObject, checker))
    .sort((a, b) => (a.stream.name < b.stream.name ? -1 : 1))
  return {
    catalog: { apiVersion, streams: finished.map(({ stream }) => stream) },
    descriptions: Object.fromEntries(finished.map(({ stream, columns }) => [stream.name, told(columns)])),
  }
}

export interface Built {
  readonly catalog: StoredCatalog
  readonly descriptions: Descriptions
}

interface Draft {
  readonly name: string
  readonly list: ListMethod
  readonly members: readonly ts.Type[]
  readonly params: readonly { readonly name: string; readonly required: boolean; readonly range: boolean }[]
}

interface ParentDraft {
  readonly stream: string
  readonly in: 'path' | 'query'
  readonly param: string
}

interface Family extends Draft {
  readonly parent: ParentDraft | undefined
}

function draft(list: ListMethod, checker: ts.TypeChecker): Draft {
  const params = (list.params?.getProperties() ?? []).map((property) => {
    const type = checker.getTypeOfSymbol(property)
    const members = type.isUnion() ? type.types : [type]
    return {
      name: property.name,
      required: !members.some((member) => checker.typeToString(member) === 'undefined'),
      range: members.some((member) => member.symbol?.name === 'RangeQueryParam'),
    }
  })
  const members = list.item.isUnion() ? list.item.types : [list.item]
  return { name: streamName(list.path), list, members, params }
}

/**
 * The stream before the id in the path, or the one that a required parameter names: `subscription` →
 * `subscriptions`, and `card` of `issuing_tokens` → `issuing_cards`. Undefined when no list gives the parents' ids.
 */
function parentOf({ name, list, params }: Draft, names: ReadonlySet<string>): ParentDraft | undefined {
  const before = pathParent(list.path)
  if (before) return names.has(before) ? { stream: before, in: 'path', param: singular(before) } : undefined
  for (const param of params.filter(({ required }) => required)) {
    const words = name.split('_')
    const prefixes = words.map((_, at) => words.slice(0, words.length - 1 - at).join('_'))
    for (const prefix of prefixes) {
      const stream = [prefix, `${param.name}s`].filter(Boolean).join('_')
      if (stream !== name && names.has(stream)) return { stream, in: 'query', param: param.name }
    }
  }
  return undefined
}

/** Lines have ids that are only sure to be unique within their parent; so have capabilities (the id is the kind). */
const keyedByParent = /(_lines|_line_items|_capabilities)$/

function finish(
  one: Family,
  families: readonly Family[],
  events: ReadonlyMap<string, readonly string[]>,
  checker: ts.TypeChecker,
): { readonly stream: StoredStream; readonly columns: readonly DescribedColumn[] } {
  const { name, list, params } = one
  const line = curated[name]
  if (!line) throw new Error(`curated.ts has no line for ${name} (${list.path})`)
  const [tier, coverage, permission] = line
  const fields = mergedFields(rowTypes(one, checker), checker)
  if (!fields.some((field) => field.name === 'id')) throw new Error(`${name}: objects without an id`)
  const lists = innerLists(fields, checker).flatMap(({ path, item, optional }): EmbeddedList[] => {
    const stream = childStream(one, path, item, families)
    return stream ? [{ path, stream, expand: optional }] : []
  })
  const columns = columnsOf(fields, new Set(lists.map(({ path }) => path.join('.'))), checker)
  const { parent, columns: all } = withParent(one.parent, columns)
  const paths = new Set(all.map(({ name: column }) => column))
  const key = parent && keyedByParent.test(name) ? [parent.column, 'id'] : ['id']
  const objects = objectNames(list.item, checker)
  const types = objects.flatMap((object) => events.get(object) ?? [])
  const created = createdFilter(one, paths)
  const stream: StoredStream = {
    name,
    path: one.parent?.in === 'path' ? list.path.replace('{id}', `{${one.parent.param}}`) : list.path,
    objects,
    description: firstSentence(itemDoc(one, checker) || list.description),
    docs: docsAddress(list.path),
    tier,
    key,
    ...(parent ? { parent } : {}),
    params: params.map((param) => param.name).sort(),
    required: params
      .filter((param) => param.required && !(parent?.in === 'query' && parent.param === param.name))
      .map((param) => param.name)
      .sort(),
    ...(created ? { created } : {}),
    pagination: params.some((param) => param.name === 'starting_after') ? 'cursor' : 'none',
    lists,
    coverage,
    events: [...new Set(types)].sort(),
    ...(permission ? { permission } : {}),
    livemode: paths.has('livemode'),
    columns: all.map(formatColumn),
  }
  return { stream, columns: all }
}

/**
 * A customer's sources may be accounts, a shape that Stripe gave up years ago: their hundred fields would be
 * columns of every source. They go to the column for what is not known.
 */
function rowTypes({ name, members }: Draft, checker: ts.TypeChecker): readonly ts.Type[] {
  if (name !== 'customer_sources') return members
  return members.filter((member) => !objectNames(member, checker).includes('account'))
}

/** The stream that the items of a list inside an object belong to: the own child first, then a list of the same objects. */
function childStream(
  one: Draft,
  path: readonly string[],
  item: ts.Type,
  families: readonly Family[],
): string | undefined {
  const alike = families.filter((other) => other.list.item === item || other.list.item.symbol === item.symbol)
  const own = alike.filter(({ parent }) => parent?.stream === one.name)
  const bySuffix = own.find(({ name }) => name === `${singular(one.name)}_${path.join('_')}`)
  const found = bySuffix ?? own.find(({ name }) => name.endsWith(path.at(-1) ?? '')) ?? own[0]
  return (found ?? alike.find(({ parent }) => !parent) ?? alike[0])?.name
}

/** The parent's id as a column that is never null: the object's own field where it has one, else one without a path. */
function withParent(
  parent: ParentDraft | undefined,
  columns: readonly DescribedColumn[],
): { readonly parent?: CatalogParent; readonly columns: readonly DescribedColumn[] } {
  if (!parent) return { columns }
  const whole = singular(parent.stream)
  const last = singular(parent.stream.split('_').at(-1) ?? '')
  // What a fee refund calls `fee` is the application fee it belongs to.
  const wanted = [parent.param, whole, last, ...(parent.stream === 'application_fees' ? ['fee'] : [])]
  const own = columns.find((column) => wanted.includes(column.name) && column.type === 'text')
  const name = own?.name ?? (parent.in === 'query' ? parent.param : whole)
  return {
    parent: { stream: parent.stream, column: name, in: parent.in, param: parent.param },
    columns: own
      ? columns.map((column) => (column === own ? { ...column, nullable: false } : column))
      : [{ name, path: [], type: 'text', nullable: false, doc: `ID of the ${whole}.` }, ...columns],
  }
}

/** Filters on the time at which an object came to be, by the names that the lists give them. */
function createdFilter({ params }: Draft, columns: ReadonlySet<string>): StoredStream['created'] {
  const names = new Set(params.map(({ name }) => name))
  const field = ['created', 'date'].find((name) => columns.has(name))
  if (field && params.some((param) => param.name === 'created' && param.range)) {
    return { field, from: 'created[gte]', to: 'created[lt]' }
  }
  if (field && names.has('created_after') && names.has('created_before')) {
    return { field, from: 'created_after', to: 'created_before' }
  }
  if (columns.has('transacted_at') && params.some((param) => param.name === 'transacted_at' && param.range)) {
    return { field: 'transacted_at', from: 'transacted_at[gte]', to: 'transacted_at[lt]' }
  }
  return undefined
}

function itemDoc({ members }: Draft, checker: ts.TypeChecker): string {
  const [only] = members
  return members.length === 1 && only ? docOf(only.symbol, checker) : ''
}

/** The page of Stripe's API reference on the objects; for a child its parent's. */
const docsAddress = (path: string) => `https://docs.stripe.com/api${path.slice(3).replace(/\/\{.*$/, '')}`

/** An object as Stripe's answer shows it: embedded lists cut and wrapped, ids expanded, optional fields left out. */
import type { Catalog, CatalogStream, EmbeddedList } from '../stripe/catalog.ts'
import { cannotExpand, type ExpandTree } from './expand.ts'
import { type Fields, isFields, listItems, setAt, valueAt } from './json.ts'
import type { Store } from './store.ts'
import type { SandboxObject } from './world.ts'

/** Items that an embedded list shows; the rest is behind its url. */
export const embeddedLimit = 10

/** Fields, other than lists and ids, that only show when they are expanded. Source: the API reference. */
const onlyExpanded: Readonly<Record<string, readonly string[]>> = {
  price: ['tiers', 'currency_options'],
  plan: ['tiers'],
  coupon: ['applies_to', 'currency_options'],
  customer: ['cash_balance'],
  'issuing.card': ['number', 'cvc'],
}

export interface RenderOptions {
  readonly catalog: Catalog
  readonly store: Store
  /** Objects from files are shown with every field they have. */
  readonly whole: boolean
  /** Called with the stream of every object that is about to be expanded; throws when the caller may not see it. */
  readonly allow: (stream: CatalogStream) => void
}

/** Returns `render(stream, object, tree)`, which changes the object it is given and returns it. */
export function renderer(options: RenderOptions) {
  const { catalog, store, whole, allow } = options
  const byName = new Map(catalog.streams.map((stream) => [stream.name, stream]))

  function render(name: string, object: SandboxObject, tree: ExpandTree): SandboxObject {
    const stream = byName.get(name)
    const fields = object as Fields
    const done = new Set<string>()
    for (const list of stream?.lists ?? []) {
      const head = list.path[0] ?? ''
      const asked = descend(tree, list.path)
      if (asked !== undefined) done.add(head)
      showList(list, object, asked)
    }
    for (const field of onlyExpanded[object.object] ?? []) {
      if (tree.has(field)) done.add(field)
      else if (!whole && field in fields) fields[field] = undefined
    }
    for (const [field, inner] of tree) {
      if (done.has(field)) continue
      if (field in fields) fields[field] = expand(field, fields[field], inner)
      else if (!stream?.columns.some((column) => column.path[0] === field)) throw cannotExpand(field)
    }
    return object
  }

  function showList(list: EmbeddedList, object: SandboxObject, asked: ExpandTree | undefined) {
    const fields = object as Fields
    const value = valueAt(fields, list.path)
    const items = listItems(value)
    if (items === undefined) return
    if (list.expand && asked === undefined && !whole) return setAt(fields, list.path, undefined)
    const inner = asked?.get('data') ?? new Map()
    const shown = items.slice(0, embeddedLimit) as readonly SandboxObject[]
    const data = shown.map((item) => (isFields(item) ? render(list.stream, item, inner) : item))
    const more = items.length > embeddedLimit
    const wrapped =
      isFields(value) && !more
        ? { ...value, data }
        : {
            ...(isFields(value) ? value : { object: 'list' }),
            data,
            has_more: more,
            url: listUrl(list, object),
          }
    setAt(fields, list.path, wrapped)
  }

  function listUrl(list: EmbeddedList, { id, object }: SandboxObject): string {
    const stream = byName.get(list.stream)
    if (stream === undefined) return ''
    const { parent } = stream
    if (parent?.in === 'path') return stream.path.replace(/\{[^}]*\}/, encodeURIComponent(id))
    const param = parent?.param ?? object
    return `${stream.path}?${param}=${encodeURIComponent(id)}`
  }

  /** An id becomes its object; in arrays, lists and objects the tree goes on. */
  function expand(property: string, value: unknown, tree: ExpandTree): unknown {
    if (value === null || value === undefined) return value
    if (typeof value === 'string') return object(property, value, tree)
    if (Array.isArray(value)) return value.map((item) => expand(property, item, tree))
    if (!isFields(value)) throw cannotExpand(property)
    for (const [field, inner] of tree) {
      if (!(field in value)) throw cannotExpand(`${property}.${field}`)
      value[field] = expand(`${property}.${field}`, value[field], inner)
    }
    return value
  }

  function object(property: string, id: string, tree: ExpandTree): unknown {
    const name = store.locate(id, property.split('.').at(-1) ?? '')
    // An id that leads nowhere stays an id; anything that is no id cannot be expanded.
    if (name === undefined) {
      if (!/^[a-z]+_\w{6,}$/i.test(id)) throw cannotExpand(property)
      return id
    }
    const stream = byName.get(name)
    if (stream !== undefined) allow(stream)
    const found = store.get(name, id)
    if (found === undefined) return { id, object: stream?.objects[0] ?? name, deleted: true }
    return render(name, found, tree)
  }

  return render
}

function descend(tree: ExpandTree, path: readonly string[]): ExpandTree | undefined {
  let at: ExpandTree | undefined = tree
  for (const part of path) at = at?.get(part)
  return at
}

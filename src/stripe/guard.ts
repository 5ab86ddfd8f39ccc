/** What must not be copied as it is: values that are hashed or dropped, wherever they stand in an object. */
import type { StreamSelection } from '../core/model.ts'
import type { Catalog, CatalogStream } from './catalog.ts'
import { type Hasher, noHashKey } from './hasher.ts'
import { rawNumber } from './json.ts'

/** How one stream's objects are protected. */
export interface Guard {
  /** Places in the stream's objects, joined with dots, sorted. */
  readonly hashed: readonly string[]
  readonly dropped: readonly string[]
  /** Fingerprint of the key of the hashes; absent when this stream has none. */
  readonly key?: string
  isHashed(path: readonly string[]): boolean
  /** The hash of a value: of its exact text. Given null, null. */
  hash(value: unknown): string | null
  /** The JSON text of the value at that path, protected; null when nothing of it may be kept. */
  json(value: unknown, path: readonly string[]): string | null
  /** Part of an object of the stream, from its top, protected. */
  part(value: Part): Part
}

type Part = Record<string, unknown>

/** A place in an object; without `act`, something below it is protected. */
interface Node {
  act?: 'hash' | 'drop'
  readonly below: Map<string, Node>
  /** An id, or ids, may stand where the object that is protected below would be. */
  ids: boolean
}

/**
 * The guards of the selected streams, by name: empty when nothing is protected. When anything is, every stream has
 * one, as its objects may have an object of the protected stream within: it is known by its `object` field. What the
 * catalog withholds of a stream that is not selected is protected likewise.
 * Throws `ConfigError` when a selection has hashed fields and there is no `hasher`.
 */
export function guards(
  catalog: Catalog,
  selections: readonly StreamSelection[],
  hasher: Hasher | undefined,
): ReadonlyMap<string, Guard> {
  const isProtected = ({ excluded = [], hashed = [] }: StreamSelection) => excluded.length + hashed.length > 0
  const names = new Set(selections.map(({ name }) => name))
  const secret = catalog.streams.flatMap(({ name, withheld }) =>
    withheld && !names.has(name) ? [{ name, excluded: withheld }] : [],
  )
  if (secret.length === 0 && !selections.some(isProtected)) return new Map()
  const trees = new Map<string, Node>()
  const typed = new Map<string, Node[]>()
  for (const selection of [...selections.filter(isProtected), ...secret]) {
    const stream = catalog.streams.find(({ name }) => name === selection.name)
    if (!stream) continue
    const tree = treeOf(stream, selection)
    trees.set(stream.name, tree)
    for (const type of stream.objects) typed.set(type, [...(typed.get(type) ?? []), tree])
  }
  if (!hasher && selections.some(({ hashed = [] }) => hashed.length > 0)) throw noHashKey()
  const hash = (text: string) => hasher?.hash(text) ?? ''
  return new Map(
    selections.map((selection) => {
      const { name, hashed = [], excluded = [] } = selection
      const key = hashed.length > 0 ? hasher?.fingerprint : undefined
      const guard = guardOf(trees.get(name), typed, hash)
      const places = { hashed: hashed.toSorted(), dropped: excluded.toSorted() }
      return [name, { ...places, ...(key === undefined ? {} : { key }), ...guard }]
    }),
  )
}

function treeOf(stream: CatalogStream, { excluded = [], hashed = [] }: StreamSelection): Node {
  const top = node()
  const at = (place: string) => {
    let here = top
    for (const key of place.split('.')) here = into(here, key)
    return here
  }
  for (const place of hashed) at(place).act = 'hash'
  // What is named for both is dropped.
  for (const place of excluded) at(place).act = 'drop'
  for (const column of stream.columns) {
    const there = find(top, column.path)
    if (there && column.expandable) there.ids = true
  }
  return top
}

const node = (): Node => ({ below: new Map(), ids: false })

function into(above: Node, key: string): Node {
  const there = above.below.get(key) ?? node()
  above.below.set(key, there)
  return there
}

/** The node at the path, or the one above it that decides for all below. */
function find(top: Node | undefined, path: readonly string[]): Node | undefined {
  let here = top
  for (const key of path) {
    if (!here || here.act) return here
    here = here.below.get(key)
  }
  return here
}

function guardOf(
  top: Node | undefined,
  typed: ReadonlyMap<string, readonly Node[]>,
  hash: (text: string) => string,
): Omit<Guard, 'hashed' | 'dropped' | 'key'> {
  const mentions = [...typed].map(([type, nodes]) => ({
    object: JSON.stringify({ object: type }).slice(1, -1),
    keys: nodes.flatMap(({ below }) => [...below.keys()].map((key) => `${JSON.stringify(key)}:`)),
  }))
  /** To look for a few words in the text is much quicker than to go through the value; the rarer words first. */
  const isMentioned = (text: string) => {
    // What is no object of Stripe's, as most JSON of a row, is told by one look.
    if (!text.includes('"object":"')) return false
    const found = new Map<string, boolean>()
    const has = (word: string) => {
      const known = found.get(word) ?? text.includes(word)
      found.set(word, known)
      return known
    }
    return mentions.some(({ object, keys }) => keys.some(has) && has(object))
  }

  function protect(value: unknown, nodes: readonly Node[]): unknown {
    if (value === null || value === undefined) return value
    if (nodes.some(({ act }) => act === 'drop')) return undefined
    if (nodes.some(({ act }) => act === 'hash')) return hash(textOf(value))
    if (Array.isArray(value)) {
      return value.map((item: unknown) => protect(item, nodes)).filter((item) => item !== undefined)
    }
    if (isObject(value)) return protectObject(value, nodes)
    if (nodes.length === 0 || (typeof value === 'string' && nodes.every(({ ids }) => ids))) return value
    // It may be all that should stand below, in one text.
    return nodes.some(hasHash) ? hash(textOf(value)) : undefined
  }

  function protectObject(value: Part, given: readonly Node[]): Part {
    const own = typeof value.object === 'string' ? (typed.get(value.object) ?? []) : []
    const nodes = own.length > 0 ? [...new Set([...given, ...own])] : given
    const result = bare()
    for (const key of Object.keys(value)) {
      const below = nodes.flatMap((one) => one.below.get(key) ?? [])
      const kept = protect(value[key], below)
      if (kept !== undefined) result[key] = kept
    }
    return result
  }

  return {
    isHashed: (path) => find(top, path)?.act === 'hash',
    hash: (value) => (value === null || value === undefined ? null : hash(textOf(value))),
    json(value, path) {
      const here = find(top, path)
      if (!here) {
        const text = JSON.stringify(value)
        if (!isMentioned(text)) return text
      }
      const kept = protect(value, here ? [here] : [])
      return kept === undefined ? null : JSON.stringify(kept)
    },
    part: (value) => protectObject(value, top ? [top] : []),
  }
}

function hasHash({ act, below }: Node): boolean {
  return act === 'hash' || [...below.values()].some(hasHash)
}

/** The text whose hash stands for a value: itself, its digits, an object's id, or else its JSON with sorted keys. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (isObject(value) && typeof value.id === 'string' && typeof value.object === 'string') return value.id
  return rawNumber(value) ?? JSON.stringify(value, sorted)
}

const sorted = (_key: string, value: unknown): unknown =>
  isObject(value)
    ? Object.assign(
        bare(),
        Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))),
      )
    : value

function isObject(value: unknown): value is Part {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && rawNumber(value) === undefined
  )
}

/** Without a prototype, so that a key named `__proto__` is a key like any other. */
const bare = (): Record<string, unknown> => Object.create(null)

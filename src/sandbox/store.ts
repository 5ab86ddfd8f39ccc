/** One account's objects: a world, with what was created, changed and deleted laid over it. */
import type { Catalog, CatalogStream } from '../stripe/catalog.ts'
import { copy, type Fields, listItems, setAt, valueAt } from './json.ts'
import { countUpTo, type Overlay, overlay } from './overlay.ts'
import type { SandboxObject, World } from './world.ts'

export interface PageRequest {
  readonly limit: number
  /** Ids: objects older than `after`, or newer than `before`. They exist. */
  readonly after?: string
  readonly before?: string
  /** Unix seconds, both inclusive. */
  readonly from?: number
  readonly to?: number
  /** A condition of `keep` by which the world may have an index. */
  readonly by?: { readonly param: string; readonly value: string }
  /** Keeps an object; without it no object beyond the page is computed. */
  readonly keep?: (object: SandboxObject) => boolean
}

export interface ObjectPage {
  /** Newest first. */
  readonly objects: readonly SandboxObject[]
  readonly hasMore: boolean
}

export interface Store {
  readonly world: World
  readonly overlay: Overlay
  /** A copy of the object, embedded lists complete; undefined when there is none or it was deleted. */
  get(stream: string, id: string): SandboxObject | undefined
  has(stream: string, id: string): boolean
  isDeleted(stream: string, id: string): boolean
  /** A page of a stream that has no parent. */
  page(stream: string, request: PageRequest): Promise<ObjectPage>
  /** The objects of a child stream under one parent, in the order of Stripe's list. */
  children(stream: CatalogStream, parent: string): Promise<readonly SandboxObject[]>
  /** The parent of a child object, where its own id tells. */
  parentOf(stream: CatalogStream, id: string): string | undefined
  /**
   * The stream that an id belongs to, deleted or not. A plan and its price share an id: the name of the
   * property that holds it decides.
   */
  locate(id: string, property: string): string | undefined
}

/** Where an object stands: the world's come before the created ones of the same second. */
interface Position {
  readonly created: number
  readonly base: number | undefined
  readonly entry: number | undefined
}

/** Objects looked at in one go while a filter scans; then the event loop gets its turn. */
const stride = 2000

/** Objects that have no list, and are only seen where their id is expanded. */
const unlisted = ['discounts', 'mandates']

export function store(catalog: Catalog, world: World): Store {
  const laid = overlay()
  const byName = new Map(catalog.streams.map((stream) => [stream.name, stream]))
  /** Streams with ids of their own. */
  const roots = [
    ...new Set([...catalog.streams.map(({ name }) => name), ...world.streams, ...unlisted]),
  ].filter((name) => byName.get(name)?.parent === undefined)
  const countOf = (stream: string) => (world.streams.has(stream) ? world.count(stream) : 0)
  const indexOf = (stream: string, id: string) =>
    world.streams.has(stream) || unlisted.includes(stream) ? world.index(stream, id) : undefined

  /** A changed object may satisfy a filter that it did not before. */
  function withChanged(stream: string, indexes: readonly number[]): readonly number[] {
    const changed = [...(laid.streams.get(stream)?.objects.keys() ?? [])].map((id) => indexOf(stream, id))
    const known = changed.filter((index) => index !== undefined)
    return [...new Set([...indexes, ...known])].sort((a, b) => a - b)
  }

  /** The world's objects that a page is taken from, oldest first: all of a stream, or those an index names. */
  function range(stream: string, by: PageRequest['by']) {
    const named =
      by === undefined || !world.streams.has(stream) ? undefined : world.find?.(stream, by.param, by.value)
    const indexes = named === undefined ? undefined : withChanged(stream, named)
    const at = (place: number) => (indexes === undefined ? place : (indexes[place] ?? 0))
    const length = indexes?.length ?? countOf(stream)
    const countWhile = (before: (place: number) => boolean) => {
      let low = 0
      let high = length
      while (low < high) {
        const middle = (low + high) >>> 1
        if (before(middle)) low = middle + 1
        else high = middle
      }
      return low
    }
    return {
      at,
      length,
      /** How many were created at or before a time. */
      upTo: (created: number) => countWhile((place) => world.created(stream, at(place)) <= created),
      /** How many have a lower index. */
      below: (index: number) => (indexes === undefined ? index : countWhile((place) => at(place) < index)),
    }
  }

  function position(stream: string, id: string): Position | undefined {
    const { born, entries } = laid.of(stream)
    const created = born.get(id)
    if (created !== undefined) {
      let entry = countUpTo(entries, created) - 1
      while (entry >= 0 && entries[entry]?.id !== id) entry--
      return { created, base: undefined, entry }
    }
    const base = indexOf(stream, id)
    return base === undefined ? undefined : { created: world.created(stream, base), base, entry: undefined }
  }

  /** Lays the overlay's children over the embedded lists of an object. */
  function withLists(stream: string, object: SandboxObject): SandboxObject {
    for (const list of byName.get(stream)?.lists ?? []) {
      const over = laid.streams.get(list.stream)
      if (over === undefined) continue
      const whole = over.children.get(object.id)
      if (whole !== undefined) {
        setAt(object as Fields, list.path, copy(whole))
        continue
      }
      const items = listItems(valueAt(object, list.path))
      if (items === undefined || over.objects.size + over.deleted.size === 0) continue
      // The items are objects of a stream of their own (refunds of a charge): their current state counts.
      const current = (items as SandboxObject[])
        .filter((item) => !over.deleted.has(item.id))
        .map((item) => copy(over.objects.get(item.id)) ?? item)
      const known = new Set(current.map((item) => item.id))
      const added = over.entries
        .map((entry) => over.objects.get(entry.id))
        .filter((item) => item !== undefined && item[object.object] === object.id && !known.has(item.id))
        .map((item) => copy(item))
      setAt(object as Fields, list.path, [...added.reverse(), ...current])
    }
    return object
  }

  /** An object of the world as it is now. */
  function original(stream: string, index: number): SandboxObject {
    const changed = laid.streams.get(stream)?.objects
    if (changed !== undefined && changed.size > 0) {
      const object = changed.get(world.id(stream, index))
      if (object !== undefined) return withLists(stream, copy(object))
    }
    return withLists(stream, world.object(stream, index))
  }

  const created = (stream: string, object: SandboxObject | undefined) =>
    object === undefined ? undefined : withLists(stream, copy(object))

  const self: Store = {
    world,
    overlay: laid,
    isDeleted: (stream, id) => laid.of(stream).deleted.has(id),
    has: (stream, id) =>
      !self.isDeleted(stream, id) && (laid.of(stream).born.has(id) || indexOf(stream, id) !== undefined),
    get(stream, id) {
      if (self.isDeleted(stream, id)) return undefined
      const object = laid.of(stream).objects.get(id)
      if (object !== undefined) return withLists(stream, copy(object))
      const index = indexOf(stream, id)
      return index === undefined ? undefined : original(stream, index)
    },

    async page(stream, request) {
      const { limit, keep, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = request
      const { objects, deleted } = laid.of(stream)
      // A scan lets others run; what they create must not move its places.
      const entries = keep === undefined ? laid.of(stream).entries : [...laid.of(stream).entries]
      const ascending = request.before !== undefined
      const cursorId = request.after ?? request.before
      const cursor = cursorId === undefined ? undefined : position(stream, cursorId)
      // Both are half-open ranges [low, high) of what lies within the bounds and beyond the cursor.
      const base = range(stream, request.by)
      let baseLow = from === Number.NEGATIVE_INFINITY ? 0 : base.upTo(from - 1)
      let baseHigh = to === Number.POSITIVE_INFINITY ? base.length : base.upTo(to)
      let newLow = from === Number.NEGATIVE_INFINITY ? 0 : countUpTo(entries, from - 1)
      let newHigh = to === Number.POSITIVE_INFINITY ? entries.length : countUpTo(entries, to)
      if (cursor !== undefined) {
        const { created } = cursor
        const [baseAt, newAt] = [cursor.base, cursor.entry]
        if (ascending) {
          baseLow = Math.max(baseLow, baseAt === undefined ? base.upTo(created) : base.below(baseAt + 1))
          newLow = Math.max(newLow, newAt === undefined ? countUpTo(entries, created - 1) : newAt + 1)
        } else {
          baseHigh = Math.min(baseHigh, baseAt === undefined ? base.upTo(created) : base.below(baseAt))
          newHigh = Math.min(newHigh, newAt ?? countUpTo(entries, created - 1))
        }
      }

      const found: SandboxObject[] = []
      let looked = 0
      while (baseLow < baseHigh || newLow < newHigh) {
        const newIndex = ascending ? newLow : newHigh - 1
        const baseIndex = base.at(ascending ? baseLow : baseHigh - 1)
        const entry = newLow < newHigh ? entries[newIndex] : undefined
        const older = baseLow < baseHigh ? world.created(stream, baseIndex) : undefined
        const takeNew =
          entry !== undefined &&
          (older === undefined || (ascending ? entry.created < older : entry.created >= older))
        let id: string | undefined
        if (takeNew) {
          if (ascending) newLow++
          else newHigh--
          id = entry.id
        } else {
          if (ascending) baseLow++
          else baseHigh--
          if (deleted.size > 0 && deleted.has(world.id(stream, baseIndex))) continue
        }
        if (found.length === limit && keep === undefined) return finish(true)
        const object = id === undefined ? original(stream, baseIndex) : created(stream, objects.get(id))
        if (object === undefined) continue
        if (keep === undefined || keep(object)) {
          if (found.length === limit) return finish(true)
          found.push(object)
        }
        if (keep !== undefined && ++looked % stride === 0) await new Promise(setImmediate)
      }
      return finish(false)

      function finish(hasMore: boolean): ObjectPage {
        return { objects: ascending ? found.reverse() : found, hasMore }
      }
    },

    async children(stream, parent) {
      const over = laid.streams.get(stream.name)?.children.get(parent)
      if (over !== undefined) return copy(over)
      const owner = stream.parent?.stream
      const embedded = byName.get(owner ?? '')?.lists.find((list) => list.stream === stream.name)
      if (owner !== undefined && embedded !== undefined && laid.streams.get(owner)?.objects.has(parent)) {
        const items = listItems(valueAt(self.get(owner, parent) ?? {}, embedded.path))
        if (items !== undefined) return items as readonly SandboxObject[]
      }
      if (world.streams.has(stream.name)) return world.children(stream.name, parent)
      // The same objects may have a list of their own: a customer's payment methods.
      const twin = catalog.streams.find(
        (other) => other.parent === undefined && other.objects.join() === stream.objects.join(),
      )
      if (twin === undefined || stream.parent === undefined) return []
      const { column } = stream.parent
      const page = await self.page(twin.name, {
        limit: Number.POSITIVE_INFINITY,
        keep: (object) => object[column] === parent,
      })
      return page.objects
    },

    parentOf(stream, id) {
      const { name, parent } = stream
      if (parent === undefined) return undefined
      const known = laid.of(name).owners.get(id) ?? world.parentOf?.(name, id)
      const index = known === undefined ? indexOf(name, id) : undefined
      if (index === undefined) return known
      const column = stream.columns.find((each) => each.name === parent.column)
      const path = column === undefined || column.path.length === 0 ? [parent.column] : column.path
      const value = valueAt(world.object(name, index), path)
      return typeof value === 'string' ? value : undefined
    },

    locate(id, property) {
      const holds = (stream: string) => self.has(stream, id) || self.isDeleted(stream, id)
      const named = `${property}s`
      return roots.includes(named) && holds(named) ? named : roots.find(holds)
    },
  }
  return self
}

/**
 * A world of real objects from JSON files below a folder: one object per file, an event (its object is what
 * counts), an array of them, a list, or the `resources` map of Stripe's OpenAPI fixtures.
 */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { ConfigError } from '../core/errors.ts'
import type { Catalog, CatalogStream } from '../stripe/catalog.ts'
import { copy, type Fields, isFields, listItems, parseExact, setAt, valueAt } from './json.ts'
import type { SandboxObject, World } from './world.ts'

export interface Loaded {
  readonly world: World
  /** What was loaded and what was not, line by line, for a person. */
  readonly report: readonly string[]
}

interface Found {
  readonly object: Fields
  readonly file: string
}

/** Throws `ConfigError` for a folder that cannot be read, holds no object, or a file that is not JSON. */
export async function loadFiles(folder: string, catalog: Catalog, now: number): Promise<Loaded> {
  const found: Found[] = []
  for (const file of await jsonFiles(folder)) {
    const text = await readFile(join(folder, file), 'utf8')
    let value: unknown
    try {
      value = parseExact(text)
    } catch (cause) {
      throw new ConfigError(`${join(folder, file)} is not JSON`, { cause })
    }
    for (const object of objectsIn(value)) found.push({ object, file })
  }
  if (found.length === 0) throw new ConfigError(`there is no Stripe object in ${folder}`)
  return sort(found, catalog, now)
}

async function jsonFiles(folder: string): Promise<readonly string[]> {
  const about = await stat(folder).catch((cause) => {
    throw new ConfigError(`the folder ${folder} cannot be read`, {
      cure: 'name a folder of JSON files with --load',
      cause,
    })
  })
  if (!about.isDirectory()) throw new ConfigError(`${folder} is not a folder`)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
}

function* objectsIn(value: unknown): Generator<Fields> {
  if (Array.isArray(value)) {
    for (const each of value) yield* objectsIn(each)
  } else if (isFields(value)) {
    if (isFields(value.resources)) yield* objectsIn(Object.values(value.resources))
    else if (value.object === 'event' && isFields(value.data) && isFields(value.data.object)) {
      yield* objectsIn(value.data.object)
    } else if (value.object === 'list') yield* objectsIn(value.data)
    else if (typeof value.object === 'string') yield value
  }
}

function sort(found: readonly Found[], catalog: Catalog, now: number): Loaded {
  const report: string[] = []
  const roots = new Map<string, Map<string, SandboxObject>>()
  const children = new Map<string, Map<string, SandboxObject[]>>()
  let account: SandboxObject | undefined
  const noList = new Map<string, number>()
  const twice = new Map<string, number>()
  /** Ids of children that are unique by themselves. */
  const placed = new Map<string, Set<string>>()

  for (const { object, file } of found.flatMap((one) => [one, ...listedWithin(one, catalog)])) {
    const kind = String(object.object)
    if (typeof object.id !== 'string' || object.id === '') {
      report.push(`skipped: a ${kind} without an id in ${file}`)
      continue
    }
    if (object.deleted === true) {
      report.push(`skipped: the ${kind} ${object.id} in ${file} is a stub of a deleted object`)
      continue
    }
    const real = object as SandboxObject
    const lists = catalog.streams.filter(
      (stream) => stream.objects.includes(kind) && stream.name !== 'events',
    )
    const homes = lists.filter((stream) => stream.parent === undefined && !stream.path.includes('{'))
    const families = lists.flatMap((stream) => {
      const parent = parentIn(stream, real)
      return parent === undefined ? [] : [{ stream, parent }]
    })
    if (kind === 'account') account ??= real
    if (homes.length + families.length === 0) noList.set(kind, (noList.get(kind) ?? 0) + 1)
    for (const { name } of homes) {
      const stream = roots.get(name) ?? new Map<string, SandboxObject>()
      roots.set(name, stream)
      if (stream.has(real.id)) twice.set(name, (twice.get(name) ?? 0) + 1)
      // The richest of several copies is kept: fixtures of newer versions repeat ids of older ones.
      const known = stream.get(real.id)
      if (known === undefined || Object.keys(known).length < Object.keys(real).length)
        stream.set(real.id, real)
    }
    for (const { stream, parent } of families) {
      const byParent = children.get(stream.name) ?? new Map<string, SandboxObject[]>()
      children.set(stream.name, byParent)
      const siblings = byParent.get(parent) ?? []
      byParent.set(parent, siblings)
      const known = placed.get(stream.name) ?? new Set()
      placed.set(stream.name, known)
      const isTaken = stream.key.length === 1 && known.has(real.id)
      known.add(real.id)
      if (!isTaken && !siblings.some(({ id }) => id === real.id)) siblings.push(real)
    }
  }
  for (const [name, objects] of roots) report.push(`${name}: ${objects.size} loaded`)
  for (const [name, count] of twice) report.push(`${name}: ${count} more copies of the same ids`)
  for (const [kind, count] of noList)
    report.push(`skipped: ${count} ${kind}: no list shows them by themselves`)
  return { world: worldOf(catalog, roots, children, account, now), report: report.sort() }
}

/** Objects in the lists of an object that are not its own: each is in a list that Stripe has for all of them. */
function listedWithin({ object, file }: Found, catalog: Catalog): readonly Found[] {
  const streams = catalog.streams.filter(({ objects }) => objects.includes(String(object.object)))
  return streams.flatMap(({ name, lists }) =>
    lists.flatMap((list): Found[] => {
      const { parent } = catalog.streams.find((stream) => stream.name === list.stream) ?? {}
      const items = parent?.stream === name ? [] : (listItems(valueAt(object, list.path)) ?? [])
      return items.filter(isFields).map((item) => ({ object: item, file }))
    }),
  )
}

/** The id of the parent that a child object names itself. */
function parentIn(stream: CatalogStream, object: SandboxObject): string | undefined {
  const { parent } = stream
  if (parent === undefined) return undefined
  const column = stream.columns.find(({ name }) => name === parent.column)
  const value =
    column === undefined || column.path.length === 0 ? object[parent.column] : valueAt(object, column.path)
  if (isFields(value) && typeof value.id === 'string') return value.id
  return typeof value === 'string' ? value : undefined
}

function worldOf(
  catalog: Catalog,
  roots: ReadonlyMap<string, ReadonlyMap<string, SandboxObject>>,
  children: ReadonlyMap<string, ReadonlyMap<string, readonly SandboxObject[]>>,
  account: SandboxObject | undefined,
  now: number,
): World {
  const byName = new Map(catalog.streams.map((stream) => [stream.name, stream]))
  const timeOf = (stream: string, object: SandboxObject) => {
    const value = object[byName.get(stream)?.created?.field ?? 'created']
    return typeof value === 'number' ? value : 0
  }
  const ordered = new Map(
    [...roots].map(([stream, objects]) => [
      stream,
      [...objects.values()].sort((a, b) => timeOf(stream, a) - timeOf(stream, b)),
    ]),
  )
  const places = new Map(
    [...ordered].map(([stream, objects]) => [stream, new Map(objects.map(({ id }, index) => [id, index]))]),
  )
  const at = (stream: string, index: number): SandboxObject => {
    const object = ordered.get(stream)?.[index]
    if (object === undefined) throw new Error(`${stream} has no object ${index}`)
    return object
  }

  /** What the parent shows of its children, then those that name the parent themselves. */
  function family(name: string, parentId: string): readonly SandboxObject[] {
    const stream = byName.get(name)
    const parents = stream?.parent?.stream ?? ''
    const place = places.get(parents)?.get(parentId)
    const list = byName.get(parents)?.lists.find((each) => each.stream === name)
    const shown =
      place === undefined || list === undefined
        ? undefined
        : listItems(valueAt(at(parents, place), list.path))
    const items = (shown ?? []).filter(
      (item): item is SandboxObject => isFields(item) && typeof item.id === 'string',
    )
    const known = new Set(items.map(({ id }) => id))
    const others = (children.get(name)?.get(parentId) ?? []).filter(({ id }) => !known.has(id))
    return copy([...items, ...others])
  }

  /** With the children that name the object as their parent, besides those it shows. */
  function whole(name: string, object: SandboxObject): SandboxObject {
    for (const list of byName.get(name)?.lists ?? []) {
      if (byName.get(list.stream)?.parent?.stream !== name) continue
      const shown = valueAt(object, list.path)
      const items = listItems(shown) && family(list.stream, object.id)
      if (items) setAt(object, list.path, isFields(shown) ? { ...shown, data: items } : items)
    }
    return object
  }

  const parented = catalog.streams.filter((stream) => stream.parent !== undefined).map(({ name }) => name)
  return {
    account: account ?? { id: 'acct_sandbox', object: 'account', created: now },
    streams: new Set([...ordered.keys(), ...parented]),
    count: (stream) => ordered.get(stream)?.length ?? 0,
    created: (stream, index) => timeOf(stream, at(stream, index)),
    id: (stream, index) => at(stream, index).id,
    index: (stream, id) => places.get(stream)?.get(id),
    object: (stream, index) => whole(stream, copy(at(stream, index))),
    children: family,
    parentOf: (stream, id) =>
      [...(children.get(stream) ?? [])].find(([, items]) => items.some((item) => item.id === id))?.[0],
  }
}

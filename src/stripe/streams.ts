/** The catalog as the rest of the product sees it: generated facts with the overrides applied. */
import { readFileSync } from 'node:fs'
import type { Catalog, CatalogStream, StoredCatalog, StoredStream } from './catalog.ts'
import { parseColumn } from './notation.ts'
import { type Override, overrides } from './overrides.ts'

let loaded: { readonly catalog: Catalog; readonly byName: ReadonlyMap<string, CatalogStream> } | undefined

/** All 120 lists, sorted by name. Read from disk at the first call. */
export function catalog(): Catalog {
  return load().catalog
}

/** The stream of that name, or undefined. */
export function stream(name: string): CatalogStream | undefined {
  return load().byName.get(name)
}

function load() {
  if (!loaded) {
    const file = new URL('./catalog.gen.json', import.meta.url)
    const stored = JSON.parse(readFileSync(file, 'utf8')) as StoredCatalog
    const merged = mergeCatalog(stored, overrides)
    loaded = { catalog: merged, byName: new Map(merged.streams.map((one) => [one.name, one])) }
  }
  return loaded
}

/** Throws when an override names what is not there (any more): a stream, parameter, field or event. */
export function mergeCatalog(stored: StoredCatalog, exceptions: Readonly<Record<string, Override>>): Catalog {
  const names = new Set(stored.streams.map(({ name }) => name))
  const stale = Object.keys(exceptions).filter((name) => !names.has(name))
  if (stale.length > 0)
    throw new Error(`overrides for streams that are not in the catalog: ${stale.join(', ')}`)
  const streams = stored.streams.map((facts) => {
    const exception = exceptions[facts.name]
    if (exception) refuseStale(facts, exception, names)
    return merged(facts, exception)
  })
  return { apiVersion: stored.apiVersion, streams }
}

function merged({ created, ...facts }: StoredStream, exception?: Override): CatalogStream {
  const { why: _, foreignEvents = [], walk, parent = facts.parent, ...plain } = exception ?? { why: '' }
  const columns = facts.columns.map(parseColumn)
  const hasParent = !parent || columns.some(({ name }) => name === parent.column)
  return {
    fixed: {},
    variants: [{}],
    expand: [],
    unavailable: [],
    ...facts,
    ...(created && !walk ? { created } : {}),
    ...(parent ? { parent } : {}),
    ...plain,
    events: facts.events.filter((type) => !foreignEvents.some((start) => type.startsWith(start))),
    columns: hasParent
      ? columns
      : [{ name: parent.column, path: [], type: 'text', nullable: false }, ...columns],
  }
}

function refuseStale(facts: StoredStream, exception: Override, names: ReadonlySet<string>): void {
  const {
    fixed = {},
    variants = [],
    expand = [],
    foreignEvents = [],
    withheld = [],
    parent,
    walk,
  } = exception
  const params = [fixed, ...variants].flatMap(Object.keys)
  if (walk) params.push(facts.created?.from.replace(/\[.*$/, '') ?? 'created')
  if (parent?.in === 'query') params.push(parent.param)
  const fields = new Set(facts.columns.map((line) => parseColumn(line).path[0]))
  const stale = [
    ...params.filter((param) => !facts.params.includes(param)),
    ...[...expand, ...withheld].filter((path) => !fields.has(path.split('.')[0])),
    ...foreignEvents.filter((start) => !facts.events.some((type) => type.startsWith(start))),
    ...(parent && !names.has(parent.stream) ? [parent.stream] : []),
  ]
  if (stale.length > 0)
    throw new Error(`the override of ${facts.name} names what is not there: ${stale.join(', ')}`)
}

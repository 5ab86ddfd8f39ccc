/** The catalog as the rest of the product sees it: generated facts with the overrides applied. */
import { readFileSync } from 'node:fs'
import type { Catalog, CatalogStream, StoredCatalog } from './catalog.ts'
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

/** Throws when an override names a stream, parent or embedded list that there is none of: it outlived what it was for. */
export function mergeCatalog(stored: StoredCatalog, exceptions: Readonly<Record<string, Override>>): Catalog {
  const names = new Set(stored.streams.map(({ name }) => name))
  const stale = Object.keys(exceptions).filter((name) => !names.has(name))
  if (stale.length > 0)
    throw new Error(`overrides for streams that are not in the catalog: ${stale.join(', ')}`)
  const streams = stored.streams.map((facts): CatalogStream => {
    const { why: _, parent, ...exception } = exceptions[facts.name] ?? { why: '' }
    const columns = facts.columns.map(parseColumn)
    if (parent && !names.has(parent.stream)) throw new Error(`${facts.name}: no stream ${parent.stream}`)
    const missing = [...(exception.expand ?? []), ...sent(exception)].filter(
      (word) =>
        !known(
          word,
          facts.params,
          columns.map(({ path }) => path[0] ?? ''),
        ),
    )
    if (missing.length > 0) throw new Error(`${facts.name}: the override names unknown ${missing.join(', ')}`)
    const hasParentColumn = parent && columns.some(({ name }) => name === parent.column)
    return {
      fixed: {},
      variants: [{}],
      expand: [],
      unavailable: [],
      ...facts,
      ...exception,
      ...(parent ? { parent } : {}),
      columns:
        parent && !hasParentColumn
          ? [{ name: parent.column, path: [], type: 'text', nullable: false }, ...columns]
          : columns,
    }
  })
  return { apiVersion: stored.apiVersion, streams }
}

const sent = ({ fixed = {}, variants = [] }: Partial<Override>) => [fixed, ...variants].flatMap(Object.keys)

/** A parameter of the list, or a field of its objects (what is expanded). */
const known = (word: string, params: readonly string[], fields: readonly string[]) =>
  params.includes(word.replace(/\[.*$/, '')) || fields.includes(word.split('.')[0] ?? '')

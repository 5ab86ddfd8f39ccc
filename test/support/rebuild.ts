/** From a row of the warehouse back to the object that Stripe sent. */
import type { CatalogColumn, CatalogStream } from '../../src/stripe/catalog.ts'
import { parse } from './served.ts'

export type SqlRow = ReadonlyMap<string, unknown>
export type Fields = { [field: string]: unknown }

/**
 * The object as its row tells it: each column's value at its place, then what `_extra` adds or corrects. Lists
 * that are tables of their own are not in it.
 */
export function rebuild(stream: CatalogStream, row: SqlRow): Fields {
  const object: Fields = {}
  // A column may repeat a part of another one: the whole comes first.
  for (const column of stream.columns.toSorted((a, b) => a.path.length - b.path.length)) {
    const value = row.get(column.name)
    if (value === null || value === undefined || column.path.length === 0) continue
    put(object, column.path, original(column, value))
  }
  const extra = row.get('_extra')
  return typeof extra === 'string' ? (merge(object, parse(extra)) as Fields) : object
}

/** From what DuckDB gives as JSON (integers, decimals and times as strings) to what Stripe writes. */
function original({ type }: CatalogColumn, value: unknown): unknown {
  if (type === 'json') return parse(String(value))
  if (type === 'integer') return parse(String(value))
  if (type === 'timestamp') return Date.parse(String(value).replace(' ', 'T').replace(/\+00$/, 'Z')) / 1000
  return value
}

function put(object: Fields, path: readonly string[], value: unknown): void {
  let level = object
  for (const key of path.slice(0, -1)) {
    const next = level[key]
    // A column beside an object that came as its id.
    if (next !== undefined && !isObject(next)) return
    level[key] = next ?? {}
    level = level[key] as Fields
  }
  level[path.at(-1) ?? ''] = value
}

function merge(object: unknown, extra: unknown): unknown {
  if (!isObject(object) || !isObject(extra)) return extra
  const keys = new Set([...Object.keys(object), ...Object.keys(extra)])
  return Object.fromEntries(
    [...keys].map((key) => [key, key in extra ? merge(object[key], extra[key]) : object[key]]),
  )
}

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

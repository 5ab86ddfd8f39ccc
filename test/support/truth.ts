/** What a sandbox holds, out of its store, and where a warehouse's rows say otherwise. Shares no code with the reader. */
import { isDeepStrictEqual } from 'node:util'
import type { Cell, Row } from '../../src/core/model.ts'
import type { Sandbox } from '../../src/sandbox/server.ts'
import type { CatalogColumn, CatalogStream } from '../../src/stripe/catalog.ts'
import { tablesFor } from '../../src/stripe/selection.ts'
import { catalog } from '../../src/stripe/streams.ts'

type Fields = Readonly<Record<string, unknown>>

export interface Held {
  readonly id: string
  readonly parentId?: string
  readonly object: Fields
}

export function streamOf(name: string): CatalogStream {
  const found = catalog().streams.find((stream) => stream.name === name)
  if (!found) throw new Error(`the catalog has no ${name}`)
  return found
}

/** Names of a table's data columns. */
export function columnsOf(name: string): readonly string[] {
  return (tablesFor([{ name }]).get(name)?.columns ?? []).map((column) => column.name)
}

/** Every object of a stream; those of a child stream with their parent. */
export async function held({ account: { store } }: Sandbox, name: string): Promise<readonly Held[]> {
  const stream = streamOf(name)
  const all = async (of: string) => (await store.page(of, { limit: Number.POSITIVE_INFINITY })).objects
  if (!stream.parent) return (await all(name)).map((object) => ({ id: object.id, object }))
  const found: Held[] = []
  for (const { id: parentId } of await all(stream.parent.stream)) {
    for (const object of await store.children(stream, parentId)) {
      found.push({ id: object.id, parentId, object })
    }
  }
  return found
}

/** Between the parts of a key; ids may have spaces. */
const separator = '\u0000'

export interface Allowance {
  /** Ids, an object's or its parent's, that may be as they like. */
  readonly overlooked?: ReadonlySet<string>
  /** The same of what may be there though it is gone. */
  readonly staying?: ReadonlySet<string>
  /** What a column shows of a value, where it is not the value itself. */
  readonly shown?: ((column: CatalogColumn, value: unknown) => unknown) | undefined
}

const none: ReadonlySet<string> = new Set()

/**
 * One line per object that the rows lack, have too many or twice, or hold otherwise. `rows` are the data cells, in
 * the order of `columns`.
 */
export async function untrue(
  sandbox: Sandbox,
  name: string,
  columns: readonly string[],
  rows: readonly Row[],
  { overlooked = none, staying = none, shown = (_, value) => value }: Allowance = {},
): Promise<readonly string[]> {
  const stream = streamOf(name)
  const keyOf = (held: Held) =>
    stream.key
      .map((key) => (key === stream.parent?.column ? held.parentId : held.object[key]))
      .join(separator)
  const isOneOf = (ids: ReadonlySet<string>, key: string) =>
    ids.size > 0 && key.split(separator).some((part) => ids.has(part))
  const truth = new Map((await held(sandbox, name)).map((one) => [keyOf(one), one]))
  const there = new Map(
    rows.map((row) => [stream.key.map((key) => String(row[columns.indexOf(key)])).join(separator), row]),
  )
  const lines: string[] = []
  for (const [key, one] of truth) {
    const row = there.get(key)
    if (isOneOf(overlooked, key) || (one.parentId !== undefined && overlooked.has(one.parentId))) continue
    if (!row) {
      lines.push(`${name} ${key} is missing`)
      continue
    }
    for (const column of stream.columns) {
      const cell = row[columns.indexOf(column.name)]
      const isWithheld = stream.withheld?.includes(column.path[0] ?? '') ?? false
      const value = isWithheld ? null : shown(column, valueAt(one.object, column.path))
      if (cell !== undefined && value !== unseen && !agrees(column, value, cell)) {
        lines.push(`${name} ${key}: ${column.name} is ${show(cell)}, and should be ${show(value)}`)
      }
    }
  }
  const parentAt = stream.parent ? columns.indexOf(stream.parent.column) : -1
  if (there.size < rows.length) lines.push(`${name}: ${rows.length} rows, and ${there.size} keys`)
  for (const [key, row] of there) {
    const parent = String(row[parentAt])
    if (truth.has(key) || [overlooked, staying].some((ids) => isOneOf(ids, key) || ids.has(parent))) continue
    lines.push(`${name} ${key} should be gone`)
  }
  return lines
}

/** The store does not show what the reader gets: an expanded object, the parent's id from the walk. */
const unseen = Symbol('unseen')

function valueAt(object: Fields, path: readonly string[]): unknown {
  if (path.length === 0) return unseen
  let value: unknown = object
  for (const key of path) {
    if (value === null || value === undefined) return null
    if (typeof value === 'string') return key === 'id' ? value : unseen
    value = (value as Fields)[key]
  }
  return value ?? null
}

function agrees({ type, expandable }: CatalogColumn, value: unknown, cell: Cell): boolean {
  if (value === null || cell === null) return value === cell
  if (expandable && type === 'text')
    return (typeof value === 'object' ? (value as Fields).id : value) === cell
  switch (type) {
    case 'timestamp':
      return Number(cell) === Number(value) * 1_000_000
    case 'integer':
    case 'decimal':
    case 'float':
      return Number(cell) === Number(value)
    case 'json':
      if (cell === JSON.stringify(value)) return true
      return isDeepStrictEqual(plain(cell, expandable), plain(JSON.stringify(value), expandable))
    default:
      return cell === value
  }
}

/** What may be expanded is compared by its ids. */
function plain(json: unknown, expandable: true | undefined): unknown {
  const value = JSON.parse(String(json)) as unknown
  const idOf = (item: unknown) => (typeof item === 'object' && item !== null && 'id' in item ? item.id : item)
  return expandable && Array.isArray(value) ? value.map(idOf) : value
}

const show = (value: unknown) =>
  String(typeof value === 'object' ? JSON.stringify(value) : value).slice(0, 200)

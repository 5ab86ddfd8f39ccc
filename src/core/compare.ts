/** Whether rows say the same. Pure: two sides of rows by key, and what differs between them. */
import type { Cell, Change, ColumnType, Row, Table } from './model.ts'
import { bookkeeping, keyPositions, loadTable } from './schema.ts'

/** How the two sides differ in one key: not in the warehouse, not upstream, or with other values. */
export type Kind = 'missing' | 'extra' | 'stale'

export interface Difference {
  readonly kind: Kind
  readonly stream: string
  /** The key as text, account first. */
  readonly key: string
}

/** What is upstream, by stream and key. */
export type Upstream = ReadonlyMap<
  string,
  ReadonlyMap<string, { readonly row: Row; readonly version: number }>
>
/** What the warehouse has, by stream and key, in rows of a load's table; more than one row is one too many. */
export type Stored = ReadonlyMap<string, ReadonlyMap<string, readonly Row[]>>

export interface Shape {
  readonly account: string
  /** Data tables by stream. */
  readonly tables: ReadonlyMap<string, Table>
}

const versionAt = bookkeeping.findIndex(({ name }) => name === '_version')
const deletedAt = bookkeeping.findIndex(({ name }) => name === '_deleted_at')

/** A stored row that is not marked as deleted. */
export const isAlive = (row: Row): boolean => (row[deletedAt] ?? null) === null
export const versionOf = (row: Row): number => Number(row[versionAt])
/** The source's own cells of a stored row. */
export const dataOf = (row: Row): Row => row.slice(bookkeeping.length)

/** The key of a data row. */
export function keyOf(shape: Shape, stream: string, row: Row): string {
  const table = tableOf(shape, stream)
  return keyText([shape.account, ...keyPositions(table).map((position) => row[position] ?? null)])
}

/** The key of a stored row: the account's id is its own. */
export function storedKeyOf(shape: Shape, stream: string, row: Row): string {
  return keyText(keyPositions(loadTable(tableOf(shape, stream))).map((position) => row[position] ?? null))
}

/** The key's cells without the account, for a person: `in_1/il_1`. */
export function shownKey(key: string): string {
  return (JSON.parse(key) as readonly string[]).slice(1).join('/')
}

const keyText = (cells: readonly Cell[]) => JSON.stringify(cells.map(String))

export function tableOf(shape: Shape, stream: string): Table {
  const table = shape.tables.get(stream)
  if (!table) throw new Error(`${stream} is not selected`)
  return table
}

/** What the changes leave when they are applied in order, as a warehouse would. */
export function upstreamOf(shape: Shape, changes: readonly Change[]): Upstream {
  const sides = new Map<string, Map<string, { row: Row; version: number }>>()
  for (const change of changes) {
    const { stream, version } = change
    const side = sides.get(stream) ?? new Map<string, { row: Row; version: number }>()
    sides.set(stream, side)
    if (change.op === 'prune') {
      const { within } = change
      if (within && !('equals' in within)) throw new Error('only the rows of one parent are pruned here')
      const at = within ? tableOf(shape, stream).columns.findIndex(({ name }) => name === within.column) : -1
      for (const [key, known] of side) {
        if (known.version < version && (!within || known.row[at] === within.equals)) side.delete(key)
      }
      continue
    }
    const key = keyOf(shape, stream, change.row)
    if ((side.get(key)?.version ?? 0) > version) continue
    if (change.op === 'upsert') side.set(key, { row: change.row, version })
    else side.delete(key)
  }
  return sides
}

/** Every key in which the sides differ. `ignored` names columns, by stream, whose values do not count. */
export function compare(
  shape: Shape,
  upstream: Upstream,
  stored: Stored,
  ignored: ReadonlyMap<string, ReadonlySet<string>> = new Map(),
): readonly Difference[] {
  const found: Difference[] = []
  for (const stream of new Set([...upstream.keys(), ...stored.keys()])) {
    const above = upstream.get(stream) ?? new Map<string, { readonly row: Row }>()
    const below = stored.get(stream) ?? new Map<string, readonly Row[]>()
    for (const [key, { row }] of above) {
      const rows = below.get(key) ?? []
      const [first] = rows
      if (!first || !rows.some(isAlive)) found.push({ kind: 'missing', stream, key })
      else if (rows.length > 1) found.push({ kind: 'extra', stream, key })
      else if (!isSubset(differing(tableOf(shape, stream), row, dataOf(first)), ignored.get(stream)))
        found.push({ kind: 'stale', stream, key })
    }
    for (const [key, rows] of below) {
      if (above.has(key)) continue
      if (rows.length > 1 || rows.some(isAlive)) found.push({ kind: 'extra', stream, key })
    }
  }
  return found
}

const isSubset = (names: readonly string[], of: ReadonlySet<string> = new Set()) =>
  names.every((name) => of.has(name))

/** Names of the columns in which two data rows differ. */
export function differing(table: Table, a: Row, b: Row): readonly string[] {
  return table.columns
    .filter(({ type }, at) => !sameCell(type, a[at] ?? null, b[at] ?? null))
    .map(({ name }) => name)
}

/** Whether two cells of a column hold the same value, however it is written. */
export function sameCell(type: ColumnType, a: Cell, b: Cell): boolean {
  if (a === b) return true
  if (a === null || b === null) return false
  if (type === 'decimal') return decimal(String(a)) === decimal(String(b))
  if (type === 'json') return canonical(String(a)) === canonical(String(b))
  // A 64-bit integer may be a number on one side and a bigint on the other.
  if (type === 'integer') return String(a) === String(b)
  return false
}

/** `-007.50` is `-7.5`. */
function decimal(text: string): string {
  const [, sign = '', whole = text, places = ''] = /^(-?)0*(\d+?)(?:\.(\d*?)0*)?$/.exec(text) ?? []
  const digits = places === '' ? whole : `${whole}.${places}`
  return digits === '0' ? '0' : `${sign}${digits}`
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown

/** JSON with its keys in order, and numbers that a double can't tell apart by their digits. */
function canonical(text: string): string {
  const ordered: Reviver = (_key, value, { source = '' }) => {
    if (typeof value === 'number')
      return Number.isFinite(value) && source.replace(/\D/g, '').length <= 15 ? value : { '#': source }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
  }
  return JSON.stringify(JSON.parse(text, ordered as (key: string, value: unknown) => unknown))
}

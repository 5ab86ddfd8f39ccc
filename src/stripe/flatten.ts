/** Objects of a stream become rows of its table; what no column holds goes to `_extra`. */
import { TransientError } from '../core/errors.ts'
import type { Cell, ColumnType, Row, Table } from '../core/model.ts'
import { extraColumn, keyPositions } from '../core/schema.ts'
import type { StripeObject } from './api.ts'
import type { CatalogColumn, CatalogStream } from './catalog.ts'
import { type Convert, converter, nearest } from './cells.ts'
import { type Drifted, jsonType } from './drift.ts'
import type { Guard } from './guard.ts'
import { rawNumber } from './json.ts'

export interface Flattener {
  /**
   * The row of an object. `parentId` fills the column that names the parent.
   * Throws `TransientError` when the object lacks a key: no row can stand for it.
   */
  row(object: StripeObject, parentId?: string): Row
  /** The row that marks the object as gone: its key, and nothing else. */
  key(object: StripeObject, parentId?: string): Row
}

export interface FlattenOptions {
  /** What must not be copied as it is; `dropped` may name what no column stands for. */
  readonly guard?: Guard | undefined
  /** Told of every value that no column holds, row by row. */
  readonly onDrift?: ((drifted: Drifted) => void) | undefined
}

/** What to do with the value under one key of an object. */
type Handler =
  | {
      kind: 'cell'
      readonly index: number
      readonly convert: Convert
      readonly type: ColumnType
      readonly name: string
      /** Holds the id of what may come expanded. */
      readonly isId: boolean
      picks?: Level
    }
  /** Excluded, but for columns within it. */
  | { kind: 'drop'; picks?: Level }
  | { kind: 'level'; readonly level: Level }
  | { kind: 'list' }
/** The handlers of an object's keys. */
interface Level {
  readonly byKey: Map<string, Handler>
  /**
   * Keys with their handlers, in the order of the objects so far: most have the same keys in the same order, and to
   * compare is several times quicker than to look up.
   */
  readonly order: { readonly key: string; readonly handler: Handler | undefined }[]
}
const emptyLevel = (): Level => ({ byKey: new Map(), order: [] })
type Extra = Record<string, unknown>

/**
 * Compiles the way from a stream's objects to a table's rows.
 *
 * A column of the catalog that the table does not have was excluded: its values go nowhere, nor does
 * anything at or below the guard's `dropped` places (`address.city`) that no column of the table stands for.
 * What the guard hashes is a hash from here on, wherever it stands.
 * With the table's last column `_extra`, every other value is kept there under its path, exactly:
 * fields that the catalog does not know, values that their column cannot hold, and objects that came in
 * place of their id. Without it,
 * they are dropped (the fields were chosen by name). Missing, null and an object with nothing
 * in it are one and the same in a row. A column may lie within another one that holds the object whole:
 * it repeats a part of it. Lists that are streams of their own are left to `children.ts`.
 */
export function flattener(stream: CatalogStream, table: Table, options: FlattenOptions = {}): Flattener {
  const { guard, onDrift } = options
  const width = table.columns.length
  const positions = new Map(table.columns.map((column, index) => [column.name, index]))
  const extraIndex = positions.get(extraColumn.name)
  const parentIndex = stream.parent && positions.get(stream.parent.column)
  const parentPath = stream.columns.find((column) => column.name === stream.parent?.column)?.path
  const keys = keyPositions(table)
  const top = levels(stream, positions, guard)
  for (const place of guard?.dropped ?? []) if (place !== extraColumn.name) drop(top, place.split('.'))

  const make = (object: StripeObject, parentId: string | undefined, watched: boolean): Row => {
    const cells: Cell[] = new Array(width).fill(null)
    let extra = take(top, object, cells)
    if (extra && watched && onDrift) drifted(top, extra, '', onDrift)
    if (extra && guard) extra = protectedPart(extra, guard)
    if (parentIndex !== undefined && parentId !== undefined) {
      const own = cells[parentIndex]
      // The parent that was asked for decides; should the object name another, that is kept.
      if (own !== null && own !== parentId && parentPath) extra = put(extra, parentPath, own)
      cells[parentIndex] = parentId
    }
    if (extra && extraIndex !== undefined) cells[extraIndex] = JSON.stringify(extra)
    for (const index of keys) {
      if (cells[index] === null) {
        throw new TransientError(
          `Stripe sent an object of ${stream.name} without ${table.columns[index]?.name}`,
        )
      }
    }
    return cells
  }

  return {
    row: (object, parentId) => make(object, parentId, true),
    key(object, parentId) {
      const cells = make(object, parentId, false)
      return cells.map((cell, index) => (keys.includes(index) ? cell : null))
    },
  }
}

/** How the column's values become cells; protected, if they are to be. */
function converterFor(column: CatalogColumn, guard: Guard | undefined): Convert {
  const { path, type, expandable } = column
  if (!guard) return converter(column)
  if (guard.isHashed(path)) {
    return (value) => {
      const id = expandable && isPlainObject(value) ? value.id : undefined
      return guard.hash(typeof id === 'string' ? id : value)
    }
  }
  return type === 'json' ? (value) => guard.json(value, path) : converter(column)
}

function protectedPart(extra: Extra, guard: Guard): Extra | undefined {
  const kept = guard.part(extra)
  for (const _ in kept) return kept
  return undefined
}

function levels(
  stream: CatalogStream,
  positions: ReadonlyMap<string, number>,
  guard: Guard | undefined,
): Level {
  const top = emptyLevel()
  // Shorter paths first, so that a column within another one finds it there.
  const columns = stream.columns.toSorted((a, b) => a.path.length - b.path.length)
  for (const column of columns) {
    // A column without a place in the object is the parent's id.
    if (column.path.length === 0) continue
    const index = positions.get(column.name)
    const handler: Handler =
      index === undefined
        ? { kind: 'drop' }
        : {
            kind: 'cell',
            index,
            convert: converterFor(column, guard),
            type: column.type,
            name: column.name,
            isId: column.expandable === true && column.type !== 'json' && !guard?.isHashed(column.path),
          }
    if (!place(top, column.path, handler)) {
      throw new Error(`two columns of ${stream.name} stand at ${column.path.join('.')}`)
    }
  }
  // A list within a column that holds an object whole stays part of it.
  for (const list of stream.lists) place(top, list.path, { kind: 'list' })
  return top
}

/** False when something stands there already. */
function place(top: Level, path: readonly string[], handler: Handler): boolean {
  let level = top
  for (const key of path.slice(0, -1)) {
    const there = level.byKey.get(key)
    if (there?.kind === 'list') return false
    if (there?.kind === 'level') {
      level = there.level
    } else if (there) {
      there.picks ??= emptyLevel()
      level = there.picks
    } else {
      const next = emptyLevel()
      level.byKey.set(key, { kind: 'level', level: next })
      level = next
    }
  }
  const last = path[path.length - 1] ?? ''
  if (level.byKey.has(last)) return false
  level.byKey.set(last, handler)
  return true
}

/** Nothing at or below the path is kept, but for the columns that stand there. */
function drop(level: Level, path: readonly string[]): void {
  const [key, ...rest] = path
  if (key === undefined) return
  const there = level.byKey.get(key)
  if (rest.length > 0) {
    const below = there?.kind === 'level' ? there.level : there?.kind !== 'list' ? there?.picks : undefined
    if (below) drop(below, rest)
    else if (!there) place(level, path, { kind: 'drop' })
  } else if (!there) {
    level.byKey.set(key, { kind: 'drop' })
  } else if (there.kind === 'level') {
    level.byKey.set(key, { kind: 'drop', picks: there.level })
  }
}

/** An object with names of its own in place of fields could have any number of keys. */
const mostKeys = 200

/** Fills the cells of one level and those below; returns what found no place. */
function take(level: Level, object: StripeObject, cells: Cell[]): Extra | undefined {
  let extra: Extra | undefined
  const { order } = level
  let at = 0
  // Parsed JSON has own keys only, and this is the fastest way over them.
  for (const key in object) {
    const value = object[key]
    // The next key that is known, or the one after it, where the object lacks a field.
    const place = order[at]?.key === key ? at : order[at + 1]?.key === key ? at + 1 : -1
    const handler = place < 0 ? level.byKey.get(key) : order[place]?.handler
    if (place >= 0) {
      at = place + 1
    } else if (at === order.length && at < mostKeys) {
      order.push({ key, handler })
      at++
    }
    if (handler === undefined) {
      extra ??= bare()
      extra[key] = value
      continue
    }
    if (value === null || value === undefined) continue
    if ('picks' in handler && handler.picks && isPlainObject(value)) take(handler.picks, value, cells)
    if (handler.kind === 'cell') {
      const cell = handler.convert(value)
      if (cell !== undefined) {
        cells[handler.index] = cell
        // An object in place of its id is not asked for; should one come, it is kept.
        if (!handler.isId || typeof value !== 'object') continue
      } else {
        cells[handler.index] = nearest(handler.type, value)
      }
    } else if (handler.kind === 'level') {
      if (isPlainObject(value)) {
        const below = take(handler.level, value, cells)
        if (!below) continue
        extra ??= bare()
        extra[key] = below
        continue
      }
    } else if (handler.kind === 'drop' || isList(value)) {
      continue
    }
    extra ??= bare()
    extra[key] = value
  }
  return extra
}

/** Tells of what a row left over: `extra` has the shape of the object. */
function drifted(level: Level, extra: Extra, above: string, tell: (drifted: Drifted) => void): void {
  for (const key in extra) {
    const value = extra[key]
    const field = `${above}${key}`
    const handler = level.byKey.get(key)
    if (handler?.kind === 'level' && isPlainObject(value)) drifted(handler.level, value, `${field}.`, tell)
    else if (!handler) tell({ field, kind: 'unknown', type: jsonType(value) })
    // The column has the id of an object that came in its place.
    else if (handler.kind === 'cell' && handler.isId && typeof (value as Extra).id === 'string') continue
    else
      tell({ field: handler.kind === 'cell' ? handler.name : field, kind: 'misfit', type: jsonType(value) })
  }
}

/** Without a prototype, so that a key named `__proto__` is a key like any other. */
const bare = (): Extra => Object.create(null)

function put(extra: Extra | undefined, path: readonly string[], value: unknown): Extra {
  const top = extra ?? bare()
  let level = top
  for (const [depth, key] of path.entries()) {
    if (depth === path.length - 1) {
      level[key] = value
    } else {
      level[key] ??= bare()
      level = level[key] as Extra
    }
  }
  return top
}

function isPlainObject(value: unknown): value is StripeObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && rawNumber(value) === undefined
  )
}

/** Stripe's envelope of a list. */
function isList(value: unknown): boolean {
  return isPlainObject(value) && Array.isArray(value.data)
}

/** What was read in a history, version by version: tables that keep versions or intervals must show it. */
import { isDeepStrictEqual } from 'node:util'
import type { Change, Column, Mode, Row, Table } from '../../src/core/model.ts'
import { resolveStreams, tablesFor } from '../../src/stripe/selection.ts'

export interface Reading {
  /** Of the object, as text. */
  readonly key: string
  readonly version: number
  readonly op: 'upsert' | 'delete'
  /** Data cells; undefined where the run read other columns. */
  readonly row: Row | undefined
}

export interface Readings {
  /** What a run read; `died` says whether some of it may not have been written. */
  take(changes: readonly Change[], run: Taken): void
  /** Readings of a stream by key and version: those that its table must show, and those it may. */
  of(stream: string): Shown
}

export interface Taken {
  readonly modes: Readonly<Record<string, Mode>>
  readonly died: boolean
  /** In another process, of which nothing is known but what it wrote. */
  readonly unwatched: boolean
  /** As the run read them. */
  readonly tables: ReadonlyMap<string, Table>
  readonly ignoresDeletes: boolean
}

export interface Shown {
  readonly must: Map<string, Reading>
  readonly may: Set<string>
  /** Versions at which something was found gone. */
  readonly prunes: Set<number>
  /** Whether there were runs whose readings are not known. */
  unwatched: boolean
}

/** Between the parts of a key. */
export const separator = '\u0000'

export const placeOf = (key: string, version: number) => `${key}${separator}${version}`

const tables = new Map<string, Table>()

/** The table of a stream as it is when nothing is said of its fields. */
export function dataTable(stream: string): Table {
  const table = tables.get(stream) ?? tablesFor(resolveStreams(stream)).get(stream)
  if (!table) throw new Error(`there is no ${stream}`)
  tables.set(stream, table)
  return table
}

/** Reads the key of a row that has these columns. */
export function keyReader(key: readonly string[], columns: readonly Column[]): (row: Row) => string {
  const at = key.map((name) => columns.findIndex((column) => column.name === name))
  return (row) => at.map((position) => String(row[position])).join(separator)
}

/** Remembers what is read of these streams. */
export function readings(streams: Iterable<string>): Readings {
  // What one stream lost may be gone from those below it.
  const prunes = new Set<number>()
  const nothing = (): Shown => ({ must: new Map(), may: new Set(), prunes, unwatched: false })
  const all = new Map([...streams].map((stream) => [stream, nothing()]))
  return {
    take(changes, { modes, died, unwatched, tables, ignoresDeletes }) {
      if (unwatched) for (const shown of all.values()) shown.unwatched = true
      for (const change of changes) {
        if (change.op === 'prune') prunes.add(change.version)
        const shown = all.get(change.stream)
        if (!shown || change.op === 'prune' || (ignoresDeletes && change.op !== 'upsert')) continue
        const { op, stream, version } = change
        const table = tables.get(stream) ?? dataTable(stream)
        const isWhole = table.columns.length === dataTable(stream).columns.length
        const key = keyReader(table.key, table.columns)(change.row)
        const place = placeOf(key, version)
        shown.may.add(place)
        const keepsAll = modes[stream] === 'append' || modes[stream] === 'history'
        if (keepsAll && !died)
          shown.must.set(place, { key, version, op, row: isWhole ? change.row : undefined })
      }
    },
    of: (stream) => all.get(stream) ?? nothing(),
  }
}

/** Whether two rows say the same; JSON and decimals by value. */
export function sameCells(columns: readonly Column[], one: Row, other: Row): boolean {
  return columns.every(({ type }, at) => {
    const [a = null, b = null] = [one[at], other[at]]
    if (a === b || String(a) === String(b)) return true
    if (a === null || b === null) return false
    if (type === 'decimal') return Number(a) === Number(b)
    return type === 'json' && isDeepStrictEqual(JSON.parse(String(a)), JSON.parse(String(b)))
  })
}

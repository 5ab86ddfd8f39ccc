/** What must be true of a table of intervals, whatever happened. docs/decisions/0005-modes.md. */
import type { Row } from '../../src/core/model.ts'
import { goneHash, historyTable } from '../../src/core/modes.ts'
import { dataTable, keyReader, type Shown, sameCells, separator } from './readings.ts'

interface Interval {
  readonly version: number
  /** Microseconds since 1970. */
  readonly from: number
  readonly to: number | null
  readonly isCurrent: boolean
  readonly hash: string
  readonly isGone: boolean
  readonly data: Row
}

/**
 * One line per interval that overlaps another, leaves a hole, repeats what is before it or is wrongly current; per
 * reading that the intervals don't show; and per object whose current one is not what is `alive` (all cells of a load's
 * table). One of `staying` is gone and its deletion was ignored: a history that begins later cannot know it, and one that
 * was interrupted may have missed its last content.
 */
export function brokenIntervals(
  stream: string,
  rows: readonly Row[],
  alive: readonly Row[],
  { must }: Shown,
  staying: ReadonlySet<string>,
): readonly string[] {
  const { columns, key } = dataTable(stream)
  const objects = intervalsOf(stream, rows)
  const lines: string[] = []
  const say = (object: string, what: string) => void lines.push(`${stream}_history ${object}: ${what}`)

  for (const [object, intervals] of objects) {
    for (const [at, one] of intervals.entries()) {
      const next = intervals[at + 1]
      const isLast = next === undefined
      if (one.isCurrent !== (isLast && !one.isGone)) say(object, `current is ${one.isCurrent} at ${one.from}`)
      if ((one.to === null) !== one.isCurrent) say(object, `ends at ${one.to}, current ${one.isCurrent}`)
      if (one.isGone && (one.to !== one.from || one.hash !== goneHash))
        say(object, `a deletion that lasts from ${one.from} to ${one.to}`)
      if (!next) continue
      if (next.from === one.from) say(object, `two intervals begin at ${one.from}`)
      if (!one.isGone && one.to !== next.from) say(object, `${one.to} is followed by ${next.from}`)
      if (one.hash === next.hash) say(object, `the same content twice, at ${one.from} and ${next.from}`)
    }
  }

  for (const { key: object, version, op, row } of must.values()) {
    const at = version * 1000
    const found = (objects.get(object) ?? []).filter(
      ({ from, to, isGone }) => !isGone && from <= at && (to === null || at < to),
    )
    if (op === 'delete') {
      if (found.length > 0) say(object, `is there at ${version}, when it was gone`)
    } else if (found.length !== 1) say(object, `${found.length} intervals at ${version}, when it was read`)
    else if (row && !found.some(({ data }) => sameCells(columns, row, data)))
      say(object, `is not what was read at ${version}`)
  }

  const keyOf = keyReader(key, columns)
  const mayLag = (object: string) => object.split(separator).some((id) => staying.has(id))
  const there = new Map(alive.map((row) => [keyOf(row.slice(4)), row]))
  for (const [object, intervals] of objects) {
    const current = intervals.find(({ isCurrent }) => isCurrent)
    const row = there.get(object)
    if (!current !== !row)
      say(object, row ? 'has no current interval' : 'is gone, and has a current interval')
    if (!current || !row || mayLag(object)) continue
    if (current.version !== Number(row[1])) say(object, `was last seen ${current.version}, not ${row[1]}`)
    if (!sameCells(columns, row.slice(4), current.data)) say(object, 'is not what its table has')
  }
  for (const object of there.keys()) {
    if (!objects.has(object) && !mayLag(object)) say(object, 'has no interval')
  }
  return lines
}

/** By object, in the order of time. */
function intervalsOf(stream: string, rows: readonly Row[]): ReadonlyMap<string, readonly Interval[]> {
  const { columns, key } = dataTable(stream)
  const table = historyTable(dataTable(stream))
  const at = (name: string) => table.columns.findIndex((column) => column.name === name)
  const [version, from, to, current, hash, deleted] = [
    at('_version'),
    at('_valid_from'),
    at('_valid_to'),
    at('_is_current'),
    at('_hash'),
    at('_deleted_at'),
  ]
  const first = table.columns.length - columns.length
  const keyOf = keyReader(key, columns)
  const all = rows.map((row): [string, Interval] => {
    const data = row.slice(first)
    const end = row[to] ?? null
    return [
      keyOf(data),
      {
        version: Number(row[version]),
        from: Number(row[from]),
        to: end === null ? null : Number(end),
        isCurrent: row[current] === true,
        hash: String(row[hash]),
        isGone: (row[deleted] ?? null) !== null,
        data,
      },
    ]
  })
  return new Map(
    [...Map.groupBy(all, ([object]) => object)].map(([object, its]) => [
      object,
      its.map(([, interval]) => interval).sort((a, b) => a.from - b.from),
    ]),
  )
}

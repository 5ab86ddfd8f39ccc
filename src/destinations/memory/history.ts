/**
 * A table of intervals, in the plainest code: the points of an object in the order of their versions, those of one
 * content joined. docs/decisions/0005-modes.md.
 */
import type { Batch, Cell, Load } from '../../core/model.ts'
import { goneHash, historyMemory, objectKey } from '../../core/modes.ts'
import { type Cells, cellsByName, keyText, type Rows, type StoredTable, versionOf } from './cells.ts'
import { pruned } from './merge.ts'

/** What was known of an object at a version. */
interface Point {
  readonly version: number
  readonly hash: string
  /** A row with its content. */
  readonly row: Cells
}

interface Run {
  readonly points: Point[]
  readonly hash: string
}

/** Merges by `history`; `rows` is changed in place. */
export function mergeHistory(rows: Rows, stored: StoredTable, batch: Batch, load: Load) {
  const { table, upserts, deletes } = batch
  const key = objectKey(table)
  const incoming = Map.groupBy(
    [...upserts, ...deletes].map((row) => cellsByName(stored, table, row)),
    (row) => keyText(table, row, key),
  )
  const there = Map.groupBy(rows.values(), (row) => keyText(table, row, key))
  let written = 0
  for (const [object, news] of incoming) {
    const olds = there.get(object) ?? []
    const points = new Map(olds.flatMap(pointsOf).map((point) => [point.version, point]))
    for (const point of news.flatMap(pointsOf)) {
      // The same version twice with other content: what comes wins.
      if (points.get(point.version)?.hash !== point.hash) points.set(point.version, point)
    }
    for (const row of olds) rows.delete(keyText(table, row))
    const before = new Map(olds.map((row) => [told(row), row]))
    for (const row of intervals(key, [...points.values()])) {
      const same = before.get(told(row))
      if (!same) written++
      rows.set(keyText(table, row), same ?? new Map([...row, ['_synced_at', load.packedAt]]))
    }
  }

  let deleted = 0
  for (const prune of batch.prunes) {
    const { version } = prune
    const current = [...rows.values()].filter((row) => row.get('_is_current') === true)
    for (const row of pruned(current, prune, load.account)) {
      const at: Cell = version * 1000
      rows.set(
        keyText(table, row),
        new Map([...row, ['_valid_to', at], ['_is_current', false], ['_synced_at', load.packedAt]]),
      )
      const stub = new Map<string, Cell>([
        ...key.map((name) => [name, row.get(name) ?? null] as const),
        ...marks({ version, first: version, hash: goneHash, next: undefined, seen: [] }),
        ['_synced_at', load.packedAt],
      ])
      rows.set(keyText(table, stub), stub)
      deleted++
    }
  }
  return { rows: written, deleted }
}

/** The points that a row stands for. */
function pointsOf(row: Cells): readonly Point[] {
  const first = Number(row.get('_valid_from')) / 1000
  const between = JSON.parse(String(row.get('_seen') ?? '[]')) as number[]
  const versions = new Set([first, ...between, versionOf(row)])
  return [...versions].map((version) => ({ version, hash: String(row.get('_hash')), row }))
}

/** The rows that an object's points amount to. */
function intervals(key: readonly string[], points: readonly Point[]): readonly Cells[] {
  const runs: Run[] = []
  for (const point of points.toSorted((a, b) => a.version - b.version)) {
    const run = runs.at(-1)
    if (run?.hash === point.hash) run.points.push(point)
    else runs.push({ hash: point.hash, points: [point] })
  }
  const newest = Math.max(...points.map(({ version }) => version))
  return runs.map(({ points, hash }, at) => {
    const [first] = points
    const last = points.at(-1)
    if (!first || !last) throw new Error('a run without points')
    const seen = points
      .slice(1, -1)
      .map(({ version }) => version)
      .filter((version) => version > newest - historyMemory)
    const content = hash === goneHash ? [...first.row].filter(([name]) => key.includes(name)) : first.row
    const next = runs[at + 1]?.points[0]?.version
    return new Map<string, Cell>([
      ...content,
      ...marks({ version: last.version, first: first.version, hash, next, seen }),
    ])
  })
}

interface Marks {
  /** The last that it was seen at. */
  readonly version: number
  readonly first: number
  readonly hash: string
  /** The version at which something else followed. */
  readonly next: number | undefined
  readonly seen: readonly number[]
}

function marks({ version, first, hash, next, seen }: Marks): readonly (readonly [string, Cell])[] {
  const gone = hash === goneHash
  const from = first * 1000
  return [
    ['_version', version],
    ['_deleted_at', gone ? from : null],
    ['_valid_from', from],
    ['_valid_to', gone ? from : next === undefined ? null : next * 1000],
    ['_is_current', !gone && next === undefined],
    ['_seen', seen.length > 0 ? JSON.stringify(seen) : null],
    ['_hash', hash],
  ]
}

/** What a row says of its interval. */
const told = (row: Cells): string =>
  JSON.stringify(
    ['_valid_from', '_hash', '_version', '_valid_to', '_is_current', '_seen'].map((name) => row.get(name)),
  )

/** What differs and may yet be no error: columns that never stand still, and rows that changed while they were looked at. */
import {
  type Difference,
  dataOf,
  differing,
  type Stored,
  tableOf,
  type Upstream,
  versionOf,
} from './compare.ts'
import type { Member, Place } from './inspection.ts'
import type { Row } from './model.ts'
import type { PartOptions } from './verify-part.ts'

export interface DoubtOptions
  extends Pick<PartOptions, 'shape' | 'family' | 'inspection' | 'tally' | 'modes' | 'deletes' | 'clock'> {
  readonly members: readonly Member[]
  /** Columns that say nothing, by stream; what is learned is added. */
  readonly ignored: Map<string, Set<string>>
}

/** Both sides, asked a second time. */
export interface Asked {
  readonly before: Upstream
  readonly upstream: Upstream
  readonly below: Stored
  /** Milliseconds since 1970 at which the source was asked again. */
  readonly at: number
  readonly place: Place
}

export interface Doubts {
  /** Columns that change with every reading make every row differ: they are left out once that is plain. */
  learn(before: Upstream, again: Upstream): void
  /** Whether a difference may be a change since the last run, which the next one brings. */
  hasMoved(difference: Difference, asked: Asked): boolean
}

/** A column that differs so often, and nearly always, between two readings of one object says nothing. */
const flicker = { least: 20, share: 0.9 }

export function doubts(options: DoubtOptions): Doubts {
  const { shape, family, inspection, members, ignored, tally, clock } = options
  const flickers = new Map(
    members.map(({ stream }) => [stream, { pairs: 0, columns: new Map<string, number>() }]),
  )
  const byStream = new Map(members.map((member) => [member.stream, member]))

  function learn(before: Upstream, again: Upstream) {
    for (const [stream, counted] of flickers) {
      const table = tableOf(shape, stream)
      for (const [key, { row, version }] of again.get(stream) ?? []) {
        const first = before.get(stream)?.get(key)
        if (!first || first.version === version) continue
        counted.pairs++
        for (const name of differing(table, first.row, row)) {
          const times = (counted.columns.get(name) ?? 0) + 1
          counted.columns.set(name, times)
          if (times < flicker.least || times < flicker.share * counted.pairs) continue
          ignored.set(stream, (ignored.get(stream) ?? new Set()).add(name))
          tally(stream).ignore(name)
        }
      }
    }
  }

  function hasMoved({ kind, stream, key }: Difference, asked: Asked): boolean {
    const { place, at } = asked
    const first = asked.before.get(stream)?.get(key)
    const now = asked.upstream.get(stream)?.get(key)
    const rows = asked.below.get(stream)?.get(key) ?? []
    if (rows.length > 1) return false
    const [row] = rows
    // A run that goes on beside us knows better; a version from the future knows nothing.
    if (row && versionOf(row) > (now?.version ?? at) && versionOf(row) <= clock()) return true
    const isTop = !byStream.get(stream)?.parent
    if (kind === 'missing' && place.time !== undefined && place.time >= family.settled) return true
    if (kind === 'extra' && first) return true
    if (kind === 'stale' && first && now && row) {
      const table = tableOf(shape, stream)
      const changed = new Set(differing(table, first.row, now.row))
      if (differing(table, now.row, dataOf(row)).every((name) => changed.has(name))) return true
    }
    // What was created long before the last run should be there, whatever is told of it.
    if (kind === 'missing' && isTop && place.time !== undefined) return false
    if (byStream.get(stream)?.told !== false) return false
    if (isRestless(stream, first, now)) return true
    // When rows of what is gone are left alone, and of what may have come back, an old row proves nothing.
    const isProof = options.deletes !== 'ignore' && (kind === 'stale' || (kind === 'extra' && isTop))
    return inspection.isDue(family, {
      stream,
      ...(place.time === undefined ? {} : { time: place.time }),
      ...(row && isProof ? { version: versionOf(row) } : {}),
      isReadWhole: members.some((member) => options.modes.get(member.stream) === 'full_refresh'),
    })
  }

  /** It changes while it is looked at. */
  function isRestless(
    stream: string,
    first: { readonly row: Row } | undefined,
    now: { readonly row: Row } | undefined,
  ) {
    if (!first && !now) return false
    if (!first || !now) return true
    const left = ignored.get(stream)
    return differing(tableOf(shape, stream), first.row, now.row).some((name) => !left?.has(name))
  }

  return { learn, hasMoved }
}

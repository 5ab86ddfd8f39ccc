/** One family's verification: window after window, what differs asked again on both sides. */
import {
  compare,
  type Difference,
  dataOf,
  isAlive,
  type Shape,
  type Stored,
  type Upstream,
  upstreamOf,
} from './compare.ts'
import { BudgetError } from './errors.ts'
import type { IdSet } from './id-set.ts'
import type { Family, Inspection, ListRange, Member, Place, TimeRange } from './inspection.ts'
import { type Lineage, lineageOf } from './lineage.ts'
import type { Deletes, Mode, RunEvent, Warehouse } from './model.ts'
import { type StoredReader, storedReader } from './stored.ts'
import { doubts } from './verify-doubt.ts'
import type { TableTally } from './verify-report.ts'
import { joined, type PartState, within } from './verify-state.ts'
import { timeline } from './windows.ts'

export interface PartOptions {
  readonly shape: Shape
  readonly family: Family
  readonly warehouse: Pick<Warehouse, 'read'>
  readonly inspection: Inspection
  readonly tally: (stream: string) => TableTally
  /** Streams of which every version is kept. */
  readonly versions: ReadonlySet<string>
  readonly modes: ReadonlyMap<string, Mode>
  readonly deletes: Deletes
  /** Makes an empty set. */
  readonly idSet: () => IdSet
  /** Objects per window. */
  readonly windowRows: number
  /** Microseconds since 1970; 0 for all. */
  readonly since: number
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly signal: AbortSignal
  readonly report: (event: RunEvent) => void
  /** How an earlier verification of the same left it. */
  readonly from: PartState | undefined
}

/** What differs, after both sides were asked twice. */
export interface Suspect extends Difference {
  readonly place: Place
  /** The window in which it was found. */
  readonly range: TimeRange
  /** It changed while it was looked at, or nothing would tell whether it has since the last run. */
  readonly moved: boolean
}

/** Disposing of it lets go of the ids that it remembers. */
export interface Part extends Disposable {
  readonly family: Family
  readonly stored: StoredReader
  readonly lineage: Lineage
  /** What has been found and not been taken. */
  readonly suspects: ReadonlyMap<string, Suspect>
  /** These were told in the tally, or taken back. */
  judged(suspects: readonly Suspect[]): void
  /** How it stands now: what is being looked at, but for what was found in it. */
  state(): PartState
  /** Looks again at what an earlier verification found and did not judge. */
  reconsider(): Promise<void>
  windows(): Promise<readonly TimeRange[]>
  /**
   * Compares the first part of a window, and gives what is left of it; with the last part `fraction` of the family's
   * time is done. What there were no requests left for is told in the tally.
   */
  look(window: ListRange, fraction: number): Promise<ListRange | undefined>
  /** Compares some of what no window reached, once all were looked at; false when nothing is left. */
  lookAstray(): Promise<boolean>
  /** Differences of the streams that can be read, as far as they count. */
  differences(upstream: Upstream, stored: Stored): readonly Difference[]
}

const nameOf = ({ stream, key }: Difference) => `${stream} ${key}`

/** Objects that are asked for again together. */
const together = 500
const everything: TimeRange = {}

/** Streams that cannot be compared say so in their tally; the others are looked at. */
export function verifyPart(options: PartOptions): Part {
  const { shape, family, inspection, tally, signal, clock } = options
  const members = comparable(family, tally)
  const stored = storedReader({ ...options, members })
  const lineage = lineageOf(shape, family, members)
  const suspects = new Map((options.from?.suspects ?? []).map((one) => [nameOf(one), one]))
  const ignored = new Map(
    Object.entries(options.from?.tallies ?? {}).map(([stream, told]) => [stream, new Set(told.ignored)]),
  )
  const { learn, hasMoved } = doubts({ ...options, members, ignored })

  const readable = () =>
    members.filter(({ stream }) => {
      const end = inspection.refused(stream)
      if (end) {
        const status = end.status === 'no_permission' ? 'no_permission' : 'not_checked'
        tally(stream).refuse(status, end.reason ?? end.status)
      }
      return !end
    })

  const differences = (upstream: Upstream, below: Stored) => {
    const streams = new Set(readable().map(({ stream }) => stream))
    return compare(shape, upstream, below, ignored).filter(
      ({ stream, kind }) => streams.has(stream) && !(kind === 'extra' && options.deletes === 'ignore'),
    )
  }

  function count(upstream: Upstream, below: Stored, fraction?: number) {
    for (const { stream } of readable()) {
      const counted = tally(stream)
      const above = [...(upstream.get(stream)?.values() ?? [])]
      for (const { row } of above) counted.compared('source', row)
      for (const rows of below.get(stream)?.values() ?? []) {
        for (const row of rows) if (isAlive(row)) counted.compared('warehouse', dataOf(row))
      }
      options.report({
        type: 'read',
        stream,
        rows: above.length,
        ...(fraction === undefined ? {} : { fraction }),
      })
    }
  }

  const suspect = (found: readonly Suspect[]) => {
    for (const one of found) suspects.set(nameOf(one), one)
  }

  /** Both sides again for these objects, the source first; what still differs is suspect. */
  async function ask(
    range: TimeRange,
    places: readonly Place[],
    before: Upstream,
  ): Promise<readonly Suspect[]> {
    const found: Suspect[] = []
    for (let from = 0; from < places.length; from += together) {
      const some = places.slice(from, from + together)
      const ids = some.map(({ id }) => id)
      const at = clock()
      const upstream = lineage.only(upstreamOf(shape, await inspection.again(family, some)), ids)
      const below = await stored.objects(ids)
      learn(before, upstream)
      const placeOf = lineage.places(upstream, below)
      for (const one of differences(upstream, below)) {
        const place = placeOf(one)
        if (!place) throw new Error(`whose ${one.key} of ${one.stream} is, no row tells`)
        const moved = hasMoved(one, { before, upstream, below, at, place })
        found.push({ ...one, place, range, moved })
      }
    }
    return found
  }

  const skip = (error: unknown, range: TimeRange) => {
    if (!(error instanceof BudgetError)) throw error
    for (const { stream } of readable()) tally(stream).skip(range)
  }

  /** Of a list that is walked in its own order: what has come. */
  let seen: IdSet | undefined
  /** The walk has come to its end, so that what has not come is not there. */
  let isWalked = false
  /** Ids that no window reached and that are still to be looked at. */
  let astray: IdSet | undefined
  let isGathered = false
  /** Windows that are left, and parts of them. */
  const pending = new Set<ListRange>()
  let isPlanned = false
  let isDone = options.from?.isDone ?? false

  const stateNow = (): PartState => ({
    left: isPlanned ? joined([...pending]) : (options.from?.left ?? [everything]),
    isDone,
    suspects: [...suspects.values()],
    tallies: Object.fromEntries(family.members.map(({ stream }) => [stream, tally(stream).state()])),
  })
  /** While what is looked at is remembered outside of it (a walk, rows astray): how it stood before. */
  let held: PartState | undefined = family.time === undefined && !isDone ? stateNow() : undefined
  const done = () => {
    isDone = true
    held = undefined
  }

  /** What the warehouse has of a listed part. */
  const storedOf = (range: TimeRange, ids: readonly string[]) =>
    family.time === undefined ? stored.objects(ids) : stored.range(range, ids)

  async function plan(): Promise<readonly TimeRange[]> {
    if (members.length === 0) return []
    if (family.time === undefined) return [everything]
    const times = timeline()
    await stored.times(times.add)
    const all = times.windows(options.windowRows, options.since > 0 ? options.since : undefined)
    return options.from ? within(all, options.from.left) : all
  }

  async function gatherAstray() {
    const gather = (ids: readonly string[]) => {
      if (ids.length === 0) return
      astray ??= options.idSet()
      astray.add(ids)
    }
    await stored.astray(gather)
    const walked = seen
    if (isWalked && walked) await stored.ids((ids) => gather(walked.without(ids)))
    seen = letGo(seen)
  }

  return {
    family,
    stored,
    lineage,
    suspects,
    differences,

    judged(some) {
      for (const one of some) if (suspects.get(nameOf(one)) === one) suspects.delete(nameOf(one))
    },

    state: () => held ?? stateNow(),

    async reconsider() {
      const before = Map.groupBy(suspects.values(), ({ range }) => JSON.stringify(range))
      for (const some of before.values()) {
        const range = some[0]?.range ?? everything
        const places = new Map(some.map(({ place }) => [place.id, place]))
        try {
          const ids = [...places.keys()]
          const changes = await inspection.again(family, [...places.values()])
          const found = await ask(range, [...places.values()], lineage.only(upstreamOf(shape, changes), ids))
          this.judged(some)
          suspect(found)
        } catch (error) {
          skip(error, range)
          this.judged(some)
        }
      }
    },

    async windows() {
      const all = isDone ? [] : await plan()
      for (const window of all) pending.add(window)
      isPlanned = true
      return all
    },

    async look(window, fraction) {
      signal.throwIfAborted()
      const isTimed = family.time !== undefined
      try {
        // More than was thought may lie in a window: then it is looked at part by part, newest first.
        const most = isTimed ? 2 * options.windowRows : options.windowRows
        const { ids, changes, rest } = await inspection.list(family, window, most)
        if (readable().length === 0) {
          pending.delete(window)
          return undefined
        }
        const range: TimeRange = !isTimed
          ? everything
          : rest?.to === undefined
            ? window
            : { ...window, from: rest.to }
        if (!isTimed) seen ??= options.idSet()
        const fresh = seen ? seen.add(ids) : ids
        const listed = upstreamOf(shape, changes)
        const upstream = fresh.length < ids.length ? lineage.only(listed, fresh) : listed
        const below = await storedOf(range, fresh)
        const placeOf = lineage.places(upstream, below)
        const places = new Map<string, Place>()
        for (const one of differences(upstream, below)) {
          const place = placeOf(one)
          if (place) places.set(place.id, place)
        }
        const found = await ask(range, [...places.values()], upstream)
        // From here to the end at once: a state has all of it or nothing.
        suspect(found)
        count(upstream, below, rest ? undefined : fraction)
        for (const { stream } of readable()) tally(stream).window()
        pending.delete(window)
        if (rest) pending.add(rest)
        isWalked = !isTimed && rest === undefined
        return rest
      } catch (error) {
        // Without time nobody can say which part it was.
        skip(error, isTimed ? { ...window } : everything)
        pending.delete(window)
        return undefined
      }
    },

    async lookAstray() {
      if (isDone) return false
      if (readable().length === 0) {
        done()
        return false
      }
      held ??= stateNow()
      try {
        if (!isGathered) await gatherAstray()
        isGathered = true
        const ids = astray?.take(together) ?? []
        if (ids.length === 0) {
          astray = letGo(astray)
          done()
          return false
        }
        const below = await stored.objects(ids)
        const placeOf = lineage.places(new Map(), below)
        const wrong = differences(new Map(), below).flatMap((one) => placeOf(one)?.id ?? [])
        const places = [...new Set(wrong)].map((id) => ({ id }))
        suspect(await ask(everything, places, new Map()))
        if (family.time === undefined) count(new Map(), below)
        return true
      } catch (error) {
        skip(error, everything)
        done()
        return false
      }
    },

    [Symbol.dispose]() {
      seen = letGo(seen)
      astray = letGo(astray)
    },
  }
}

function letGo(set: IdSet | undefined): undefined {
  set?.[Symbol.dispose]()
}

/** The family's members that can be compared, none without its parent. */
function comparable(family: Family, tally: PartOptions['tally']): readonly Member[] {
  const found: Member[] = []
  for (const member of family.members) {
    const { stream, parent, unready } = member
    const hasParent =
      !parent || parent.stream === family.top || found.some((one) => one.stream === parent.stream)
    const why = unready ?? (hasParent ? undefined : `it is compared with ${parent?.stream}; select that too`)
    if (why === undefined) found.push(member)
    else tally(stream).refuse('not_checked', why)
  }
  return found
}

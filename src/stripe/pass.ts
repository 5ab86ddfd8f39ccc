/** One reading of a range of events, and of what they tell of; it gets further with each run, however short that is. */
import type { Json, Page } from '../core/model.ts'
import { accessFromError } from './access.ts'
import { type Branch, streamsOf } from './branch.ts'
import type { Catalog } from './catalog.ts'
import { allOf } from './children.ts'
import type { Crowd } from './crowds.ts'
import { router } from './dirty.ts'
import { eventPages, eventRange, type StripeEvent } from './events.ts'
import { type EventsCursor, type Followed, scope } from './events-cursor.ts'
import { listWindows } from './list-windows.ts'
import { oweWindows } from './owe-windows.ts'
import { type Owed, owed } from './owed.ts'
import type { Reading } from './reading.ts'
import { readDirty } from './reread.ts'
import type { Slice } from './slices.ts'
import { lateObjects } from './sweeps.ts'

/** The stream whose permission the events need. */
export const eventStream = 'events'

/** Events become visible late, and their clock is not ours: so far back they are read again (users-ask 9). */
export const overlap = 600
/** Ids of events that are remembered to know them again within the overlap. */
const remembered = 10_000
/**
 * Ids that are gathered from events before room is made. The more, the more of them share a page; so many take about
 * 15 MB of memory, and 4 MB of the cursor while they are read.
 */
export const mostOwed = 100_000
/** After this share of the objects that are owed, in requests, a checkpoint says how far it has come. */
const progressShare = 1 / 4000

/** How far a run has followed the streams; shared by its readings of events, which move it on. */
export interface Position {
  readonly upTo: Record<string, number>
  /** Where streams begin to be followed in this run. */
  readonly starts: Readonly<Record<string, number>>
  /** Ids of events that were seen. */
  known: ReadonlySet<string>
  lost: readonly string[]
  /** What is kept of streams that the run leaves out. */
  readonly aside: Followed | undefined
}

export interface Passes {
  /**
   * Reads the events from `from` (unix seconds) to now, and then what they tell of; gives the reason if the key may not
   * read events. Pushes checkpoints on the way, and one at the end, which moves the streams on that are read.
   */
  read(from: number): Promise<string | undefined>
  /** Carries on what an earlier run did not finish. */
  finish(begun: Followed['pass']): Promise<string | undefined>
  /** Pushes the position. */
  checkpoint(): Promise<void>
}

export interface PassOptions {
  /** Ids that are kept at once. */
  readonly most?: number | undefined
  /** What the walk of a stream has seen of its list. */
  readonly crowds?: (stream: string) => readonly Crowd[]
}

export function passes(
  reading: Reading,
  catalog: Catalog,
  branches: readonly Branch[],
  position: Position,
  { most = mostOwed, crowds = () => [] }: PassOptions = {},
): Passes {
  const streams = branches.flatMap(streamsOf)
  const route = router(catalog, new Set(streams))
  const { upTo, starts } = position
  let under: Pass | undefined
  /** Pages and objects that were read since the last checkpoint. */
  let steps = 0

  const checkpoint = () => {
    steps = 0
    return reading.push((): Page => {
      const cursor = {
        upTo: { ...upTo },
        seen: [...position.known, ...(under ? newest(under.fresh).map(({ id }) => id) : [])],
        ...(under && {
          pass: {
            to: under.to,
            news: under.news,
            left: under.left,
            owed: under.owes.toJson(),
            missed: streams.filter((stream) => isMissed(under, stream)),
          },
        }),
        ...(position.lost.length > 0 && { lost: position.lost }),
        ...(position.aside && { aside: position.aside }),
      } satisfies EventsCursor
      return {
        kind: 'page',
        stream: eventStream,
        changes: [],
        bytes: 0,
        checkpoint: { scope, cursor: cursor as unknown as Json },
      }
    })
  }
  const isMissed = (pass: Pass | undefined, stream: string) =>
    !reading.isOpen(stream) || pass?.missed.has(stream) === true
  const step = async () => {
    if (under && ++steps >= under.owes.size * progressShare) await checkpoint()
  }

  /** Notes which objects the events speak of. */
  function gather(pass: Pass, events: readonly StripeEvent[]): void {
    const unknown = events.filter((event) => !position.known.has(event.id))
    // Most branches have come equally far.
    const alike = Map.groupBy(branches, (branch) => {
      const reached = Math.min(...streamsOf(branch).map((stream) => upTo[stream] ?? starts[stream] ?? 0))
      const back = streamsOf(branch).every((stream) => stream in starts) ? 1 : overlap
      return `${reached} ${back}`
    })
    for (const [key, group] of alike) {
      const [reached = 0, back = 0] = key.split(' ').map(Number)
      const dirty = route.dirty([
        ...unknown.filter(({ created }) => created > reached - back && created <= reached),
        ...events.filter(({ created }) => created > reached),
      ])
      for (const { stream } of group.filter(isRead)) {
        for (const [id, created] of dirty.get(stream) ?? []) pass.owes.add(stream.name, id, created)
      }
    }
    for (const { id, created } of events) if (created >= pass.to - overlap) pass.fresh.push({ id, created })
    if (pass.fresh.length > 2 * remembered) pass.fresh = newest(pass.fresh)
    pass.news = unknown.reduce((least, { created }) => Math.min(least, created), pass.news)
  }

  const isRead = (branch: Branch) => streamsOf(branch).some((stream) => reading.isOpen(stream))

  /** Reads the objects that are owed by id. */
  async function readIds({ owes }: Pass): Promise<void> {
    await allOf(
      branches.map((branch) => {
        const { name } = branch.stream
        const onRead = async (ids: Iterable<string>) => {
          owes.forget(name, ids)
          await step()
        }
        return readDirty(reading, branch, owes.of(name), onRead, crowds(name))
      }),
    )
    forgetEnded(owes)
  }

  /** What the ended could not read is news to them in the next run. */
  function forgetEnded(owes: Owed): void {
    for (const branch of branches) if (!isRead(branch)) owes.forget(branch.stream.name)
  }

  /** So many ids are owed that no more can be kept: windows take their place, or they are read now. */
  async function makeRoom(pass: Pass): Promise<void> {
    const { owes } = pass
    const options = { owes, before: pass.to - lateObjects, mostOwed: most }
    await allOf(branches.map((branch) => oweWindows(reading, branch, options)))
    forgetEnded(owes)
    // Less than that would soon be back here.
    if (owes.size > most / 2) await readIds(pass)
    await checkpoint()
  }

  /** Reads all that is owed. All events have been read by now: a window is listed once. */
  async function settleDebts(pass: Pass): Promise<void> {
    await allOf(branches.map((branch) => listWindows(reading, branch, pass.owes, step)))
    forgetEnded(pass.owes)
    await readIds(pass)
  }

  /** Makes the pass, from where it stands to its end; what keeps it from doing so, if anything does. */
  async function make(pass: Pass): Promise<string | undefined> {
    under = pass
    try {
      // What an earlier run left comes first: so each run gets further, however little it may read.
      if (pass.owes.size > 0) await readIds(pass)
      for await (const { events, left } of eventPages(reading.api, pass.left, reading.signal)) {
        gather(pass, events)
        pass.left = left
        if (pass.owes.size >= most) await makeRoom(pass)
        await step()
      }
      await settleDebts(pass)
    } catch (error) {
      const list = catalog.streams.find((stream) => stream.name === eventStream)
      const access = list && accessFromError(error, list)
      // All that was read is good.
      if (!access && !reading.signal.aborted) await checkpoint().catch(() => {})
      under = undefined
      if (!access) throw error
      return access.reason
    }
    // What could not be read remains news to its stream, though the event will be known.
    const news = Math.min(pass.news, pass.to) - 1
    for (const stream of streams) {
      const before = upTo[stream]
      if (before === undefined) continue
      upTo[stream] = isMissed(pass, stream) ? Math.min(news, before) : Math.max(pass.to - 1, before)
    }
    position.known = new Set(
      [...position.known, ...newest(pass.fresh).map(({ id }) => id)].slice(-remembered),
    )
    under = undefined
    await checkpoint()
    return undefined
  }

  /** The end is a second ahead, for what happens while this second lasts. */
  const read = (from: number) => {
    const to = Math.floor(reading.now() / 1000) + 1
    return make({ to, news: to, left: eventRange(from, to), owes: owed(), fresh: [], missed: new Set() })
  }

  const finish: Passes['finish'] = async (begun) => {
    if (!begun) return undefined
    const { to, news, left, owed: before, missed } = begun
    const owes = owed(before)
    for (const name of Object.keys(before)) {
      if (!branches.some((branch) => branch.stream.name === name && isRead(branch))) owes.forget(name)
    }
    return make({ to, news, left, owes, fresh: [], missed: new Set(missed) })
  }

  return { read, finish, checkpoint }
}

/** A reading of a range of events, while it goes on. */
interface Pass {
  readonly to: number
  news: number
  left: readonly Slice[]
  readonly owes: Owed
  /** The events within the overlap. */
  fresh: Fresh[]
  /** Streams that ended in the part of it that an earlier run made. */
  readonly missed: ReadonlySet<string>
}

type Fresh = Pick<StripeEvent, 'id' | 'created'>

/** Those that are remembered, oldest first. */
const newest = (events: readonly Fresh[]): Fresh[] =>
  events.toSorted((a, b) => a.created - b.created).slice(-remembered)

/** What changed since the last run: one reader of events for all streams, then the objects themselves. */

import type { Incident, Page, State } from '../core/model.ts'
import { accessFromError } from './access.ts'
import { type Branch, streamsOf } from './branch.ts'
import type { Catalog } from './catalog.ts'
import { changesOf, pushChanges } from './children.ts'
import { cover, type DirtyId, type Fetch } from './cover.ts'
import { type Dirty, router } from './dirty.ts'
import { type EventWindow, eventRetention, eventWindows, type StripeEvent } from './events.ts'
import { idOf, listPage } from './list.ts'
import { readObject } from './object.ts'
import { places } from './places.ts'
import type { Reading } from './reading.ts'

/** Not the name of a stream: those are the scopes of their walks. */
const scope = 'changes'
/** The stream whose permission the events need. */
const eventStream = 'events'

/** Events become visible late, and their clock is not ours: so far back they are read again (users-ask 9). */
const overlap = 600
/** Ids of events that are remembered to know them again within the overlap. */
const remembered = 10_000

export { eventStream, overlap as eventOverlap, scope as eventScope }

/** Objects of one stream that are read at once. */
const readers = 16

/** How far the events of each stream have been read, unix seconds; and the ids of the newest of them. */
export type EventsCursor = {
  readonly upTo: Readonly<Record<string, number>>
  readonly seen: readonly string[]
}

/** Why a stream must be listed again. */
export type Relist = Omit<Incident, 'stream'>

export interface Changes {
  /**
   * Before anything is walked: brings the streams that earlier runs have followed up to now, and fixes from where
   * on the others are followed, so that nothing falls between their walk and the events. Gives the streams
   * whose events are incomplete, with what happened: they must be walked again, from cursors that are pushed
   * before `settle` is called.
   */
  begin(): Promise<ReadonlyMap<string, Relist>>
  /** Pushes from where on all streams are followed. */
  settle(): Promise<void>
  /** After the walks: brings what changed while they lasted. */
  follow(): Promise<void>
}

/**
 * Follows the events of the branches' streams. Pushes pages whose checkpoints come after the objects that the
 * events spoke of. An error of one stream ends that stream, and leaves its cursor where it was.
 */
export function changesOfEvents(
  reading: Reading,
  catalog: Catalog,
  branches: readonly Branch[],
  state: State,
): Changes {
  const streams = branches.flatMap(streamsOf)
  const route = router(catalog, new Set(streams))
  const last = (state.get(scope) as EventsCursor | undefined) ?? { upTo: {}, seen: [] }
  const upTo: Record<string, number> = {}
  /** Where streams begin to be followed in this run; not part of a checkpoint before `settle`. */
  const starts: Record<string, number> = {}
  /** Streams of which `begin` told that they have no events. */
  const told = new Set<string>()
  let seen: readonly StripeEvent[] = []
  let known: ReadonlySet<string> = new Set(last.seen)
  const now = () => Math.floor(reading.now() / 1000)

  const checkpoint = () =>
    reading.push((): Page => {
      const cursor = { upTo: { ...upTo }, seen: [...known] }
      return { kind: 'page', stream: eventStream, changes: [], bytes: 0, checkpoint: { scope, cursor } }
    })

  async function take({ events, to }: EventWindow): Promise<void> {
    const unknown = events.filter((event) => !known.has(event.id))
    // Most branches have come equally far.
    const routed = new Map<string, Dirty>()
    await Promise.all(
      branches.map((branch) => {
        const reached = Math.min(...streamsOf(branch).map((stream) => upTo[stream] ?? starts[stream] ?? 0))
        const back = streamsOf(branch).every((stream) => stream in starts) ? 1 : overlap
        const key = `${reached} ${back}`
        const dirty =
          routed.get(key) ??
          route.dirty([
            ...unknown.filter(({ created }) => created > reached - back && created <= reached),
            ...events.filter(({ created }) => created > reached),
          ])
        routed.set(key, dirty)
        const ids = [...(dirty.get(branch.stream) ?? [])]
        return readDirty(
          reading,
          branch,
          ids.map(([id, created]) => ({ id, created })),
        )
      }),
    )
    // What could not be read remains news to its stream, though the event will be known.
    const news = unknown.reduce((least, { created }) => Math.min(least, created), to) - 1
    for (const stream of streams) {
      const before = upTo[stream]
      if (before === undefined) continue
      upTo[stream] = reading.isOpen(stream) ? Math.max(to - 1, before) : Math.min(news, before)
    }
    seen = [...seen, ...events].filter((event) => event.created >= to - overlap).slice(-remembered)
    known = new Set([...known, ...seen.map((event) => event.id)].slice(-remembered))
    await checkpoint()
  }

  /** Reads the events from `from` (unix seconds) to now; what keeps it from doing so, if anything does. */
  async function pass(from: number): Promise<string | undefined> {
    try {
      // The end is a second ahead, for what happens while this second lasts.
      for await (const window of eventWindows(reading.api, from, now() + 1, reading.signal))
        await take(window)
      return undefined
    } catch (error) {
      const list = catalog.streams.find((stream) => stream.name === eventStream)
      const access = list && accessFromError(error, list)
      if (!access) throw error
      return access.reason
    }
  }

  return {
    async begin() {
      const started = now()
      const relist = new Map<string, Relist>()
      const followed: number[] = []
      for (const stream of streams) {
        const before = last.upTo[stream]
        if (before !== undefined && before >= started - eventRetention) {
          followed.push(before)
          upTo[stream] = before
          continue
        }
        if (before !== undefined) {
          const days = Math.floor((started - before) / 86_400)
          relist.set(stream, {
            kind: 'gap',
            message: `listed again: the last run was ${days} days ago, and Stripe keeps events for 30`,
          })
        }
        starts[stream] = started
      }
      const refused = followed.length > 0 ? await pass(Math.min(...followed) - overlap) : undefined
      if (refused === undefined) return relist
      for (const stream of streams) {
        if (upTo[stream] !== undefined) {
          relist.set(stream, unread(refused))
          told.add(stream)
        }
        delete upTo[stream]
        starts[stream] = started
      }
      return relist
    },
    async settle() {
      if (Object.keys(starts).length === 0) return
      Object.assign(upTo, starts)
      await checkpoint()
    },
    async follow() {
      // Walks may have lasted longer than events are late: what appeared meanwhile is older than the end of `begin`.
      const from = streams.map((stream) => (upTo[stream] ?? now()) - (stream in starts ? 0 : overlap))
      const refused = await pass(Math.min(...from))
      if (refused === undefined) return
      for (const stream of streams) {
        if (!told.has(stream)) reading.report({ type: 'incident', incident: { stream, ...unread(refused) } })
      }
    },
  }
}

const unread = (refused: string): Relist => ({
  kind: 'no_events',
  message: `listed whole at every run: events cannot be read: ${refused}`,
})

/** Reads the objects again, with all their children, in as few requests as it takes. */
export async function readDirty(reading: Reading, branch: Branch, dirty: readonly DirtyId[]): Promise<void> {
  if (dirty.length === 0) return
  const { stream } = branch
  const names = streamsOf(branch)
  const listable =
    stream.created !== undefined && stream.pagination === 'cursor' && stream.variants.length === 1
  const plan = cover(dirty, listable)
  const crew = places(readers)
  const single: Promise<void>[] = []
  try {
    for (let fetch = plan.next(); fetch; fetch = plan.next()) {
      if (!names.some((name) => reading.isOpen(name))) break
      if (fetch.kind === 'page') plan.seen(await readPage(reading, branch, fetch))
      else {
        const { id } = fetch
        const one = crew.within(() => reading.pages.within(() => readObject(reading, branch, id)))
        // Met by `all` below, also when a page fails first.
        one.catch(() => {})
        single.push(one)
      }
    }
    await Promise.all(single)
  } catch (error) {
    await Promise.allSettled(single)
    reading.refuse(stream, names, error)
  }
}

async function readPage(reading: Reading, branch: Branch, { from, to }: Extract<Fetch, { kind: 'page' }>) {
  return reading.pages.within(async () => {
    const { body, askedAt, bytes } = await listPage(reading, branch, {
      variant: 0,
      range: { from, to: to + 1 },
    })
    const changes = await changesOf(reading, branch, { objects: body.data, askedAt, prune: true })
    await pushChanges(reading, branch.stream.name, changes, bytes)
    const created = body.data.map((object) => Number(object[branch.stream.created?.field ?? 'created']))
    return {
      ids: new Set(body.data.map((object) => idOf(object) ?? '')),
      oldest: Math.min(to, ...created),
      more: body.has_more,
    }
  })
}

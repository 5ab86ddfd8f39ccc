/** What changed since the last run: one reader of events for all streams, then the objects themselves. */

import type { Json, State } from '../core/model.ts'
import { accessFromError } from './access.ts'
import { type Branch, streamsOf } from './branch.ts'
import type { Catalog } from './catalog.ts'
import { changesOf, reportRows } from './children.ts'
import { cover, type DirtyId, type Fetch } from './cover.ts'
import { router } from './dirty.ts'
import { type EventWindow, eventRetention, eventWindows, type StripeEvent } from './events.ts'
import { idOf, isMissing, listPage } from './list.ts'
import { places } from './places.ts'
import type { Reading } from './reading.ts'

const scope = 'events'

/** Events become visible late, and their clock is not ours: so far back they are read again (users-ask 9). */
const overlap = 600
/** Ids of events that are remembered to know them again within the overlap. */
const remembered = 10_000
/** Objects of one stream that are read at once. */
const readers = 16

/** How far the events of each stream have been read, unix seconds; and the ids of the newest of them. */
interface Cursor {
  readonly upTo: Readonly<Record<string, number>>
  readonly seen: readonly string[]
}

export interface Changes {
  /** Streams whose events are incomplete, with the reason: they must be listed again. */
  readonly relist: ReadonlyMap<string, string>
}

/**
 * Brings the streams of the branches up to now. Streams that no run has read events for begin here: their
 * cursor is set before their backfill starts, so that nothing falls between the two. Pushes pages whose
 * checkpoints follow the objects that the events spoke of. An error of one stream ends that stream, and
 * leaves its cursor where it was.
 */
export async function readChanges(
  reading: Reading,
  catalog: Catalog,
  branches: readonly Branch[],
  state: State,
): Promise<Changes> {
  const now = Math.floor(reading.now() / 1000)
  const cursor = (state.get(scope) as unknown as Cursor | undefined) ?? { upTo: {}, seen: [] }
  const streams = branches.flatMap(streamsOf)
  const relist = new Map<string, string>()
  const upTo: Record<string, number> = { ...cursor.upTo }
  let from = now
  for (const stream of streams) {
    const known = cursor.upTo[stream]
    if (known !== undefined && known < now - eventRetention) {
      const days = Math.floor((now - known) / 86_400)
      relist.set(stream, `the last run was ${days} days ago, and Stripe keeps events for 30`)
    } else if (known !== undefined) {
      from = Math.min(from, known - overlap)
      continue
    }
    upTo[stream] = now
  }

  const checkpoint = (seen: readonly string[]) =>
    reading.push(() => ({
      kind: 'page',
      stream: scope,
      changes: [],
      bytes: 0,
      checkpoint: { scope, cursor: { upTo: { ...upTo }, seen } as Json },
    }))

  const route = router(catalog, new Set(streams))
  const known = new Set(cursor.seen)
  let seen: StripeEvent[] = []
  const window = async ({ events, to }: EventWindow) => {
    const fresh = events.filter((event) => !known.has(event.id))
    const dirty = route.dirty(fresh)
    const work = branches.flatMap((branch) => {
      const ids = dirty.get(branch.stream)
      return ids
        ? [
            readDirty(
              reading,
              branch,
              [...ids].map(([id, created]) => ({ id, created })),
            ),
          ]
        : []
    })
    await Promise.all(work)
    for (const stream of streams) {
      if (reading.isOpen(stream)) upTo[stream] = Math.max(to, upTo[stream] ?? 0)
    }
    seen = [...seen, ...events].filter((event) => event.created >= to - overlap)
    await checkpoint(seen.slice(0, remembered).map((event) => event.id))
  }

  try {
    // The end is a second ahead, for what happens while this second lasts.
    if (from < now)
      for await (const one of eventWindows(reading.api, from, now + 1, reading.signal)) await window(one)
    else await checkpoint(cursor.seen)
  } catch (error) {
    const list = catalog.streams.find((stream) => stream.name === scope)
    const access = list && accessFromError(error, list)
    if (!access) throw error
    for (const stream of streams) {
      if (cursor.upTo[stream] !== undefined) relist.set(stream, `events cannot be read: ${access.reason}`)
      upTo[stream] = now
    }
    await checkpoint([])
  }
  return { relist }
}

/** Reads the objects again, with all their children, in as few requests as it takes. */
async function readDirty(reading: Reading, branch: Branch, dirty: readonly DirtyId[]): Promise<void> {
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
        const one = crew.within(() => readObject(reading, branch, id))
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
    await push(reading, branch, body.data, askedAt, bytes)
    const created = body.data.map((object) => Number(object[branch.stream.created?.field ?? 'created']))
    return {
      ids: new Set(body.data.map((object) => idOf(object) ?? '')),
      oldest: Math.min(to, ...created),
      more: body.has_more,
    }
  })
}

/**
 * Reads one object by its id, as the backfill would have read it. One that is gone becomes a deletion,
 * and its children with it.
 */
export async function readObject(reading: Reading, branch: Branch, id: string): Promise<void> {
  const { stream, expand } = branch
  await reading.pages.within(async () => {
    const asked = reading.now()
    try {
      const { body, askedAt, bytes } = await reading.api.get(
        `${stream.path}/${encodeURIComponent(id)}`,
        expand.length > 0 ? { expand } : {},
        { endpoint: `${stream.path}/{id}`, stream: stream.name, signal: reading.signal },
      )
      await push(reading, branch, [body], askedAt, bytes)
    } catch (error) {
      if (!isMissing(error)) throw error
      await push(reading, branch, [{ id, deleted: true }], asked, 0)
    }
  })
}

async function push(
  reading: Reading,
  branch: Branch,
  objects: Parameters<typeof changesOf>[2]['objects'],
  askedAt: number,
  bytes: number,
): Promise<void> {
  const changes = await changesOf(reading, branch, { objects, askedAt, prune: true })
  await reading.push(() => ({ kind: 'page', stream: branch.stream.name, changes, bytes }))
  reportRows(reading, changes)
}

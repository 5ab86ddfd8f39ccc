/** What changed since the last run: one reader of events for all streams, then the objects themselves. */

import type { Incident, State, TableStatus } from '../core/model.ts'
import { type Branch, streamsOf } from './branch.ts'
import type { Catalog } from './catalog.ts'
import { parseWalk } from './cursor.ts'
import { eventRetention } from './events.ts'
import { cursorOfPart, eventsCursor, type Followed } from './events-cursor.ts'
import { eventStream, overlap, type Position, passes } from './pass.ts'
import type { Reading } from './reading.ts'

/**
 * Seconds for which a stream that fails keeps its place among the events, which are read again from there in every run:
 * an outage is over by then (docs/decisions/0010-lost-places.md).
 */
const patience = 7 * 86_400

export { eventStream, overlap as eventOverlap }

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
  /** At the end: streams that could not be read give up their place. `statusOf` is undefined for those that were read. */
  end(statusOf: (stream: string) => TableStatus | undefined): Promise<void>
}

/**
 * Follows the events of the branches' streams. Pushes pages whose checkpoints come after the objects that the
 * events spoke of. An error of one stream ends that stream, and leaves its cursor where it was. With `part` streams that
 * are in none of the branches keep their place. `mostOwed` is how many ids are kept at once; 100,000 by default.
 */
export function changesOfEvents(
  reading: Reading,
  catalog: Catalog,
  branches: readonly Branch[],
  state: State,
  { part = false, mostOwed }: { readonly part?: boolean; readonly mostOwed?: number | undefined } = {},
): Changes {
  const streams = branches.flatMap(streamsOf)
  const { own: last, aside }: { readonly own: Followed; readonly aside?: Followed } = part
    ? cursorOfPart(state, new Set(streams))
    : { own: eventsCursor(state) }
  const starts: Record<string, number> = {}
  const upTo: Record<string, number> = {}
  const position: Position = { upTo, starts, known: new Set(last.seen), lost: last.lost ?? [], aside }
  const { read, finish, checkpoint } = passes(reading, catalog, branches, position, {
    most: mostOwed,
    crowds: (stream) => parseWalk(state.get(stream))?.crowds ?? [],
  })
  /** Streams of which `begin` told that they have no events. */
  const told = new Set<string>()
  const now = () => Math.floor(reading.now() / 1000)

  return {
    async begin() {
      const started = now()
      const relist = new Map<string, Relist>()
      const followed: number[] = []
      /** Whether events that the stream has not seen may be kept no longer; if so, it begins anew. */
      const isGap = (stream: string, before: number) => {
        const age = now() - before
        if (age <= eventRetention) return false
        const days = Math.floor(age / 86_400)
        const message = `listed again: the last run was ${days} days ago, and Stripe keeps events for 30`
        relist.set(stream, { kind: 'gap', message })
        // Should the run die before the new walk has a cursor, the next one knows of it.
        position.lost = [...position.lost, stream]
        return true
      }
      for (const stream of streams) {
        const before = last.upTo[stream]
        if (before !== undefined && !isGap(stream, before)) {
          followed.push(before)
          upTo[stream] = before
        } else starts[stream] = started
      }
      const first = followed.length > 0 ? await finish(last.pass) : undefined
      const from = Math.min(...Object.values(upTo)) - overlap
      const refused = first ?? (followed.length > 0 ? await read(from) : undefined)
      if (refused === undefined) {
        // It may have taken so long that the oldest events were gone before they were read.
        for (const stream of Object.keys(upTo)) {
          if (!isGap(stream, last.upTo[stream] ?? started)) continue
          delete upTo[stream]
          starts[stream] = started
        }
        return relist
      }
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
      position.lost = []
      await checkpoint()
    },
    async follow() {
      // Walks may have lasted longer than events are late: what appeared meanwhile is older than the end of `begin`.
      const from = streams.map((stream) => (upTo[stream] ?? now()) - (stream in starts ? 0 : overlap))
      const refused = await read(Math.min(...from))
      if (refused === undefined) return
      for (const stream of streams) {
        if (!told.has(stream)) reading.report({ type: 'incident', incident: { stream, ...unread(refused) } })
      }
    },
    async end(statusOf) {
      for (const stream of last.lost ?? []) {
        if (!streams.includes(stream) || statusOf(stream) !== undefined) continue
        const message = 'listed whole: it could not be read before'
        reading.report({ type: 'incident', incident: { stream, kind: 'gap', message } })
      }
      const lost = streams.filter((stream) => {
        const status = statusOf(stream)
        const reached = upTo[stream]
        if (status === undefined || reached === undefined) return false
        return status !== 'failed' || reached < now() - patience
      })
      if (lost.length === 0) return
      for (const stream of lost) delete upTo[stream]
      position.lost = lost
      await checkpoint()
    },
  }
}

const unread = (refused: string): Relist => ({
  kind: 'no_events',
  message: `listed whole at every run: events cannot be read: ${refused}`,
})

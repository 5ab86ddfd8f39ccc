/** What events told of and is still to be read again: what a run that is cut short leaves to the next. */
import type { DirtyId } from './cover.ts'
import type { Slice } from './slices.ts'
import { isWithin, union, type Window } from './windows.ts'

export interface Owed {
  /** Ids of all streams. */
  readonly size: number
  /**
   * `created` in unix seconds where the event showed it. An id that is there already stays once; one that lies in an
   * owed window is not kept, unless the listing of the windows has begun.
   */
  add(stream: string, id: string, created: number | undefined): void
  of(stream: string): readonly DirtyId[]
  /** These were read, by one request; without ids, nothing of the stream concerns anybody any more. */
  forget(stream: string, ids?: Iterable<string>): void
  /** Requests that the stream's ids have taken so far. */
  spent(stream: string): number
  windows(stream: string): readonly Window[]
  /** The windows are to be listed, and the ids that lie in them need not be kept. */
  oweWindows(stream: string, windows: readonly Window[]): void
  /** The listing of the stream's windows begins now (milliseconds), or goes on where an earlier run left it. */
  list(stream: string, now: number): Listing
  /** The stream's windows are listed. */
  listed(stream: string): void
  toJson(): OwedJson
}

export interface Listing {
  readonly windows: readonly Window[]
  /** Milliseconds: what was not seen since then is gone. */
  readonly began: number
  /** Whoever lists says what is left as it goes on. */
  left: () => readonly Slice[]
}

/**
 * By stream ids, and in the same order their times, 0 where unknown; the requests that its ids took; windows as pairs
 * of unix seconds, and once their listing has begun what is left of it.
 */
export type OwedJson = {
  readonly [stream: string]: {
    readonly ids: readonly string[]
    readonly created: readonly number[]
    readonly spent?: number
    readonly windows?: readonly (readonly [number, number])[]
    readonly listing?: { readonly began: number; readonly left: readonly Slice[] }
  }
}

interface OfStream {
  readonly ids: Map<string, number | undefined>
  spent: number
  windows: readonly Window[]
  listing: Listing | undefined
}

export function owed(before: OwedJson = {}): Owed {
  const streams = new Map<string, OfStream>()
  let size = 0
  const at = (stream: string): OfStream => {
    const there = streams.get(stream) ?? { ids: new Map(), spent: 0, windows: [], listing: undefined }
    streams.set(stream, there)
    return there
  }
  const drop = ({ ids }: OfStream, gone: Iterable<string>) => {
    for (const id of gone) if (ids.delete(id)) size--
  }

  const self: Owed = {
    get size() {
      return size
    },
    add(stream, id, created) {
      const { ids, windows, listing } = at(stream)
      if (created !== undefined && !listing && isWithin(windows, created)) return
      if (!ids.has(id)) size++
      ids.set(id, created ?? ids.get(id))
    },
    of: (stream) => [...(streams.get(stream)?.ids ?? [])].map(([id, created]) => ({ id, created })),
    forget(stream, gone) {
      const there = at(stream)
      drop(there, gone ?? [...there.ids.keys()])
      if (gone) there.spent++
      else streams.delete(stream)
    },
    spent: (stream) => streams.get(stream)?.spent ?? 0,
    windows: (stream) => streams.get(stream)?.windows ?? [],
    oweWindows(stream, windows) {
      const there = at(stream)
      if (there.listing) throw new Error(`the windows of ${stream} are being listed`)
      there.windows = union(there.windows, windows)
      const within = [...there.ids].filter(([, time]) => time !== undefined && isWithin(there.windows, time))
      drop(
        there,
        within.map(([id]) => id),
      )
    },
    list(stream, now) {
      const there = at(stream)
      const { windows } = there
      there.listing ??= {
        windows,
        began: now,
        left: () => windows.map((range) => ({ variant: 0, range })),
      }
      return there.listing
    },
    listed(stream) {
      const there = at(stream)
      there.windows = []
      there.listing = undefined
    },
    toJson() {
      const filled = [...streams].filter(([, { ids, windows }]) => ids.size > 0 || windows.length > 0)
      return Object.fromEntries(
        filled.map(([stream, { ids, spent, windows, listing }]) => [
          stream,
          {
            ids: [...ids.keys()],
            created: [...ids.values()].map((time) => time ?? 0),
            ...(spent > 0 && { spent }),
            ...(windows.length > 0 && { windows: windows.map(({ from, to }) => [from, to] as const) }),
            ...(listing && { listing: { began: listing.began, left: listing.left() } }),
          },
        ]),
      )
    },
  }

  for (const [stream, { ids, created, spent = 0, windows = [], listing }] of Object.entries(before)) {
    for (const [index, id] of ids.entries()) self.add(stream, id, created[index] || undefined)
    const there = at(stream)
    there.spent = spent
    there.windows = windows.map(([from, to]) => ({ from, to }))
    const { left } = listing ?? {}
    if (listing && left) {
      there.listing = { windows: there.windows, began: listing.began, left: () => left }
    }
  }
  return self
}

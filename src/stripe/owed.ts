/** Objects that events told of and that are still to be read again: what a run that is cut short leaves to the next. */
import type { Json } from '../core/model.ts'
import type { DirtyId } from './cover.ts'

export interface Owed {
  readonly size: number
  /** `created` in unix seconds where the event showed it. An id that is there already stays once. */
  add(stream: string, id: string, created: number | undefined): void
  of(stream: string): readonly DirtyId[]
  /** These were read, or concern nobody any more; without ids, all of the stream. */
  forget(stream: string, ids?: Iterable<string>): void
  toJson(): OwedJson
}

/** Ids by stream, and in the same order their times; 0 where unknown. */
export type OwedJson = {
  readonly [stream: string]: { readonly ids: readonly string[]; readonly created: readonly number[] }
}

export function owed(before: OwedJson = {}): Owed {
  const streams = new Map<string, Map<string, number | undefined>>()
  let size = 0
  const self: Owed = {
    get size() {
      return size
    },
    add(stream, id, created) {
      const ids = streams.get(stream) ?? new Map<string, number | undefined>()
      streams.set(stream, ids)
      if (!ids.has(id)) size++
      ids.set(id, created ?? ids.get(id))
    },
    of: (stream) => [...(streams.get(stream) ?? [])].map(([id, created]) => ({ id, created })),
    forget(stream, gone) {
      const ids = streams.get(stream)
      if (!ids) return
      for (const id of gone ?? [...ids.keys()]) if (ids.delete(id)) size--
    },
    toJson() {
      const filled = [...streams].filter(([, ids]) => ids.size > 0)
      return Object.fromEntries(
        filled.map(([stream, ids]) => {
          const created = [...ids.values()].map((time) => time ?? 0)
          return [stream, { ids: [...ids.keys()], created }]
        }),
      ) satisfies Json
    },
  }
  for (const [stream, { ids, created }] of Object.entries(before)) {
    for (const [index, id] of ids.entries()) self.add(stream, id, created[index] || undefined)
  }
  return self
}

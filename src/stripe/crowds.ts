/**
 * Crowds: seconds of `created` with more objects than a page of a list, as an import leaves them. A page that begins in one
 * may bring none of the objects that changed there, so whether listing pays is told by how many it holds. The walk of
 * the list sees them and leaves them in its cursor.
 */
import { type DirtyId, pageSize, worthPage } from './cover.ts'
import type { Window } from './windows.ts'

/** Crowded seconds close to each other are one, with all their objects. */
export interface Crowd extends Window {
  readonly objects: number
}

/** In a cursor, 60 characters each. Of more, the two that are nearest to each other become one. */
const most = 50

export interface CrowdWatch {
  /** The page of a slice, in the order of the list: its times, without those that are another slice's. */
  saw(slice: object, times: readonly number[]): void
  /** In order, apart from each other. */
  readonly crowds: readonly Crowd[]
}

/** Watches a list as it is walked; `before` are the crowds that were seen earlier. */
export function crowdWatch(before: readonly Crowd[] = []): CrowdWatch {
  let crowds = before
  /** The second in which the slice's last page ended, and its objects so far. */
  const ends = new WeakMap<object, { readonly second: number; readonly objects: number }>()
  return {
    get crowds() {
      return crowds
    },
    saw(slice, times) {
      let end = ends.get(slice)
      for (const second of times) {
        const objects = end?.second === second ? end.objects + 1 : 1
        end = { second, objects }
        if (objects > pageSize) crowds = joined(crowds, second, objects === pageSize + 1 ? objects : 1)
      }
      if (end) ends.set(slice, end)
    },
  }
}

/** With so many more objects in that second. */
function joined(crowds: readonly Crowd[], second: number, objects: number): readonly Crowd[] {
  const at = crowds.findIndex(({ from, to }) => from <= second && second < to)
  const there = crowds[at]
  if (there) return crowds.with(at, { ...there, objects: there.objects + objects })
  return few([...crowds, { from: second, to: second + 1, objects }].sort((a, b) => a.from - b.from))
}

/** Those that touch are one, and so are the nearest while there are too many. */
function few(all: readonly Crowd[]): readonly Crowd[] {
  let nearest: { readonly index: number; readonly gap: number } | undefined
  for (const [index, { to }] of all.entries()) {
    const next = all[index + 1]
    if (next && next.from - to < (nearest?.gap ?? Number.POSITIVE_INFINITY)) {
      nearest = { index, gap: next.from - to }
    }
  }
  if (!nearest || (nearest.gap > 0 && all.length <= most)) return all
  const [one, other] = all.slice(nearest.index, nearest.index + 2)
  if (!one || !other) return all
  const both = { from: one.from, to: other.to, objects: one.objects + other.objects }
  return few(all.toSpliced(nearest.index, 2, both))
}

/** Those in which so few of the objects lie that asking for each takes fewer requests. */
export function poorCrowds(crowds: readonly Crowd[], dirty: readonly DirtyId[]): readonly Window[] {
  if (crowds.length === 0) return []
  const times = dirty.flatMap(({ created }) => created ?? []).sort((a, b) => a - b)
  return crowds.filter(({ from, to, objects }) => {
    const changed = countBefore(times, to) - countBefore(times, from)
    return changed * pageSize <= worthPage * objects
  })
}

/** How many of the times, oldest first, are earlier. */
function countBefore(times: readonly number[], time: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? 0) < time) low = middle + 1
    else high = middle
  }
  return low
}

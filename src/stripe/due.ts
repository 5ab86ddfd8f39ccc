/** What runs read again by themselves, without anything being told: whether a row that differs is one of it. */
import type { Undated } from '../core/inspection.ts'
import type { State } from '../core/model.ts'
import type { Branch } from './branch.ts'
import { beginWalk, parseWalk, scopesOf, type WalkCursor } from './cursor.ts'

/** Milliseconds by which the clocks of machines that run one integration may differ. */
const skew = 60_000

/**
 * Whether a later run brings the row of such an object, as far as the state says. Two things say no:
 * - A walk that began after the row was read has come to its end and went over the object: it would have read it
 *   again, or marked it as gone. (Only a walk that marks what it does not find proves the second.)
 * - The object was created before what the last sweep went back to, and the next one begins no earlier.
 */
export function dueIn(root: Branch, state: State): (row: Undated) => boolean {
  const { request } = beginWalk(root, 0, 0, false)
  const walkOf = (scope: string): WalkCursor | undefined => {
    const cursor = parseWalk(state.get(scope))
    return cursor?.request === request ? cursor : undefined
  }
  const sweep = walkOf(`sweep/${root.stream.name}`)
  const done = [...scopesOf(root).map(walkOf), sweep].flatMap((walk) =>
    walk && walk.slices.length === 0 && walk.prune ? walk : [],
  )
  const isTimed = root.stream.created !== undefined
  const covers = (walk: WalkCursor, { stream, time }: Undated) =>
    Object.hasOwn(walk.streams, stream) &&
    (!isTimed || (time !== undefined && time >= walk.since * 1e6 && time < walk.bound * 1e6))
  return (row) => {
    const { stream, time, version } = row
    if (version !== undefined && !root.stream.unlisted) {
      if (done.some((walk) => version < walk.started - skew && covers(walk, row))) return false
    }
    if (row.isReadWhole || !sweep || time === undefined) return true
    return !(Object.hasOwn(sweep.streams, stream) && time < sweep.since * 1e6)
  }
}

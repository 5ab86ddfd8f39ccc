/** What events don't tell: parts of a stream that are listed again, each on its own clock. */
import type { State } from '../core/model.ts'
import type { Branch } from './branch.ts'
import { beginWalk, parseWalk, type Walk, type WalkCursor } from './cursor.ts'

export interface SweepOptions {
  readonly state: State
  /** Unix seconds; 0 for the whole history. */
  readonly since: number
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Milliseconds between two sweeps of the same stream. */
const every = 86_400_000
/** Seconds of `created` that a sweep looks back: what changes without an event mostly does so while it is young. */
const trailing = 35 * 86_400
/**
 * Seconds of `created` that the look for new objects goes back: balance transactions carry a time before they
 * can be seen (github.com/singer-io/tap-stripe/pull/45 waits 5 to 10 minutes).
 */
export const lateObjects = 3600

/**
 * The walks that a run owes to a branch whose own walks are done, besides following its events:
 * - new objects of streams whose creation emits no event: at every run, from a little before where the last one ended
 * - changes and deletions of streams whose events are partial or none: once a day, by `created` from 35 days before the
 *   last sweep on, or the whole list where it can't be asked for by time
 *
 * A sweep that a run did not finish is carried on by the next.
 */
export function sweepsOf(branch: Branch, options: SweepOptions): readonly Walk[] {
  const { stream } = branch
  const { coverage } = stream
  const isFollowed = coverage === 'full' || coverage === 'immutable'
  if (isFollowed && !hasUnfollowedChild(branch)) return []
  const { state, now } = options
  const wide = `sweep/${stream.name}`
  const narrow = `new/${stream.name}`
  const lastWide = sameStreams(parseWalk(state.get(wide)), branch)
  const lastNarrow = sameStreams(parseWalk(state.get(narrow)), branch)
  const own = [...namesOf(branch)].map((name) => parseWalk(state.get(name))).find((cursor) => cursor)

  if (lastWide && lastWide.slices.length > 0) return [{ scope: wide, branch, cursor: lastWide }]
  const lastStart = Math.max(lastWide?.started ?? 0, own?.started ?? 0)
  if (now - lastStart >= every) {
    // Back from the last sweep and not from now: what was young after it may have changed since.
    const back = Math.floor((lastStart === 0 ? now : lastStart) / 1000) - trailing
    const from = stream.created ? Math.max(options.since, back) : 0
    return [{ scope: wide, branch, cursor: beginWalk(branch, from, now, true) }]
  }
  if (isFollowed || coverage === 'state_only' || !stream.created) return []
  if (lastNarrow && lastNarrow.slices.length > 0) return [{ scope: narrow, branch, cursor: lastNarrow }]
  const bound = Math.max(lastWide?.bound ?? 0, lastNarrow?.bound ?? 0, own?.bound ?? 0)
  const from = Math.max(options.since, bound - lateObjects)
  return [{ scope: narrow, branch, cursor: beginWalk(branch, from, now, false) }]
}

/** Children without any event, neither their own nor one of their parent's. */
function hasUnfollowedChild({ children }: Branch): boolean {
  return children.some(({ branch }) => branch.stream.coverage === 'none' || hasUnfollowedChild(branch))
}

function* namesOf({ stream, children }: Branch): Iterable<string> {
  yield stream.name
  for (const child of children) yield* namesOf(child.branch)
}

/** A sweep for another selection says nothing about this one. */
function sameStreams(cursor: WalkCursor | undefined, branch: Branch): WalkCursor | undefined {
  if (!cursor) return undefined
  const wanted = beginWalk(branch, 0, 0, false)
  const same =
    cursor.request === wanted.request && JSON.stringify(cursor.streams) === JSON.stringify(wanted.streams)
  return same ? cursor : undefined
}

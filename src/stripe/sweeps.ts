/** What events don't tell: parts of a stream that are listed again, each on its own clock. */
import type { State, Sweep } from '../core/model.ts'
import type { Branch } from './branch.ts'
import { beginWalk, parseWalk, type Walk, type WalkCursor } from './cursor.ts'

export interface SweepOptions {
  readonly state: State
  /** Unix seconds; 0 for the whole history. */
  readonly since: number
  /** Milliseconds since 1970. */
  readonly now: number
  /** Of the branch's stream, if it was said. */
  readonly sweep?: Sweep | undefined
}

/** Milliseconds between two sweeps of the same stream. */
const daily = 86_400_000
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
 *   last sweep on, or the whole list where it can't be asked for by time; or as `sweep` has it, of any stream
 *
 * A sweep that a run did not finish is carried on by the next.
 */
export function sweepsOf(branch: Branch, options: SweepOptions): readonly Walk[] {
  const { stream } = branch
  const { coverage } = stream
  const { state, now, sweep } = options
  const isOff = sweep === 'off' || (sweep === undefined && !needsSweep(branch))
  const { every, back: howFar = trailing * 1000 } = !sweep || sweep === 'off' ? { every: daily } : sweep
  const wide = `sweep/${stream.name}`
  const narrow = `new/${stream.name}`
  const lastWide = sameStreams(parseWalk(state.get(wide)), branch)
  const lastNarrow = sameStreams(parseWalk(state.get(narrow)), branch)
  const own = [...namesOf(branch)].map((name) => parseWalk(state.get(name))).find((cursor) => cursor)

  if (!isOff && lastWide && lastWide.slices.length > 0) return [{ scope: wide, branch, cursor: lastWide }]
  const lastStart = Math.max(lastWide?.started ?? 0, own?.started ?? 0)
  if (!isOff && now - lastStart >= every) {
    // Back from the last sweep and not from now: what was young after it may have changed since.
    const last = lastStart === 0 ? now : lastStart
    const back = howFar === 'all' ? 0 : Math.floor((last - howFar) / 1000)
    const from = stream.created ? Math.max(options.since, back, 0) : 0
    return [{ scope: wide, branch, cursor: beginWalk(branch, from, now, true) }]
  }
  if (isFollowed(branch) || coverage === 'state_only' || !stream.created) return []
  if (lastNarrow && lastNarrow.slices.length > 0) return [{ scope: narrow, branch, cursor: lastNarrow }]
  // What a sweep left undone that is off by now was not looked at.
  const seen = lastWide?.slices.length === 0 ? lastWide.bound : 0
  const bound = Math.max(seen, lastNarrow?.bound ?? 0, own?.bound ?? 0)
  const from = Math.max(options.since, bound - lateObjects)
  return [{ scope: narrow, branch, cursor: beginWalk(branch, from, now, false) }]
}

const isFollowed = ({ stream: { coverage } }: Branch) => coverage === 'full' || coverage === 'immutable'

/** Whether something of the branch may change without an event. */
export const needsSweep = (branch: Branch): boolean => !isFollowed(branch) || hasUnfollowedChild(branch)

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

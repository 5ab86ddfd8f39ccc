/**
 * What verify asks of a source: how things are upstream now, whatever was read before. Nothing here has a
 * checkpoint; the state only tells how far the last run had come.
 */
import type { Change, RunEvent, State, StreamEnd, StreamSelection } from './model.ts'

/** One stream of a family whose rows are wanted. */
export interface Member {
  readonly stream: string
  /** The stream whose objects this one's belong to, and the column that holds the parent's id; absent for the top. */
  readonly parent?: { readonly stream: string; readonly column: string }
  /** Every change of its objects is told of upstream, so that one can be dated: before or after the last run. */
  readonly told: boolean
  /** Why its rows can't be compared, and the cure: it was never read to its end, or with other columns. */
  readonly unready?: string
}

/** A stream without parent and the selected streams below it: what is listed together. */
export interface Family {
  /** The stream of the listed objects; it is a member only if its own rows are wanted. */
  readonly top: string
  /** Parents before their children. */
  readonly members: readonly Member[]
  /** The top's column by which its list can be asked for in parts; without it the list is walked in its own order. */
  readonly time?: string
  /** Microseconds since 1970: what was created from then on, the last run may not have seen. */
  readonly settled: number
}

/** One of the top's objects; `time` (microseconds) where it is known, so that neighbours can be listed together. */
export interface Place {
  readonly id: string
  readonly time?: number
}

/** Part of a list by time of creation, microseconds since 1970, `[from, to)`; open where absent. */
export interface TimeRange {
  readonly from?: number
  readonly to?: number
}

/** What is to be listed: a part by time, or of a list without time what comes from a place in its own order on. */
export interface ListRange extends TimeRange {
  /** As an earlier listing gave it; the list begins at its start without it. */
  readonly after?: string
}

/** The first part of a range that was listed: complete, children too. */
export interface Listed {
  /** Ids of the top's objects, of those that are gone too. Without time, objects may come that came before. */
  readonly ids: readonly string[]
  readonly changes: readonly Change[]
  /** What is left of the range; absent when nothing is. By time, what was listed begins where this ends. */
  readonly rest?: ListRange
}

/** A row that differs, of a stream whose changes are not all told of. */
export interface Undated {
  readonly stream: string
  /** When the listed object that it belongs to was created, microseconds since 1970; absent where its list has no time. */
  readonly time?: number
  /** Milliseconds since 1970 at which the row was read; absent without a row, or where that proves nothing. */
  readonly version?: number
  /** Every run reads the whole list again. */
  readonly isReadWhole: boolean
}

export interface Inspection {
  readonly families: readonly Family[]
  /** Lists the first part of a range, by time the newest: about `objects` of the top's objects, at least one second's. */
  list(family: Family, range: ListRange, objects: number): Promise<Listed>
  /** Reads these objects of the top again, and perhaps others, with all their children; what is gone is a `delete`. */
  again(family: Family, objects: readonly Place[]): Promise<readonly Change[]>
  /** Those of the ids of which something is told that the last run has not seen; each call asks for what is new. */
  moved(family: Family, ids: readonly string[]): Promise<ReadonlySet<string>>
  /** Whether a later run reads such a row again by itself; false if one should have, or if none ever will. */
  isDue(family: Family, row: Undated): boolean
  /** How a stream turned out to be unreadable; undefined while it is readable. */
  refused(stream: string): StreamEnd | undefined
}

export interface InspectRequest {
  readonly streams: readonly StreamSelection[]
  /** As the last run left it. */
  readonly state: State
  /** Milliseconds since 1970: objects created before it are no part of the integration. */
  readonly since?: number
  readonly signal: AbortSignal
  readonly report: (event: RunEvent) => void
  /** Called before every request; what it throws ends the call, and the stream stays readable. */
  readonly spend: () => void
}

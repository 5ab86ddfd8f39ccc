/** What a source says: changes in pages, with the checkpoints that are safe once they are durable. */
import type { Cell, Row } from './rows.ts'

/** Any JSON value: what a cursor may be made of. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** A position: everything that `scope` covers up to `cursor` is in the pages up to this one. `null` forgets the scope. */
export interface Checkpoint {
  readonly scope: string
  readonly cursor: Json
}

/** All checkpoints of an integration, by scope. */
export type State = ReadonlyMap<string, Json>

/** The object as it was at `version`. */
export interface Upsert {
  readonly op: 'upsert'
  readonly stream: string
  readonly row: Row
  /** Milliseconds since 1970 at which the source was asked; a lower one never overwrites a higher one. */
  readonly version: number
}

/** The object was gone at `version`. `row` has the key cells; the others are null. */
export interface Delete {
  readonly op: 'delete'
  readonly stream: string
  readonly row: Row
  readonly version: number
}

/**
 * What was not seen again is gone: every row of the stream that lies within the
 * bounds and has a version below `version` was absent upstream. Sent after the
 * rows that were seen, so that a complete re-reading of a parent's children, of
 * a window or of a whole stream finds the deleted. What belongs to the rows that are found gone goes with them
 * (core/belongings.ts); what belongs to the object of a `Delete` the source says itself.
 */
export interface Prune {
  readonly op: 'prune'
  readonly stream: string
  readonly version: number
  /** Rows whose `column` equals one value, or lies in `[from, to)`; without it the whole stream of the account. */
  readonly within?:
    | { readonly column: string; readonly equals: Cell }
    | { readonly column: string; readonly from?: number; readonly to?: number }
}

export type Change = Upsert | Delete | Prune

/** Changes read together. The checkpoint is safe once they and all earlier pages are durable. */
export interface Page {
  readonly kind: 'page'
  readonly stream: string
  readonly changes: readonly Change[]
  readonly checkpoint?: Checkpoint
  /** Size of what was read, in bytes: bounds the memory of what is in flight. */
  readonly bytes: number
}

/** `paused`: what the user allowed the run to read was used up; the next run carries on. */
export type TableStatus = 'ok' | 'no_permission' | 'unavailable' | 'failed' | 'paused'

/** What came besides what the catalog says: nothing is lost, but a person should know. */
export interface Drift {
  /** Of an unknown field its place in the upstream objects, joined with dots; of a misfit its column. */
  readonly field: string
  /** A field that the catalog does not know, or values that their column cannot hold. Both are kept in `_extra`. */
  readonly kind: 'unknown' | 'misfit'
  /** JSON type of what was seen: `text`, `integer`, `number`, `boolean`, `object`, `array`, `null`; several with `or`. */
  readonly type: string
  /** Rows that were read with it. */
  readonly rows: number
}

/** The end of one stream's reading; sent exactly once per requested stream, after its last page. */
export interface StreamEnd {
  readonly kind: 'end'
  readonly stream: string
  readonly status: TableStatus
  /** Why the status is not ok, and what to do about it; one line. */
  readonly reason?: string
  /** It failed in a way that may pass. */
  readonly transient?: true
  /** Fields and values of the rows read that have no column; absent when there were none. */
  readonly drift?: readonly Drift[]
}

export type ReadItem = Page | StreamEnd

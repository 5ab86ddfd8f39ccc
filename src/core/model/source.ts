/** What a source is, and what it is asked. */
import type { Inspection, InspectRequest } from '../inspection.ts'
import type { ReadItem, State } from './changes.ts'
import type { NewColumns, StreamSelection, Sweep } from './choices.ts'
import type { Table } from './rows.ts'
import type { RunEvent } from './run.ts'

/** Whether the credentials may read a stream, and if not, why and the cure. */
export interface Access {
  readonly status: 'ok' | 'no_permission' | 'unavailable' | 'unknown'
  readonly reason?: string
  /** The permission that is missing or needed, in the upstream system's own word. */
  readonly permission?: string
}

export interface StreamInfo {
  readonly name: string
  readonly description: string
  /** Data columns in the order of a row. */
  readonly table: Table
  /** Part of the selection called `core`. */
  readonly core: boolean
  /** Part of the selection called `all`; the rest is read only when named. */
  readonly standard: boolean
  /** The stream whose objects this one's objects belong to. */
  readonly parent?: string
  /** How its rows are found: `window` in parallel time slices, `walk` with one cursor, `parent` with or per parent object. */
  readonly reading: 'window' | 'walk' | 'parent'
  readonly permission?: string
  /** Fields that are left out unless they are named: secrets. */
  readonly withheld?: readonly string[]
  /** Why it is never a table; one line. */
  readonly unreadable?: string
  /** Address of the upstream documentation. */
  readonly docs?: string
}

export interface AccountInfo {
  readonly id: string
  readonly name?: string
  readonly livemode: boolean
  /** Milliseconds since 1970; nothing upstream is older. */
  readonly created?: number
}

export interface ReadRequest {
  readonly streams: readonly StreamSelection[]
  /**
   * There are more streams, which this run leaves out: they keep their place, and a later run reads what has changed
   * meanwhile. What is read together (a stream, and what belongs to its objects) must be among the streams as a whole.
   */
  readonly part?: boolean
  readonly state: State
  /** Milliseconds since 1970: objects created before it are not read. */
  readonly since?: number
  /** Ignore the state of these streams, read them whole, prune what was not seen. */
  readonly fullRefresh?: boolean
  /** What to do for columns that earlier runs did not read: read their streams whole again (the default), or nothing. */
  readonly newColumns?: NewColumns
  /**
   * Milliseconds since 1970, by stream: its rows must come from a whole reading that began then or later. One of
   * the state that did is carried on, or good as it is; an earlier one is ignored as with `fullRefresh`.
   * What belongs to the stream's objects is read with them.
   */
  readonly wholeSince?: ReadonlyMap<string, number>
  /** By stream, where it is not to be swept as the source would by itself. */
  readonly sweeps?: ReadonlyMap<string, Sweep>
  readonly signal: AbortSignal
  readonly report: (event: RunEvent) => void
}

/** A column whose values are ids of another stream's objects, of which that stream's list may lack some. */
export interface Reference {
  readonly stream: string
  readonly column: string
  readonly target: string
  /** Streams that may have the object instead. */
  readonly or?: readonly string[]
}

export interface LookupRequest {
  readonly streams: readonly StreamSelection[]
  /** Ids of objects, by stream. */
  readonly ids: ReadonlyMap<string, Iterable<string>>
  readonly signal: AbortSignal
  readonly report: (event: RunEvent) => void
}

/**
 * A source, configured. Made by a function that takes its configuration.
 */
export interface Source {
  readonly name: string
  /**
   * Milliseconds by which the clock that versions are of is ahead of ours, as far as is known by now (after `check`, it
   * is). None where the source has no clock of its own.
   */
  ahead?(): number
  /** Asks who the credentials belong to. Throws `ConfigError` naming every problem found. */
  check(signal: AbortSignal, report?: (event: RunEvent) => void): Promise<AccountInfo>
  /** The tables of a selection's streams, without any request. Throws `ConfigError` for unknown streams or fields, suggesting the nearest. */
  tables(streams: readonly StreamSelection[]): ReadonlyMap<string, Table>
  /** All streams, or those named. With `probe`, each one's access is asked for (a request each). */
  discover(
    options: { readonly probe: boolean; readonly streams?: readonly string[] },
    signal: AbortSignal,
  ): Promise<readonly (StreamInfo & { readonly access: Access })[]>
  /** Finite, resumable from `state`, and read no faster than it is consumed. */
  read(request: ReadRequest): AsyncIterable<ReadItem>
  /** Where rows of the selected streams refer to objects that no list returns; `lookup` reads these. */
  references?(streams: readonly StreamSelection[]): readonly Reference[]
  /**
   * Reads single objects as they are now, what is gone as a `delete`; pages without checkpoints. Each of the streams
   * ends once, not ok when some of its objects could not be read.
   */
  lookup?(request: LookupRequest): AsyncIterable<ReadItem>
  /** How things are now, for verify; see inspection.ts. */
  inspect?(request: InspectRequest): Inspection
}

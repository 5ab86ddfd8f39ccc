/**
 * The words of Sluice. Start here: every other file uses these, with these meanings.
 *
 * - **source**: reads one upstream system
 * - **stream**: a named collection of objects of one shape with a primary key
 * - **catalog**: all streams that a source offers
 * - **selection**: the streams and fields that an integration replicates
 * - **integration**: account + destination + selection + schedule, under a name that never changes
 * - **destination**: a kind of warehouse; a **warehouse** is one opened
 * - **page**: changes read together, plus the checkpoint that is safe once they are durable
 * - **slice**: an independently readable part of a stream
 * - **cursor / checkpoint / state**: opaque position / `{scope, cursor}` / all checkpoints of an integration
 * - **load**: one immutable, bounded set of batches, one per table: the unit of write, retry and idempotence
 * - **run**: one execution of an integration; a **table run** is one stream's part of it
 */

import type { Inspection, InspectRequest } from './inspection.ts'

// ---------------------------------------------------------------- values

/** The logical types that every destination must hold without loss. */
export type ColumnType = 'text' | 'integer' | 'decimal' | 'float' | 'boolean' | 'timestamp' | 'date' | 'json'

/**
 * One value, by its column's type; `null` stands for missing in each:
 * - text: string (well-formed; may hold `\u0000`)
 * - integer: number when it is a safe integer, bigint beyond (64-bit signed)
 * - decimal: string of plain digits, at most 26 before and 12 after the point: `"12.500000000001"`
 * - float: finite number, zero without a sign (not every warehouse has two); boolean: boolean
 * - timestamp: number of microseconds since 1970-01-01 UTC
 * - date: string `YYYY-MM-DD`
 * - json: string of JSON text, exactly as it should be stored
 */
export type Cell = null | string | number | bigint | boolean

/** Cells in the order of the table's columns. */
export type Row = readonly Cell[]

export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly nullable: boolean
}

/**
 * Where the rows of one stream go. `columns` are in the order of a `Row`;
 * in a source's table they are the data columns alone, in a load's table the
 * bookkeeping columns (core/schema.ts) come first.
 */
export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  /** Names of the columns that identify a row, `_account_id` first in a load's table. */
  readonly key: readonly string[]
  /** Of a source's table: the stream whose objects its rows belong to, and the column that holds their ids. */
  readonly parent?: { readonly stream: string; readonly column: string }
  /** Other columns by which rows are found and joined: a warehouse that has indexes has one for each. */
  readonly lookups?: readonly string[]
  /** What the rows are, for people; one line. */
  readonly description?: string
}

// ---------------------------------------------------------------- what a person chooses

/**
 * What is kept of a stream; docs/decisions/0005-modes.md:
 * - `incremental`: what is, one row per key
 * - `full_refresh`: the same, from the whole list in every run
 * - `append`: every version that was read, one row per key and `_version`
 * - `history`: what is, and beside it `<table>_history`, an interval for each content
 */
export type Mode = 'incremental' | 'full_refresh' | 'append' | 'history'

/** What becomes of rows that are gone upstream: marked, removed, or left as they are. */
export type Deletes = 'soft' | 'hard' | 'ignore'

// ---------------------------------------------------------------- what a source says

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

/** The end of one stream's reading; sent exactly once per requested stream, after its last page. */
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

export interface StreamEnd {
  readonly kind: 'end'
  readonly stream: string
  readonly status: TableStatus
  /** Why the status is not ok, and what to do about it; one line. */
  readonly reason?: string
  /** Fields and values of the rows read that have no column; absent when there were none. */
  readonly drift?: readonly Drift[]
}

export type ReadItem = Page | StreamEnd

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

export interface StreamSelection {
  readonly name: string
  /** Names of the selected data columns; all of them, and unknown fields too, when absent. Keys are always read. */
  readonly fields?: readonly string[]
  /**
   * Fields of the upstream objects that must not be copied, by their place joined with dots (`address`,
   * `address.city`): neither as a column nor among the unknown fields, nor what stands below them.
   */
  readonly excluded?: readonly string[]
  /** Places of fields whose values are replaced by keyed hashes, likewise wherever they stand; their columns are text. */
  readonly hashed?: readonly string[]
}

export interface ReadRequest {
  readonly streams: readonly StreamSelection[]
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

export type NewColumns = 'reload' | 'from-now'

/**
 * When a stream is listed again for what no event tells: `every` so many milliseconds, of what was created within
 * `back` milliseconds before the last time (as the source would when absent); or never.
 */
export type Sweep = { readonly every: number; readonly back?: number | 'all' } | 'off'

/**
 * A source, configured. Made by a function that takes its configuration.
 */
export interface Source {
  readonly name: string
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

// ---------------------------------------------------------------- what a destination takes

/**
 * How the rows of a batch meet those of their table:
 * - `newest`: the newer version takes the other's place
 * - `append`: each version has its place, `_version` being the last column of the key. A delete is one more row,
 *   of the key alone; a prune adds such a row to each object whose newest row it would mark
 * - `history`: each row is an interval of one content, `_valid_from` being the last column of the key
 *   (core/modes.ts). What comes are points: `_valid_from` is their version's time, `_hash` their content;
 *   a delete's is `goneHash`. The table's rows are the runs of all points that were ever loaded, in whatever order
 */
export type Merge = 'newest' | 'append' | 'history'

/** The part of a load that goes to one table. Columns and keys as in `table`; at most one row per key. */
export interface Batch {
  readonly table: Table
  /** `newest` when absent. */
  readonly merge?: Merge
  readonly upserts: readonly Row[]
  /** Rows that are gone: key cells, `_version` and `_deleted_at` are set. A row never seen is inserted as a stub. */
  readonly deletes: readonly Row[]
  readonly prunes: readonly Omit<Prune, 'op' | 'stream'>[]
}

export interface Load {
  /** Unique per load; the same load applied twice changes nothing. */
  readonly id: string
  /** When the load was packed, microseconds since 1970: `_synced_at` of its rows, `_deleted_at` of pruned ones. */
  readonly packedAt: number
  readonly account: string
  /**
   * Whether rows that are gone are marked (when absent) or removed. What is removed never comes back in an
   * older version. Concerns batches that merge by `newest`.
   */
  readonly deletes?: 'soft' | 'hard'
  readonly batches: readonly Batch[]
  readonly checkpoints: readonly Checkpoint[]
}

export interface LoadReceipt {
  /** Per table: rows inserted or replaced, rows marked deleted. Rows older than what is there count as neither. */
  readonly tables: ReadonlyMap<string, { readonly rows: number; readonly deleted: number }>
}

export interface SchemaChange {
  readonly table: string
  readonly change: 'create table' | 'add column'
  readonly column?: string
}

/** What core must know of a kind of warehouse: data, never a name to branch on. */
export interface Capabilities {
  /** `transaction`: rows of all tables and checkpoints commit together. `ledger`: per table, with a write-ahead ledger. */
  readonly commit: 'transaction' | 'ledger'
  readonly maxIdentifierBytes: number
  /** JSON comes back as the same value in another spelling: keys in another order and each once, no spaces. As its text when absent. */
  readonly json?: 'value'
  /** Upper bounds of one load, rows and bytes as read. */
  readonly load: { readonly rows: number; readonly bytes: number }
}

export interface OpenOptions {
  /** The integration's name: the schema, dataset or database of its tables. */
  readonly integration: string
  /** A folder for files that only live as long as the process. */
  readonly workDir: string
  readonly signal: AbortSignal
  readonly report: (event: RunEvent) => void
}

export interface Destination {
  readonly name: string
  /** What an address looks like, for help and errors: `kind:./folder/file`. */
  readonly example: string
  readonly caps: Capabilities
  /** Throws `ConfigError` when the address or what is behind it cannot be used. Creates nothing before `readState`. */
  open(address: string, options: OpenOptions): Promise<Warehouse>
  /**
   * Runs one SQL statement that only reads, in the warehouse's own dialect, and gives the first `limit` rows. Absent
   * where the warehouse has no engine of its own. Throws `ConfigError` for SQL that does not run.
   */
  query?(address: string, sql: string, limit: number): Promise<QueryResult>
}

export interface QueryResult {
  readonly columns: readonly string[]
  /** Values as JSON has them: 64-bit integers, decimals and times are strings. Times are in UTC. */
  readonly rows: readonly (readonly Json[])[]
  /** There are more rows than were asked for. */
  readonly more: boolean
}

/**
 * Which rows of a table to read: those whose time (microseconds) lies in `[from, to)`, open where absent; those
 * whose text, or null, is one of some; or those whose text another table does not have in a column (nor any of
 * several tables in theirs).
 */
export type Within =
  | { readonly column: string; readonly from?: number; readonly to?: number }
  | { readonly column: string; readonly in: readonly (string | null)[] }
  | {
      readonly column: string
      readonly outside: TableColumn
      readonly nor?: readonly TableColumn[]
      /** Leaves out the rows whose text is null. */
      readonly notNull?: true
    }

export interface TableColumn {
  readonly table: Table
  readonly column: string
}

/** One opened warehouse, for one integration. Methods are called one at a time. */
export interface Warehouse extends AsyncDisposable {
  /** Can be reached and written? Leaves nothing behind. Throws `ConfigError` or `TransientError`. */
  check(): Promise<void>
  /**
   * Reads the checkpoints of the last durable load and raises the fence: from here on, every
   * other warehouse object opened earlier for this integration is refused by `load`.
   * With `peek` it only reads: the fence stays, nothing is created, and a warehouse without
   * this integration gives an empty state.
   */
  readState(options?: { readonly peek: boolean }): Promise<State>
  /** Creates tables and columns that are missing. Additive only: never drops, never narrows. A second call does nothing. */
  prepare(tables: readonly Table[]): Promise<readonly SchemaChange[]>
  /**
   * Merges rows, tombstones, prunes and checkpoints: by key, newer `_version` wins and ties go to the
   * incoming row, whole or nothing, idempotent, refused with `FenceError` under a stale fence. When it
   * returns, the load is durable.
   */
  load(load: Load): Promise<LoadReceipt>
  /**
   * The rows of a table as the columns' logical cells, in no order; for verification and the conformance suite.
   * A table that is not there has no rows, a column that is not there is null.
   */
  read(table: Table, within?: Within): AsyncIterable<Row>
}

// ---------------------------------------------------------------- what a run tells

/** Something that a person should know of although it was mended: part of a run's summary. */
export interface Incident {
  readonly stream: string
  /**
   * - `gap`: changes were missed, and the stream was read whole again
   * - `no_events`: changes cannot be followed, so that the stream is read whole every time
   * - `selection`: what was asked for changed, and the stream was read whole again
   * - `unswept`: changes without an event are not looked for, as was asked
   * - `references`: objects that rows refer to could not be read, or not all of them yet
   */
  readonly kind: 'gap' | 'no_events' | 'selection' | 'unswept' | 'references'
  /** One line, without the stream's name. */
  readonly message: string
}

/** Everything a person may want to see of a run while it goes on. */
export type RunEvent =
  /** The warehouse is open. `at`: when the run began, and of the last successful run of each stream; ISO 8601 in UTC. */
  | { readonly type: 'start'; readonly at: string; readonly lastRuns: ReadonlyMap<string, string> }
  /** A request went out (counts per stream); `limited` when it was answered with "too many". */
  | { readonly type: 'request'; readonly stream?: string; readonly limited?: boolean }
  /** Rows of a stream were read; `fraction` of the stream that is done, 0 to 1, where it can be told. */
  | { readonly type: 'read'; readonly stream: string; readonly rows: number; readonly fraction?: number }
  /** Rows became durable. */
  | { readonly type: 'loaded'; readonly table: string; readonly rows: number; readonly deleted: number }
  | { readonly type: 'schema'; readonly change: SchemaChange }
  /** A stream ended. */
  | { readonly type: 'end'; readonly end: StreamEnd }
  | { readonly type: 'incident'; readonly incident: Incident }
  | {
      readonly type: 'log'
      readonly level: 'debug' | 'info' | 'warn' | 'error'
      readonly message: string
      readonly stream?: string
    }

/** One stream's part of a run, as told at its end. */
export interface TableRun {
  readonly stream: string
  readonly table: string
  readonly status: TableStatus
  readonly rows: number
  readonly deleted: number
  readonly requests: number
  readonly reason: string | null
  /** When the last successful run of the table began, ISO 8601 in UTC: before this run, and now. */
  readonly last_run_before: string | null
  readonly last_run: string | null
  readonly drift: readonly Drift[]
}

export interface RunSummary {
  readonly status: 'succeeded' | 'partial' | 'failed'
  readonly integration: string
  readonly tables: readonly TableRun[]
  readonly incidents: readonly Incident[]
  readonly requests: number
  readonly rate_limited: number
  readonly seconds: number
}

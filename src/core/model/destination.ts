/** What a destination is, and what it takes. */
import type { Checkpoint, Json, Prune, State } from './changes.ts'
import type { Row, Table } from './rows.ts'
import type { RunEvent } from './run.ts'

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

/** Rows of a table in the warehouse's own form: bytes, where cells would be many small objects that the collector looks after. */
export interface HeldRows {
  /** Takes a row of a load's table in, whose cells are then needed no more, and gives its number, from 0 on. Throws as `load`. */
  add(row: Row): number
}

/** The part of a load that goes to one table. Columns and keys as in `table`; at most one row per key. */
export interface Batch {
  readonly table: Table
  /** `newest` when absent. */
  readonly merge?: Merge
  readonly upserts: readonly Row[]
  /** Upserts in the place of those, by their numbers, as the warehouse took them when they came (`caps.load.hold`). */
  readonly held?: { readonly rows: HeldRows; readonly numbers: readonly number[] }
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
  /** Tables that are up to date with this load, by name: what is dear while rows come in great numbers may be done now. */
  readonly complete?: readonly string[]
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
  /** How a person writes a table of an integration there; `acme.invoices` when absent. */
  readonly called?: (integration: string, table: string) => string
  /** Where its engine works, and takes memory: `here`, in our process, when absent. */
  readonly engine?: 'here' | 'elsewhere'
  readonly load: {
    /** Upper bounds of one load, rows and bytes as read. */
    readonly rows: number
    readonly bytes: number
    /** Where rows that merge by `newest` may wait for their load in another form than cells; `_synced_at` is the load's. */
    readonly hold?: (table: Table) => HeldRows
  }
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
  open(address: string, options: OpenOptions): Promise<WholeWarehouse>
  /**
   * Runs one SQL statement that only reads, in the warehouse's own dialect, and gives the first `limit` rows; what
   * must be fetched first goes into `workDir`. Absent where no engine is at hand. Throws `ConfigError` for SQL that
   * does not run.
   */
  query?(address: string, sql: string, options: QueryOptions): Promise<QueryResult>
  /**
   * A query of the warehouse's own that lists what it holds: schema, table, column, type, whether it may be null;
   * in the order of tables and columns. Absent where no engine can tell.
   */
  readonly columns?: string
  /** Views beside the tables. Absent where there are none. */
  readonly views?: Views
}

/** Statements of SQL, without a semicolon at the end. */
export interface Views {
  /** What comes first, so that the integration's tables and views need no schema before their name. */
  enter(address: string, integration: string): readonly string[]
  /** Makes the view, or puts it in the place of the one of that name. The name is quoted. */
  create(name: string, query: string): readonly string[]
}

export interface QueryOptions {
  readonly limit: number
  readonly workDir: string
  /**
   * The statement comes from somebody who may see what stands in the warehouse and nothing else: it can read no other
   * file, reach no network, change no setting. Absent: whoever asks has the machine anyway.
   */
  readonly confined?: boolean
}

export interface QueryResult {
  readonly columns: readonly string[]
  /** Of the columns, in the warehouse's words, where it tells. */
  readonly types?: readonly string[]
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

/** Which checkpoints to read: those whose scope begins so, or all but those. */
export type Scopes = { readonly under: string } | { readonly except: string }

export interface StateOptions {
  readonly peek?: boolean
  /** All when absent. */
  readonly scopes?: Scopes
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
  readState(options?: StateOptions): Promise<State>
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
   * A table that is not there has no rows, a column that is not there is null. With `account` only that account's rows
   * are read; what another table lacks is then what it lacks of that account.
   */
  read(table: Table, within?: Within, account?: string): AsyncIterable<Row>
}

/** A warehouse as it is opened: of the whole integration, where a run may see one account's part. */
export interface WholeWarehouse extends Warehouse {
  /**
   * Removes all that Sluice made for the integration: tables with the bookkeeping columns, whether they are still
   * selected or not, views that it made, checkpoints, loads, what was removed for good, and the fence. What others put
   * beside the tables stays, and so does its schema then; where nothing else keeps earlier holders out, one small file of
   * ours stays, too. Returns the names of the tables that were there. When it returns, this is durable.
   *
   * Refused with `FenceError` before `readState` and under a stale fence. Afterwards the fence is nobody's: whoever held
   * one, this object too, is refused by `load`, `prepare` and `drop` until it reads the state again, which begins anew. So
   * `readState` and `drop` once more remove nothing further. A kill in the middle leaves all of it where `commit` is one
   * transaction of the warehouse; of files it leaves an integration without tables, the rest of whose files the next
   * `readState` or `drop` removes.
   *
   * Throws `ConfigError` where something that others made depends on a table, and removes nothing then.
   */
  drop(): Promise<readonly string[]>
}

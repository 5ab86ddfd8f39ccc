/** What a run tells. */
import type { AccountRun } from './accounts.ts'
import type { Drift, StreamEnd, TableStatus } from './changes.ts'
import type { SchemaChange } from './destination.ts'

/** Something that a person should know of although it was mended: part of a run's summary. */
export interface Incident {
  /** Empty for what concerns all streams of an account. */
  readonly stream: string
  /** Where the integration has several: the first account that it concerns, and how many more. */
  readonly account?: string
  readonly more_accounts?: number
  /**
   * - `gap`: changes were missed, and the stream was read whole again
   * - `no_events`: changes cannot be followed, so that the stream is read whole every time
   * - `selection`: what was asked for changed, and the stream was read whole again
   * - `unswept`: changes without an event are not looked for, as was asked
   * - `references`: objects that rows refer to could not be read, or not all of them yet
   * - `account`: an account could not be read, or is connected no more
   * - `scattered`: the warehouse keeps the table in ever more pieces, as it cannot put them together
   */
  readonly kind: 'gap' | 'no_events' | 'selection' | 'unswept' | 'references' | 'scattered' | 'account'
  /** One line, without the stream's name. */
  readonly message: string
}

/** One request, without what it asked for. */
export interface RequestCall {
  /** A path without ids: `/v1/invoices/{invoice}/lines`. */
  readonly endpoint: string
  /** Milliseconds since 1970: when it went out, and when it was answered or given up. */
  readonly at: number
  readonly ended: number
  /** Of the answer; null when there was none. */
  readonly status: number | null
  /** Why it was answered with "too many", where that is said. */
  readonly reason?: string
}

/** Everything a person may want to see of a run while it goes on. */
export type RunEvent =
  /** The warehouse is open. `at`: when the run began, and of the last successful run of each stream; ISO 8601 in UTC. */
  | { readonly type: 'start'; readonly at: string; readonly lastRuns: ReadonlyMap<string, string> }
  /** A request went out (counts per stream); `limited` when it was answered with "too many". */
  | {
      readonly type: 'request'
      readonly stream?: string
      readonly limited?: boolean
      readonly call?: RequestCall
    }
  /** Rows of a stream were read; `fraction` of the stream that is done, 0 to 1, where it can be told. */
  | { readonly type: 'read'; readonly stream: string; readonly rows: number; readonly fraction?: number }
  /** Rows became durable. */
  | { readonly type: 'loaded'; readonly table: string; readonly rows: number; readonly deleted: number }
  /** A load was written, or failed and left nothing. Milliseconds since 1970. */
  | {
      readonly type: 'load'
      readonly at: number
      readonly ended: number
      readonly ok: boolean
      readonly tables: number
      readonly rows: number
      readonly deleted: number
    }
  | { readonly type: 'schema'; readonly change: SchemaChange }
  /** A stream ended; of several accounts, in all of them. */
  | { readonly type: 'end'; readonly end: StreamEnd }
  /** Of several accounts, one is done; `done` of `all` are. */
  | { readonly type: 'account'; readonly account: AccountRun; readonly done: number; readonly all: number }
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
  /** Over all accounts. */
  readonly tables: readonly TableRun[]
  /** Where the integration has several. */
  readonly accounts?: readonly AccountRun[]
  readonly incidents: readonly Incident[]
  readonly requests: number
  readonly rate_limited: number
  readonly seconds: number
}

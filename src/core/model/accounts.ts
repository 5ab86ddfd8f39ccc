/** Several accounts that one set of credentials reads. */
import type { StreamSelection } from './choices.ts'
import type { Table } from './rows.ts'
import type { RunEvent, TableRun } from './run.ts'
import type { AccountInfo, Source } from './source.ts'

/** The accounts of a source, configured. Made by a function that takes its configuration. */
export interface Accounts {
  readonly name: string
  /** As of a `Source`; known after `owner`. */
  ahead?(): number
  /** The account whose credentials these are: the integration is its own. Throws as `Source.check`. */
  owner(signal: AbortSignal, report?: (event: RunEvent) => void): Promise<AccountInfo>
  /**
   * The accounts to be read, some at a time; of one that was named and not asked about, `created` and `name` are missing.
   * Throws `ConfigError` when they may not be listed.
   */
  list(signal: AbortSignal, report?: (event: RunEvent) => void): AsyncIterable<readonly AccountInfo[]>
  /** Whether the list is of all there are, so that what is on it no more is gone. */
  readonly all: boolean
  tables(streams: readonly StreamSelection[]): ReadonlyMap<string, Table>
  /**
   * One of them as a source. What it reads shares connections and limits with the others. It throws `AccountError`
   * where the account refuses as a whole.
   */
  open(account: AccountInfo): Source & AsyncDisposable
}

/** One account's part of a run. */
export interface AccountRun {
  readonly account: string
  readonly name: string | null
  /**
   * `partial`: not all of its tables were read; `paused`: what the user allowed the run to read was used up;
   * `disconnected`: it was read by an earlier run, and is none of the accounts any more.
   */
  readonly status: 'succeeded' | 'partial' | 'failed' | 'paused' | 'disconnected'
  readonly rows: number
  readonly deleted: number
  readonly requests: number
  readonly reason: string | null
  readonly cure: string | null
  /** When the last run began that brought all its tables up to date, ISO 8601 in UTC. */
  readonly last_run: string | null
  /** Those that are not ok. */
  readonly tables: readonly Pick<TableRun, 'stream' | 'table' | 'status' | 'reason'>[]
}

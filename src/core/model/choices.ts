/** What a person chooses of an integration. */

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

export type NewColumns = 'reload' | 'from-now'

/**
 * When a stream is listed again for what no event tells: `every` so many milliseconds, of what was created within
 * `back` milliseconds before the last time (as the source would when absent); or never.
 */
export type Sweep = { readonly every: number; readonly back?: number | 'all' } | 'off'

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

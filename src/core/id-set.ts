/** Sets of ids that may be larger than memory: what holds them is the caller's. */

/** A set of ids that lasts as long as a verification, in bounded memory. */
export interface IdSet extends Disposable {
  /** Adds those that are not in it, and gives them. */
  add(ids: readonly string[]): readonly string[]
  /** Those that are not in it. */
  without(ids: readonly string[]): readonly string[]
  /** Takes out so many at most, in no order; none when it is empty. */
  take(count: number): readonly string[]
}

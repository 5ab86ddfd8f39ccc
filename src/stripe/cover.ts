/** How to read a set of dirty objects with the fewest requests: one by one, or by listing a stretch of time. */

export interface DirtyId {
  readonly id: string
  /** Unix seconds, where known: only then a list can reach it. */
  readonly created: number | undefined
}

export type Fetch =
  | { readonly kind: 'id'; readonly id: string }
  /** One page of the list, newest first, from `to` (inclusive) back to `from` (inclusive). */
  | { readonly kind: 'page'; readonly from: number; readonly to: number }

export interface Cover {
  /** The next thing to ask for; undefined when all is covered. */
  next(): Fetch | undefined
  /**
   * What a page showed: the ids on it, the `created` of its oldest object, and whether more lie behind.
   * Dirty ids within the stretch that were not on it are asked for by id: they are gone, or not listed.
   */
  seen(page: { readonly ids: ReadonlySet<string>; readonly oldest: number; readonly more: boolean }): void
}

/** Objects on one page of a list. */
const pageSize = 100

/**
 * Plans greedily from the newest dirty object back. A page is asked for when, by the density of
 * objects that the last page showed, it should reach at least two dirty ones; the first guess
 * is hopeful, as what changes most is what is new.
 */
export function cover(dirty: readonly DirtyId[], listable: boolean): Cover {
  const single = dirty.filter((item) => !listable || item.created === undefined).map((item) => item.id)
  const timed = dirty
    .filter((item): item is { id: string; created: number } => listable && item.created !== undefined)
    .sort((a, b) => b.created - a.created || (a.id < b.id ? -1 : 1))
  /** Seconds that one page spans. */
  let span = Number.POSITIVE_INFINITY
  let asked: { readonly from: number; readonly to: number } | undefined

  return {
    next() {
      const [newest, second] = timed
      if (newest && second && newest.created - second.created <= span) {
        const oldest = timed.at(-1) ?? newest
        asked = { from: oldest.created, to: newest.created }
        return { kind: 'page', ...asked }
      }
      if (newest) {
        timed.shift()
        return { kind: 'id', id: newest.id }
      }
      const id = single.shift()
      return id === undefined ? undefined : { kind: 'id', id }
    },
    seen({ ids, oldest, more }) {
      if (!asked) throw new Error('a page was seen that was never asked for')
      // Of the oldest second some may lie behind the page: only what is younger is settled by absence.
      const settled = (item: DirtyId & { created: number }) =>
        ids.has(item.id) || !more || item.created > oldest
      const rest = timed.filter((item) => !settled(item))
      for (const item of timed) if (settled(item) && !ids.has(item.id)) single.push(item.id)
      // Nothing was settled (hundreds of objects in one second): by id then, one at least.
      if (rest.length === timed.length) {
        const first = rest.shift()
        if (first) single.push(first.id)
      }
      timed.splice(0, timed.length, ...rest)
      span = more ? Math.max(1, asked.to - oldest) * (pageSize / ids.size) : Number.POSITIVE_INFINITY
      asked = undefined
    },
  }
}

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
/** After so many objects read by id in a row a page is tried again; up to `most`, as long as that does not pay. */
const patience = { least: 8, most: 64 }
/** What earlier pages say about how many dirty objects a list still has counts so much less with each page. */
const fading = 0.9

type Timed = DirtyId & { readonly created: number }

/**
 * Plans greedily from the newest dirty object back. A page is asked for when, by the density of
 * objects that the last page showed, it should bring more than one dirty one; the first guess
 * is hopeful, as what changes most is what is new. A page that brings one costs no more than asking for
 * that one, so that together there are hardly more requests than dirty objects, wherever they lie.
 */
export function cover(dirty: readonly DirtyId[], listable: boolean): Cover {
  const isTimed = (item: DirtyId): item is Timed => listable && item.created !== undefined
  const single = dirty.filter((item) => !isTimed(item)).map(({ id }) => id)
  const timed = dirty.filter(isTimed).sort((a, b) => b.created - a.created || (a.id < b.id ? -1 : 1))
  /** The newest that is left of `timed`. */
  let at = 0
  /** Seconds that one page spans. */
  let span = Number.POSITIVE_INFINITY
  let asked: { readonly from: number; readonly to: number } | undefined
  /** Dirty objects within the stretches of pages, and those of them that were on the page. */
  let within = 1
  let found = 1
  let alone = 0
  let tries = patience.least

  const pays = (newest: Timed): boolean => {
    const needed = Math.floor(within / found) + 1
    const last = timed[at + needed - 1]
    return last !== undefined && newest.created - last.created <= span
  }
  const isTimeToTry = () => alone >= tries && found > within / 2 && at + 1 < timed.length

  return {
    next() {
      const newest = timed[at]
      if (newest) {
        if (pays(newest) || isTimeToTry()) {
          asked = { from: timed.at(-1)?.created ?? newest.created, to: newest.created }
          return { kind: 'page', ...asked }
        }
        at++
        alone++
        return { kind: 'id', id: newest.id }
      }
      const id = single.pop()
      return id === undefined ? undefined : { kind: 'id', id }
    },
    seen({ ids, oldest, more }) {
      if (!asked) throw new Error('a page was seen that was never asked for')
      const rest: Timed[] = []
      let settled = 0
      let hits = 0
      for (let item = timed[at]; item && (!more || item.created >= oldest); item = timed[at]) {
        at++
        // Of the oldest second some may lie behind the page: only what is younger is settled by absence.
        if (more && item.created === oldest && !ids.has(item.id)) {
          rest.push(item)
          continue
        }
        settled++
        if (ids.has(item.id)) hits++
        else single.push(item.id)
      }
      // Nothing was settled (hundreds of objects in one second): by id then, one at least.
      if (settled === 0) {
        const first = rest.shift()
        if (first) single.push(first.id)
        settled++
      }
      for (const item of rest.reverse()) timed[--at] = item
      if (alone >= tries) tries = hits > 1 ? patience.least : Math.min(2 * tries, patience.most)
      alone = 0
      within = within * fading + settled
      found = found * fading + hits
      span = more
        ? Math.max(1, asked.to - oldest) * (pageSize / Math.max(1, ids.size))
        : Number.POSITIVE_INFINITY
      asked = undefined
    },
  }
}

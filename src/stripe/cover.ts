/** How to read a set of dirty objects with the fewest requests: one by one, or by listing a stretch of time. */
import { isWithin, type Window } from './windows.ts'

export interface DirtyId {
  readonly id: string
  /** Unix seconds, where known: only then a list can reach it. */
  readonly created: number | undefined
}

export type Fetch =
  | { readonly kind: 'id'; readonly id: string }
  /** One page of the list, newest first, from `to` (inclusive) back to `from` (inclusive), behind `after` if there is one. */
  | { readonly kind: 'page'; readonly from: number; readonly to: number; readonly after?: string }

export interface SeenObjects {
  /** Newest first. */
  readonly ids: ReadonlySet<string>
  /** `created` of the oldest. */
  readonly oldest: number
  /** Whether more lie behind. */
  readonly more: boolean
}

/** Shared by plans that are carried out beside each other. */
export interface Credit {
  /** Dirty objects that pages have brought, less those pages. */
  saved: number
}

export interface Cover {
  /** The next thing to ask for; undefined when all is covered. */
  next(): Fetch | undefined
  /**
   * What a page showed. Dirty ids within the stretch that were not on it are asked for by id: they are gone, or not
   * listed.
   */
  seen(page: SeenObjects): void
}

/** Dirty objects that a page must be expected to bring, so that it is asked for instead of one of them. */
export const worthPage = 1.3
/** How much of that expectation comes from the last page. */
const newsOfPage = 0.5
/** Objects on one page of a list. */
export const pageSize = 100
/** After so many objects read by id in a row a page is tried again; up to `most`, as long as that does not pay. */
const patience = { least: 8, most: 64 }
/** The same while pages have brought fewer dirty objects than there were pages. */
const patienceInDebt = 1_000
/** What earlier pages say about how many dirty objects a list still has counts so much less with each page. */
const fading = 0.9

type Timed = DirtyId & { readonly created: number }

/**
 * Plans greedily from the newest dirty object back. A page is asked for when it should bring more than one dirty object:
 * because the last ones did, or because several lie within the time that a page spanned; the first guess is
 * hopeful, as what changes most is what is new. A page that brings one costs no more than asking for that
 * one. In a second with more objects than a page, which is walked with a cursor, a page may bring none: those that are
 * known and hold few dirty objects are `poor`, and read by id; otherwise no more than one page is asked for in
 * advance of what pages have saved, and another one for each thousand objects that are read by id.
 */
export function cover(
  dirty: readonly DirtyId[],
  listable: boolean,
  { credit = { saved: 0 }, poor = [] }: { readonly credit?: Credit; readonly poor?: readonly Window[] } = {},
): Cover {
  const isTimed = (item: DirtyId): item is Timed => listable && item.created !== undefined
  const single = dirty.filter((item) => !isTimed(item)).map(({ id }) => id)
  const timed = dirty.filter(isTimed).sort((a, b) => b.created - a.created || (a.id < b.id ? -1 : 1))
  /** The newest that is left of `timed`. */
  let at = 0
  /** Seconds that one page spans. */
  let span = Number.POSITIVE_INFINITY
  let asked: Extract<Fetch, { kind: 'page' }> | undefined
  /** The last object of the last page. */
  let last: { readonly id: string; readonly created: number } | undefined
  /** Dirty objects that the next page should bring. */
  let hoped = 2
  /** Dirty objects within the stretches of pages, and those of them that were on the page. */
  let within = 1
  let found = 1
  let alone = 0
  let tries = patience.least

  const pays = (newest: Timed): boolean => {
    if (at + 1 >= timed.length) return false
    if (hoped > worthPage) return true
    if (credit.saved < 0) return false
    const needed = Math.floor(within / found) + 1
    const end = timed[at + needed - 1]
    return end !== undefined && newest.created - end.created < span
  }
  const isTimeToTry = () =>
    alone >= (credit.saved < 0 ? patienceInDebt : tries) && found > within / 2 && at + 1 < timed.length

  return {
    next() {
      const newest = timed[at]
      if (newest) {
        if (!isWithin(poor, newest.created) && (pays(newest) || isTimeToTry())) {
          const from = timed.at(-1)?.created ?? newest.created
          const after = last?.created === newest.created ? { after: last.id } : {}
          asked = { kind: 'page', from, to: newest.created, ...after }
          return asked
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
      const id = [...ids].at(-1)
      // Nowhere to go on from: by id then, one at least.
      const stuck = settled === 0 && (id === undefined || id === asked.after) ? rest.shift() : undefined
      if (stuck) single.push(stuck.id)
      for (const item of rest.reverse()) timed[--at] = item
      if (alone >= tries) tries = hits > 1 ? patience.least : Math.min(2 * tries, patience.most)
      alone = 0
      credit.saved += hits - 1
      hoped += newsOfPage * (hits - hoped)
      within = within * fading + Math.max(settled, 1)
      found = found * fading + hits
      // Where all are of one second, there is no telling how many of it are left.
      span = more ? (asked.to - oldest) * (pageSize / Math.max(1, ids.size)) : Number.POSITIVE_INFINITY
      last = more && id !== undefined ? { id, created: oldest } : undefined
      asked = undefined
    },
  }
}

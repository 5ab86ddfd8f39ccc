/**
 * Plans how a list is read in slices beside each other. No I/O: told of pages, it says what to read next.
 *
 * A list is newest first, so a slice shrinks from its newer end. Slices of time are split where much
 * seems to be left and somebody is free to read it; lists without a filter on time are one slice that
 * can't be split. What has not been taken is in exactly one slice at any moment, whatever happens.
 */

/** What is left to read of a part of a list; kept in the stream's cursor. */
export interface Slice {
  /** Index of the variant of the request. */
  readonly variant: number
  /** Unix seconds, `[from, to)`; absent for a list that cannot be asked for by time. */
  readonly range?: { readonly from: number; readonly to: number }
  /** The last object taken, and its time where there is a range: what is left lies behind it. */
  readonly after?: string
  readonly at?: number
}

/** A slice while it is read. */
export interface LiveSlice {
  readonly variant: number
  range: { readonly from: number; readonly to: number } | undefined
  after: string | undefined
  at: number | undefined
  busy: boolean
  /** Time of the oldest object that was seen, be it taken or not. */
  seenTo: number | undefined
  /** Objects per second, by the last page seen. */
  density: number
  /** It was split since that page: what it seems to hold is a guess that should not be made twice. */
  guessed: boolean
  /** The slice that it was split from. */
  readonly origin: LiveSlice | undefined
  /** How often in a row what was split off turned out to be next to nothing. */
  misses: number
}

export interface SeenPage {
  /** Of the objects, in the order of the list. */
  readonly ids: readonly string[]
  /** Unix seconds of each object; empty where there is no range. */
  readonly times: readonly number[]
  readonly more: boolean
}

export interface Slices {
  /** Something to read now, marked busy; undefined when all that is worth reading is being read. */
  next(): LiveSlice | undefined
  /** The page of a busy slice has come: better estimates, nothing more. */
  saw(slice: LiveSlice, page: SeenPage): void
  /** The page has been taken: it is no longer part of what is left. Frees the slice. */
  took(slice: LiveSlice, page: SeenPage): void
  /** The object of the slice's cursor is no more: begins again a little before it. Frees the slice. */
  lost(slice: LiveSlice): void
  /** What is left, for the cursor. */
  remaining(): readonly Slice[]
  /** Share of the time that has been read, 0 to 1; undefined where that can't be told. */
  fraction(): number | undefined
  /** About how many pages are left, by what the pages so far have brought; undefined where that can't be told. */
  ahead(): number | undefined
}

export interface SlicesOptions {
  readonly slices: readonly Slice[]
  /** Unix seconds before which hardly anything can lie; only estimates depend on it. */
  readonly floor: number
  /** Unix seconds: the upper bound of all slices. */
  readonly bound: number
  /** How many requests the stream is the union of; each goes over the whole time. */
  readonly variants: number
  /** Pages that may be wasted to find out how the objects lie; 10 by default. */
  readonly waste?: number
  /** Slices are cut off after about so many objects at most, so that what is read together lies together; no limit by default. */
  readonly chunk?: number
}

/** Seconds by which objects may lie out of order before it is noticed. */
const lookback = 60
/** A slice is worth splitting when so many objects seem to be left: three pages. */
const worthSplitting = 300
/** Pages that may be wasted: some to find out how the objects lie, and a share of all pages read. */
const usualWaste = { start: 10, share: 0.03 }
/** What the last page of a slice wastes on average, in pages. */
const lastPageWaste = 0.5

export function slices(options: SlicesOptions): Slices {
  const live: LiveSlice[] = options.slices.map(({ variant, range, after, at }) => ({
    variant,
    range,
    after,
    at,
    busy: false,
    seenTo: undefined,
    density: 0,
    guessed: false,
    origin: undefined,
    misses: 0,
  }))
  const { chunk = Number.POSITIVE_INFINITY } = options
  const waste = { ...usualWaste, start: options.waste ?? usualWaste.start }
  let pages = 0
  let wasted = 0
  let ordered = true

  const low = (range: { readonly from: number }) => Math.max(range.from, options.floor)
  /** Seconds from the oldest that was seen back to the start of the slice. */
  const depth = ({ range, seenTo }: LiveSlice) =>
    range && seenTo !== undefined ? Math.max(0, seenTo - low(range)) : 0

  function split(): LiveSlice | undefined {
    if (!ordered) return undefined
    const proven = live.filter((slice) => slice.seenTo !== undefined)
    // A new slice may turn out empty. One at a time for each that has shown something doubles the
    // number of slices with every round where there is much, and costs little where there is nothing.
    if (live.length - proven.length >= Math.max(1, proven.length)) return undefined
    if (wasted + lastPageWaste * (live.length + 1) > waste.start + waste.share * pages) return undefined
    let best: LiveSlice | undefined
    for (const slice of proven) {
      if (slice.guessed || slice.density * depth(slice) < worthSplitting || depth(slice) < 1) continue
      if (!best || slice.density * depth(slice) > best.density * depth(best)) best = slice
    }
    if (!best?.range || best.seenTo === undefined) return undefined
    const { from, to } = best.range
    // Between the start of what is left and the oldest seen, so that the older part has at least a second. Where
    // halves turn out empty, much lies close together: an import of minutes is closed in on in a few steps.
    const share = Math.floor(depth(best) / 2 ** (2 ** Math.min(best.misses, 5)))
    const newer = Math.min(share, Math.ceil(chunk / best.density))
    const middle = best.seenTo - newer
    const older: LiveSlice = {
      variant: best.variant,
      range: { from, to: middle },
      after: undefined,
      at: undefined,
      busy: true,
      seenTo: undefined,
      density: 0,
      guessed: false,
      origin: best,
      misses: 0,
    }
    best.range = { from: middle, to }
    best.guessed = true
    live.splice(live.indexOf(best) + 1, 0, older)
    return older
  }

  function fraction(): number | undefined {
    if (live.some(({ range }) => !range)) return undefined
    const whole = (options.bound - options.floor) * options.variants
    if (live.length === 0) return 1
    if (whole <= 0) return 0
    const left = live.reduce(
      (sum, { range, at }) => sum + (range ? Math.max(0, (at ?? range.to) - low(range)) : 0),
      0,
    )
    return Math.min(1, Math.max(0, 1 - left / whole))
  }

  return {
    next() {
      const idle = live.find((slice) => !slice.busy)
      if (!idle) return split()
      idle.busy = true
      return idle
    },
    saw(slice, page) {
      pages++
      if (!page.more) wasted += 1 - Math.min(1, page.ids.length / 100)
      if (slice.origin && slice.seenTo === undefined) {
        slice.origin.misses = !page.more && page.ids.length < 50 ? slice.origin.misses + 1 : 0
      }
      const [first] = page.times
      const last = page.times[page.times.length - 1]
      if (first === undefined || last === undefined) return
      if (page.times.some((time, index) => time > (page.times[index - 1] ?? slice.at ?? time)))
        ordered = false
      // The first page says how dense its objects lie, not how long ago the last one was; the last, that nothing is left.
      slice.density = page.more ? page.ids.length / Math.max(1, (slice.seenTo ?? first) - last) : 0
      slice.seenTo = last
      slice.guessed = false
    },
    took(slice, page) {
      slice.busy = false
      if (!page.more) {
        live.splice(live.indexOf(slice), 1)
        return
      }
      // The slice may have been split while the page was on its way, which then reaches beyond it. It goes on
      // behind the last object that it still has: the order of the list is only nearly that of the times.
      const from = slice.range?.from ?? 0
      const last = slice.range ? page.times.findLastIndex((time) => time >= from) : page.ids.length - 1
      if (last < 0) return
      slice.after = page.ids[last]
      slice.at = page.times[last]
    },
    lost(slice) {
      slice.busy = false
      if (slice.range && slice.at !== undefined && ordered) {
        const { from, to } = slice.range
        slice.range = { from, to: Math.min(to, slice.at + 1 + lookback) }
      }
      slice.after = undefined
      slice.at = undefined
    },
    remaining: () =>
      live.map(({ variant, range, after, at }) => ({
        variant,
        ...(range && { range }),
        ...(after !== undefined && { after }),
        ...(at !== undefined && { at }),
      })),
    fraction,
    ahead() {
      const done = fraction()
      return done ? (pages * (1 - done)) / done : undefined
    },
  }
}

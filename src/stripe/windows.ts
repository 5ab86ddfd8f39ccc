/** Windows of `created`: where many changed objects lie, so that the list is read there and not each of them by id. */

/** Unix seconds, `[from, to)`. Several are in order and apart from each other. */
export interface Window {
  readonly from: number
  readonly to: number
}

/** How densely a list is filled somewhere: a page that begins at `at` goes back so many seconds. */
export interface Sample {
  readonly at: number
  readonly span: number
}

export interface Worth {
  /** Those that are to be listed anyway. */
  readonly windows: readonly Window[]
  /** At least one; the oldest first. */
  readonly samples: readonly Sample[]
  /** What one object stands for: more than one where the same place was paid for before, or is to be again. */
  readonly growth: number
  /** Objects of a new window. */
  readonly least: number
  /** Windows, old and new. */
  readonly most: number
}

/** Samples on each side that a place is judged by: objects come by day, in bursts, and more each year. */
const neighbours = 3
/** What is listed for nothing between two changed objects, in pages: so many, or this share of the window. */
const idle = { pages: 4, share: 1 / 64 }

/**
 * The windows in which listing takes no more requests than asking for each of the objects (`times`: theirs, oldest
 * first). From the whole time down: what holds too few, or a stretch too long without any, is cut at its gaps,
 * the widest first.
 */
export function worthListing(times: readonly number[], options: Worth): readonly Window[] {
  const { windows, growth, least, most } = options
  const at = places(times, options)
  const page = (index: number) => at[index] ?? 0
  const found: { readonly window: Window; readonly saved: number }[] = []

  function cut(first: number, last: number, reach: number): void {
    const objects = last - first + 1
    if (objects < least) return
    const pages = 1 + page(last) - page(first)
    let widest = 0
    for (let index = first + 1; index <= last; index++) {
      widest = Math.max(widest, page(index) - page(index - 1))
    }
    if (objects * growth >= pages && widest <= Math.max(idle.pages, pages * idle.share)) {
      const window = { from: times[first] ?? 0, to: (times[last] ?? 0) + 1 }
      found.push({ window, saved: objects * growth - pages })
      return
    }
    if (reach < 1) return
    let start = first
    for (let index = first + 1; index <= last; index++) {
      if (page(index) - page(index - 1) <= reach) continue
      cut(start, index - 1, reach / 4)
      start = index
    }
    cut(start, last, reach / 4)
  }
  cut(0, times.length - 1, page(times.length - 1))

  const best = found.toSorted((a, b) => b.saved - a.saved).slice(0, Math.max(0, most - windows.length))
  return best.map(({ window }) => window).sort((a, b) => a.from - b.from)
}

/** Where the objects lie, in pages that are not listed anyway, from the oldest on. */
function places(times: readonly number[], { windows, samples }: Worth): Float64Array {
  const spans = samples.map((_, index) => {
    const around = samples.slice(Math.max(0, index - neighbours), index + neighbours + 1)
    return around.reduce((sum, { span }) => sum + span, 0) / around.length
  })
  const at = new Float64Array(times.length)
  let window = 0
  let sample = 0
  for (let index = 1; index < times.length; index++) {
    const before = times[index - 1] ?? 0
    const here = times[index] ?? before
    let seconds = here - before
    for (let one = windows[window]; one && one.from < here; one = windows[window]) {
      seconds -= Math.max(0, Math.min(one.to, here) - Math.max(one.from, before))
      if (one.to > here) break
      window++
    }
    while (sample + 1 < samples.length && (samples[sample]?.at ?? 0) < here) sample++
    at[index] = (at[index - 1] ?? 0) + Math.max(0, seconds) / (spans[sample] ?? 1)
  }
  return at
}

/** All of both; those that touch become one. */
export function union(some: readonly Window[], others: readonly Window[]): readonly Window[] {
  const all: Window[] = []
  for (const next of [...some, ...others].sort((a, b) => a.from - b.from)) {
    const last = all.at(-1)
    if (last && next.from <= last.to) all.splice(-1, 1, { from: last.from, to: Math.max(last.to, next.to) })
    else all.push(next)
  }
  return all
}

export function isWithin(windows: readonly Window[], time: number): boolean {
  let low = 0
  let high = windows.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((windows[middle]?.to ?? 0) <= time) low = middle + 1
    else high = middle
  }
  return (windows[low]?.from ?? Number.POSITIVE_INFINITY) <= time
}

/** Turns ids that are owed into windows, where listing these takes fewer requests. */
import { type Branch, streamsOf } from './branch.ts'
import { allOf } from './children.ts'
import { listPage } from './list.ts'
import type { Owed } from './owed.ts'
import type { Reading } from './reading.ts'
import { type Sample, type Window, worthListing } from './windows.ts'

/**
 * Pages that are listed to see how densely the list is filled: one for so many objects, or some, if that is not more
 * than a share of the objects.
 */
const sampling = { every: 1_600, some: 8, share: 1 / 25 }
/** Windows of one stream. A listing of them has some more slices, of less than a hundred bytes each. */
const most = 200
/** New windows hold at least this share of the ids that may be owed. */
const leastShare = 1 / 1_000

export interface OweOptions {
  readonly owes: Owed
  /** Unix seconds: younger objects go by id, since a list may not have them yet. */
  readonly before: number
  /** Ids that may be owed. */
  readonly mostOwed: number
}

/**
 * Whether the absence of an object from a window of the list says that it is gone, for the stream's own table: what the
 * list leaves out, and times that are not those of creation, which may change, are read by id.
 */
function isListable({ stream: { created, pagination, variants, unlisted }, table }: Branch): boolean {
  const isByCreation = created?.from === 'created[gte]'
  return isByCreation && pagination === 'cursor' && variants.length === 1 && !unlisted && table !== undefined
}

/** Errors that concern the branch's streams alone end them. */
export async function oweWindows(
  reading: Reading,
  branch: Branch,
  { owes, before, mostOwed }: OweOptions,
): Promise<void> {
  const { name } = branch.stream
  if (!isListable(branch) || !reading.isOpen(name)) return
  const times = owes
    .of(name)
    .flatMap(({ created }) => created ?? [])
    .filter((created) => created < before && created >= (reading.since ?? 0))
    .sort((a, b) => a - b)
  const least = Math.max(2, mostOwed * leastShare)
  if (times.length < least) return
  let samples: readonly Sample[]
  try {
    samples = await sample(reading, branch, times)
  } catch (error) {
    return reading.refuse(branch.stream, streamsOf(branch), error)
  }
  const windows: readonly Window[] = worthListing(times, {
    windows: owes.windows(name),
    samples,
    // Once asking has taken as much as listing would, it is listed: so it is at most twice the cheaper of the two.
    growth: 1 + owes.spent(name) / times.length,
    least,
    most,
  })
  if (windows.length > 0) owes.oweWindows(name, windows)
}

/** Pages that begin at some of the objects; so their spans tell how many pages there are from the first to the last. */
async function sample(
  reading: Reading,
  branch: Branch,
  times: readonly number[],
): Promise<readonly Sample[]> {
  const some = Math.min(sampling.some, Math.ceil(times.length * sampling.share))
  const count = Math.max(some, Math.ceil(times.length / sampling.every))
  const [oldest = 0] = times
  const places = Array.from({ length: count }, (_, index) => {
    return times[Math.floor(((index + 0.5) * times.length) / count)] ?? oldest
  })
  const samples: Sample[] = []
  const one = async (at: number, index: number): Promise<void> => {
    const range = { from: reading.since ?? 0, to: at + 1 }
    const { body } = await listPage(reading, branch, { variant: 0, range })
    const seen = body.data.map((object) => Number(object[branch.stream.created?.field ?? 'created']))
    const last = seen.at(-1)
    // What is alone has nothing below it.
    const span =
      last === undefined || seen.length < 2
        ? Math.max(1, at - oldest)
        : Math.max(0.5, ((at - last) * 100) / (seen.length - 1))
    samples[index] = { at, span }
  }
  await allOf(places.map((at, index) => reading.pages.within(() => one(at, index))))
  return samples
}

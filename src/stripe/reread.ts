/** Reads objects again that are known by id: one by one, or by listing the time in which many of them lie. */
import type { Change } from '../core/model.ts'
import { type Branch, streamsOf } from './branch.ts'
import { allOf, changesOf, pushChanges } from './children.ts'
import { cover, type DirtyId, type Fetch, type SeenObjects } from './cover.ts'
import { type Crowd, poorCrowds } from './crowds.ts'
import { idOf, isMissing, type ListRequest, listPage } from './list.ts'
import { readObject } from './object.ts'
import { places } from './places.ts'
import type { Reading } from './reading.ts'

/** Objects of one stream that are read by id at once. */
const readers = 16
/** Stretches of time that are read beside each other, each of so many dirty objects at least. */
const stretches = { most: 8, least: 500 }

/**
 * Reads the objects again, with all their children, in as few requests as it takes. Errors that concern the branch's
 * streams alone end them. `onRead` is told of ids that were read, once their rows have their place on the way to the
 * warehouse. `crowds` are those that walks have seen in the list.
 */
export async function readDirty(
  reading: Reading,
  branch: Branch,
  dirty: readonly DirtyId[],
  onRead: (ids: Iterable<string>) => void | Promise<void> = () => {},
  crowds: readonly Crowd[] = [],
): Promise<void> {
  if (dirty.length === 0) return
  const { stream } = branch
  const names = streamsOf(branch)
  const listable =
    stream.created !== undefined && stream.pagination === 'cursor' && stream.variants.length === 1
  const crew = places(readers)
  const credit = { saved: 0 }
  const poor = poorCrowds(crowds, dirty)
  let failed = false
  const goesOn = () => !failed && names.some((name) => reading.isOpen(name))

  async function one(id: string): Promise<void> {
    if (!goesOn()) return
    await reading.pages.within(() => readObject(reading, branch, id))
    await onRead([id])
  }

  async function stretch(part: readonly DirtyId[]): Promise<void> {
    const plan = cover(part, listable, { credit, poor })
    const single = new Set<Promise<void>>()
    try {
      for (let fetch = plan.next(); fetch && goesOn(); fetch = plan.next()) {
        if (fetch.kind === 'page') {
          const page = await readPage(reading, branch, fetch)
          plan.seen(page)
          await onRead(page.ids)
          continue
        }
        const { id } = fetch
        const work = crew.within(() => one(id)).finally(() => single.delete(work))
        // Met by the race or by `allOf` below, also when a page fails first.
        work.catch(() => {})
        single.add(work)
        if (single.size >= readers) await Promise.race(single)
      }
      await Promise.all(single)
    } catch (error) {
      failed = true
      await Promise.allSettled(single)
      throw error
    }
  }

  try {
    await allOf(cut(dirty, listable).map(stretch))
  } catch (error) {
    reading.refuse(stream, names, error)
  }
}

/** Parts that can be read beside each other: no second is in two of them. */
function cut(dirty: readonly DirtyId[], listable: boolean): readonly (readonly DirtyId[])[] {
  const count = Math.min(stretches.most, Math.floor(dirty.length / stretches.least))
  if (!listable || count < 2) return [dirty]
  const inOrder = dirty.toSorted((a, b) => (b.created ?? 0) - (a.created ?? 0))
  const size = Math.ceil(inOrder.length / count)
  const parts: DirtyId[][] = []
  for (const item of inOrder) {
    const part = parts.at(-1)
    if (part && (part.length < size || part.at(-1)?.created === item.created)) part.push(item)
    else parts.push([item])
  }
  return parts
}

/** The object of the cursor may be gone by now: then the page says nothing. */
async function readPage(
  reading: Reading,
  branch: Branch,
  { from, to, after }: Extract<Fetch, { kind: 'page' }>,
): Promise<SeenObjects> {
  return reading.pages.within(async () => {
    let page: ListedPage
    try {
      page = await listed(reading, branch, { variant: 0, range: { from, to: to + 1 }, after })
    } catch (error) {
      if (after === undefined || !isMissing(error)) throw error
      return { ids: new Set(), oldest: to, more: true }
    }
    const { times, seen, bytes } = page
    await pushChanges(reading, branch.stream.name, await page.changes, bytes)
    return { ...seen, oldest: Math.min(to, ...times) }
  })
}

interface ListedPage {
  readonly seen: Omit<SeenObjects, 'oldest'>
  readonly times: readonly number[]
  readonly changes: Promise<readonly Change[]>
  readonly bytes: number
}

/** The objects themselves are let go of here. */
async function listed(reading: Reading, branch: Branch, request: ListRequest): Promise<ListedPage> {
  const { body, askedAt, bytes } = await listPage(reading, branch, request)
  const { data, has_more } = body
  const field = branch.stream.created?.field ?? 'created'
  return {
    seen: { ids: new Set(data.map((object) => idOf(object) ?? '')), more: has_more },
    times: data.map((object) => Number(object[field])),
    changes: changesOf(reading, branch, { objects: data, askedAt, prune: true }),
    bytes,
  }
}

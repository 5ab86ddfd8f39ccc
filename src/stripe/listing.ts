/** Lists as verify walks them: part by part, each part whole, with all children. */
import { TransientError } from '../core/errors.ts'
import type { Listed } from '../core/inspection.ts'
import type { Change } from '../core/model.ts'
import type { StripeObject } from './api.ts'
import type { Branch } from './branch.ts'
import { changesOf } from './children.ts'
import { idOf, isMissing, listPage } from './list.ts'
import type { Reading } from './reading.ts'

/** A reading with what is read gathered in `into`. */
export type Gather = (into: Change[]) => Reading

/** A list that changes under the reader is begun anew so many times. */
const patience = 10

/** Unix seconds, `[from, to)`. */
interface Bounds {
  readonly from: number
  readonly to: number
}

/**
 * The newest part of a list that can be asked for by time: about `objects` of each variant, whole seconds. `from` is
 * where it begins. Throws `TransientError` when the list goes on losing the objects of its cursors.
 */
export async function newestPart(
  gather: Gather,
  branch: Branch,
  bounds: Bounds,
  objects: number,
): Promise<Listed & { readonly from: number }> {
  let { from } = bounds
  for (let attempt = 0; attempt <= patience; attempt++) {
    const part = await partWithin(gather, branch, { ...bounds, from }, objects)
    if (part?.isWhole) return part
    // What the last variants have more of, the first must not reach beyond.
    if (part) from = part.from
  }
  throw restless(branch)
}

/** Undefined when the object of a cursor was deleted meanwhile. */
async function partWithin(gather: Gather, branch: Branch, bounds: Bounds, objects: number) {
  const { stream } = branch
  const field = stream.created?.field ?? ''
  const part = partOf(gather, branch)
  /** Raised once enough has been seen. */
  let from = bounds.from
  let isWhole = true
  for (const variant of stream.variants.keys()) {
    let after: string | undefined
    let count = 0
    let newest = Number.NEGATIVE_INFINITY
    for (let more = true; more; ) {
      const reply = await pageAfter(part.reading, branch, { variant, after, range: { from, to: bounds.to } })
      if (!reply) return undefined
      const { data, has_more } = reply.body
      const timeOf = (object: (typeof data)[number]) => Number(object[field])
      const times = data.map(timeOf)
      const oldest = Math.min(...times)
      newest = Math.max(newest, ...times)
      count += data.length
      more = has_more
      after = idOf(data[data.length - 1])
      let objectsWithin = data
      // The last second may go on behind the page: it is left to the next part.
      if (more && count >= objects && newest > oldest) {
        from = oldest + 1
        more = false
        isWhole = variant === 0
        objectsWithin = data.filter((object) => timeOf(object) >= from)
      }
      await part.take(objectsWithin, reply.askedAt)
    }
  }
  return { from, isWhole, ...part.listed }
}

/** A place in the order of a list. */
interface Spot {
  readonly variant: number
  /** The list goes on behind the last of these ids; should that be gone, behind one before it. */
  readonly behind: readonly string[]
  /** How often the list was begun anew since all of them were gone. */
  readonly anew: number
}

/**
 * Some `objects` of a list without time, from a place in its own order on; `after` is where it goes on. Where all
 * objects of a page are gone when the list is to go on behind it, it begins anew. Throws `TransientError` when it has
 * done so too often.
 */
export async function partAfter(
  gather: Gather,
  branch: Branch,
  after: string | undefined,
  objects: number,
): Promise<Listed & { readonly after?: string }> {
  const part = partOf(gather, branch)
  let spot: Spot = after === undefined ? { variant: 0, behind: [], anew: 0 } : JSON.parse(after)
  while (spot.variant < branch.stream.variants.length) {
    const { variant, behind } = spot
    const reply = await pageAfter(part.reading, branch, { variant, after: behind.at(-1) })
    if (!reply) {
      const left = behind.slice(0, Math.floor(behind.length / 2))
      spot = { ...spot, behind: left, anew: spot.anew + (left.length === 0 ? 1 : 0) }
      if (spot.anew > patience) throw restless(branch)
      continue
    }
    const { data, has_more } = reply.body
    await part.take(data, reply.askedAt)
    spot = has_more
      ? { ...spot, behind: data.flatMap((object) => idOf(object) ?? []) }
      : { variant: variant + 1, behind: [], anew: 0 }
    if (has_more && part.listed.ids.length >= objects) {
      return { ...part.listed, after: JSON.stringify(spot) }
    }
  }
  return part.listed
}

/** Undefined when the object of the cursor is gone. */
async function pageAfter(reading: Reading, branch: Branch, request: Parameters<typeof listPage>[2]) {
  try {
    return await listPage(reading, branch, request)
  } catch (error) {
    if (request.after === undefined || !isMissing(error)) throw error
    return undefined
  }
}

/** What is listed, page by page. */
function partOf(gather: Gather, branch: Branch) {
  const ids: string[] = []
  const changes: Change[] = []
  const reading = gather(changes)
  return {
    reading,
    listed: { ids, changes },
    async take(objects: readonly StripeObject[], askedAt: number) {
      ids.push(...objects.flatMap((object) => idOf(object) ?? []))
      // What is pushed meanwhile, long lists of children, goes before what is returned.
      const some = await changesOf(reading, branch, { objects, askedAt, prune: false })
      for (const change of some) changes.push(change)
    },
  }
}

const restless = ({ stream }: Branch) =>
  new TransientError(`${stream.name} changes faster than it can be listed`)

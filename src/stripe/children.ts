/** From objects to rows, with all their children however many there are. */
import { TransientError } from '../core/errors.ts'
import type { Change, Page } from '../core/model.ts'
import type { StripeObject } from './api.ts'
import { type Branch, type Child, streamsOf } from './branch.ts'
import { idOf, isMissing, type ListRequest, listPage } from './list.ts'
import type { Reading } from './reading.ts'

export interface Objects {
  readonly objects: readonly StripeObject[]
  /** Milliseconds since 1970 at which they were asked for. */
  readonly askedAt: number
  readonly parentId?: string
  /**
   * What is known of the objects' children from earlier is to go if it is not seen again: a prune
   * per object and child stream. Without it, it is enough to add what is there.
   */
  readonly prune: boolean
}

/** A list that changes under the reader is begun anew so many times. */
const patience = 10

/**
 * The changes of the objects and of the children that came with them. Lists of children that are
 * longer than what came along are read and pushed here, before this returns, as pages without
 * checkpoint: a checkpoint may follow once what is returned is pushed too. A child stream that may
 * not be read is ended by itself; throws what concerns the objects' own stream or the whole read.
 */
export async function changesOf(reading: Reading, branch: Branch, page: Objects): Promise<readonly Change[]> {
  // Not awaited here: while long lists are read, the objects need not be in memory beside their rows.
  return completed(collected(reading, branch, page))
}

function collected(reading: Reading, branch: Branch, page: Objects): Collected {
  const changes: Change[] = []
  const lists: (() => Promise<void>)[] = []
  const { created } = branch.stream
  // An event or a page around it tells of older objects, too.
  const isWithin = (object: StripeObject) => {
    const time = created && page.parentId === undefined ? object[created.field] : undefined
    return typeof time !== 'number' || time >= (reading.since ?? 0)
  }
  for (const object of page.objects.filter(isWithin))
    collect(reading, branch, { ...page, object }, { changes, lists })
  return { changes, lists }
}

async function completed({ changes, lists }: Collected): Promise<readonly Change[]> {
  await allOf(lists.map((read) => read()))
  return changes
}

/** A page without checkpoint, and its rows reported. */
export async function pushChanges(
  reading: Reading,
  stream: string,
  changes: readonly Change[],
  bytes: number,
): Promise<void> {
  await reading.push((): Page => ({ kind: 'page', stream, changes, bytes }))
  reportRows(reading, changes)
}

export function reportRows(reading: Reading, changes: readonly Change[], fraction?: number): void {
  const rows = new Map<string, number>()
  for (const { stream, op } of changes) if (op === 'upsert') rows.set(stream, (rows.get(stream) ?? 0) + 1)
  for (const [stream, count] of rows) {
    reading.report({ type: 'read', stream, rows: count, ...(fraction === undefined ? {} : { fraction }) })
  }
}

type One = Omit<Objects, 'objects'> & { readonly object: StripeObject }
type Parent = Pick<Objects, 'askedAt' | 'prune'> & { readonly parentId: string }
interface Collected {
  readonly changes: Change[]
  /** Children that need requests of their own. */
  readonly lists: (() => Promise<void>)[]
}

function collect(reading: Reading, branch: Branch, one: One, into: Collected): void {
  const { object, askedAt, parentId, prune } = one
  const { flatten, stream } = branch
  const gone = object.deleted === true
  if (flatten && reading.isOpen(stream.name)) {
    into.changes.push(
      gone
        ? { op: 'delete', stream: stream.name, row: flatten.key(object, parentId), version: askedAt }
        : { op: 'upsert', stream: stream.name, row: flatten.row(object, parentId), version: askedAt },
    )
  }
  const id = idOf(object)
  for (const child of branch.children) {
    if (!isWanted(reading, child)) continue
    if (id === undefined) throw new TransientError(`Stripe sent an object of ${stream.name} without id`)
    const come = gone ? [] : itemsWithin(child, object)
    const settle = (version: number | undefined) => {
      if (version !== undefined) into.changes.push(...pruned(child, id, version))
    }
    if (!come) {
      into.lists.push(async () => settle(await readList(reading, child, { askedAt, prune, parentId: id })))
      continue
    }
    try {
      for (const item of come) {
        collect(reading, child.branch, { object: item, askedAt, parentId: id, prune }, into)
      }
    } catch (error) {
      reading.refuse(child.branch.stream, streamsOf(child.branch), error)
    }
    if (prune) settle(askedAt)
  }
}

const isWanted = (reading: Reading, child: Child) =>
  streamsOf(child.branch).some((name) => reading.isOpen(name))

/** The children that came within their parent, if all of them did. */
function itemsWithin(child: Child, object: StripeObject): readonly StripeObject[] | undefined {
  const { embedded } = child
  if (!embedded) return undefined
  let value: unknown = object
  for (const [depth, key] of embedded.path.entries()) {
    // Where there is no object, there can be no list within it.
    if (typeof value !== 'object' || value === null) return depth > 0 ? [] : undefined
    value = (value as StripeObject)[key]
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { data, has_more } = value as StripeObject
  return Array.isArray(data) && has_more === false ? data : undefined
}

function pruned(child: Child, parentId: string, version: number): readonly Change[] {
  const { stream, table } = child.branch
  if (!table?.columns.some(({ name }) => name === child.parent.column)) return []
  return [
    { op: 'prune', stream: stream.name, version, within: { column: child.parent.column, equals: parentId } },
  ]
}

/**
 * Reads the children's own list from its start: one consistent reading, and no more requests than
 * to carry on from what came along. Gives the version below which rows of this parent are stale,
 * if some may be.
 */
function readList(reading: Reading, child: Child, one: Parent): Promise<number | undefined> {
  const { branch } = child
  const { stream } = branch
  return reading.lists(stream.name).within(async () => {
    try {
      for (let attempt = 0; attempt <= patience; attempt++) {
        if (!isWanted(reading, child)) return undefined
        const started = await readOnce(reading, branch, one)
        // Rows of a reading that was given up may be of children that are gone.
        if (started !== undefined) return attempt > 0 ? started : one.prune ? one.askedAt : undefined
      }
      throw new TransientError(`the ${stream.name} of ${one.parentId} change faster than they can be read`)
    } catch (error) {
      reading.refuse(stream, streamsOf(branch), error)
      return undefined
    }
  })
}

/** When the list was begun, in milliseconds; undefined when its cursor's object was deleted meanwhile. */
async function readOnce(reading: Reading, branch: Branch, one: Parent): Promise<number | undefined> {
  let started: number | undefined
  for (const variant of branch.stream.variants.keys()) {
    let after: string | undefined
    for (let more = true; more; ) {
      let page: ChildrenPage
      try {
        page = await readChildren(reading, branch, { variant, after, parentId: one.parentId }, one.prune)
      } catch (error) {
        if (!isMissing(error)) throw error
        // Without a cursor it is the parent that is gone, and its children with it.
        return after === undefined ? (started ?? one.askedAt) : undefined
      }
      started ??= page.askedAt
      const changes = await page.changes
      if (changes.length > 0) await pushChanges(reading, branch.stream.name, changes, page.bytes)
      after = page.last
      more = page.more && after !== undefined
    }
  }
  return started ?? one.askedAt
}

interface ChildrenPage {
  readonly askedAt: number
  readonly changes: Promise<readonly Change[]>
  readonly bytes: number
  readonly last: string | undefined
  readonly more: boolean
}

/** The objects themselves are let go of here. */
async function readChildren(
  reading: Reading,
  branch: Branch,
  request: ListRequest & { readonly parentId: string },
  prune: boolean,
): Promise<ChildrenPage> {
  const { body, askedAt, bytes } = await listPage(reading, branch, request)
  const { data, has_more } = body
  const { parentId } = request
  return {
    askedAt,
    changes: changesOf(reading, branch, { objects: data, askedAt, parentId, prune }),
    bytes,
    last: idOf(data[data.length - 1]),
    more: has_more,
  }
}

/** Waits for all, also when one fails, so that nothing goes on unattended; throws the first error. */
export async function allOf(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

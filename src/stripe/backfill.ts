/** Reads a list whole: many pages beside each other where it can be asked for by time, a checkpoint with every page. */
import { TransientError } from '../core/errors.ts'
import type { Change, Checkpoint, Page, Prune } from '../core/model.ts'
import type { StripeObject } from './api.ts'
import { type Branch, streamsOf } from './branch.ts'
import { changesOf, reportRows } from './children.ts'
import { progress, type Walk } from './cursor.ts'
import { idOf, isMissing, listPage } from './list.ts'
import type { Reading } from './reading.ts'
import { type LiveSlice, type SeenPage, type Slice, slices } from './slices.ts'

/** Requests per second that Stripe answers on one list. */
const endpointRate = 25
/** Cursors whose object is gone: it happens now and then, but not to most of them. */
const patience = 20
/** Pages of one walk on their way at once: as many as answer that rate at the latency seen, within these. */
const inFlight = { least: 4, most: 24, slack: 3 }

/**
 * Makes a walk, from where its cursor stands to its end. Pages and their children go into the channel as they
 * come; each page's checkpoint says what is left once that page and all before it are durable. The
 * last page ends the walk and prunes what it did not find, if it was to. Errors that concern the walk's streams
 * alone end them (`reading.refuse`); throws others, once nothing of it goes on any more.
 * `oldest` is the unix second before which hardly anything can lie.
 */
export async function backfill(reading: Reading, walk: Walk, oldest: number): Promise<void> {
  const stop = new AbortController()
  const own: Reading = {
    ...reading,
    signal: AbortSignal.any([reading.signal, stop.signal]),
    refuse(cause, streams, error) {
      // What fails because the walk is stopped says nothing about a child.
      if (own.signal.aborted) throw own.signal.reason
      reading.refuse(cause, streams, error)
    },
  }
  const { branch, cursor } = walk
  const names = streamsOf(branch)
  const stream = names[0] ?? walk.scope
  const isWanted = () => names.some((name) => reading.isOpen(name))
  const plan = slices({
    slices: cursor.slices,
    floor: Math.max(oldest, cursor.since),
    bound: cursor.bound,
    variants: branch.stream.variants.length,
  })
  const checkpoint = (): Checkpoint => ({
    scope: walk.scope,
    cursor: progress(walk, plan.remaining(), reading.isOpen),
  })
  const target = concurrency(reading.now)
  const prune = cursor.prune && cursor.since > 0
  let taken = 0
  let lost = 0

  async function step(slice: LiveSlice): Promise<void> {
    if (!isWanted()) return
    const { variant, after, range } = slice
    let reply: Awaited<ReturnType<typeof listPage>>
    try {
      reply = await listPage(own, branch, { variant, after, range, ahead: plan.ahead() })
    } catch (error) {
      if (after === undefined || !isMissing(error)) throw error
      if (++lost > patience && lost > taken / 2) {
        throw new TransientError(`Stripe refuses the cursors of ${branch.stream.name}: ${error.message}`)
      }
      plan.lost(slice)
      return
    }
    target.answered(reply.askedAt)
    const { data, has_more } = reply.body
    const page = seenPage(branch, data, has_more, range !== undefined)
    plan.saw(slice, page)
    // What was just seen may be reason enough to read elsewhere, too.
    fill()
    const objects = within(branch, data, range, slice)
    const changes = await changesOf(own, branch, { objects, askedAt: reply.askedAt, prune })
    if (!isWanted()) return
    await own.push((): Page => {
      plan.took(slice, page)
      taken++
      // What is not found is pruned after the last page: before that is durable the walk is not done.
      const isLast = cursor.prune && plan.remaining().length === 0
      return {
        kind: 'page',
        stream,
        changes,
        bytes: reply.bytes,
        ...(!isLast && { checkpoint: checkpoint() }),
      }
    })
    reportRows(own, changes, plan.fraction())
  }

  const under = new Set<Promise<void>>()
  let failure: { readonly error: unknown } | undefined
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  function fill(): void {
    while (!failure && under.size < target.pages() && isWanted()) {
      const slice = plan.next()
      if (!slice) break
      const work = own.pages
        .within(() => step(slice))
        .catch((error: unknown) => {
          failure ??= { error }
          stop.abort(error)
        })
        .finally(() => {
          under.delete(work)
          fill()
        })
      under.add(work)
    }
    if (under.size === 0) end()
  }
  fill()
  await ended

  if (failure) return reading.refuse(branch.stream, names, failure.error)
  if (!isWanted()) return
  await reading.push(
    (): Page => ({
      kind: 'page',
      stream,
      changes: goneAfter(reading, walk),
      bytes: 0,
      checkpoint: checkpoint(),
    }),
  )
}

/**
 * The objects that are still the slice's: it may have been split while its page was on the way, and what
 * lies in the older part is read there, with all its children.
 */
function within(
  branch: Branch,
  data: readonly StripeObject[],
  asked: Slice['range'],
  { range }: LiveSlice,
): readonly StripeObject[] {
  const field = branch.stream.created?.field
  if (!field || !asked || !range || range.from <= asked.from) return data
  return data.filter((object) => !(Number(object[field]) < range.from))
}

/** How many pages should be on their way, by the time that answers take. */
function concurrency(now: () => number) {
  let latency = 0.3
  return {
    /** `askedAt`: when the request went out, after it had waited for its turn. */
    answered(askedAt: number) {
      latency += 0.2 * (Math.max(0, now() - askedAt) / 1000 - latency)
    },
    pages: () =>
      Math.min(
        inFlight.most,
        Math.max(inFlight.least, Math.ceil(endpointRate * latency * 1.2) + inFlight.slack),
      ),
  }
}

function seenPage(branch: Branch, data: readonly StripeObject[], more: boolean, timed: boolean): SeenPage {
  const field = branch.stream.created?.field ?? ''
  return {
    ids: data.map((object) => idOf(object) ?? ''),
    times: timed ? data.map((object) => Number(object[field])) : [],
    more,
  }
}

/** What a complete walk that found nothing newer has to say about the rows it did not find. */
function goneAfter(reading: Reading, walk: Walk): readonly Change[] {
  const { branch, cursor } = walk
  if (!cursor.prune) return []
  const { created, name: top } = branch.stream
  return streamsOf(branch).flatMap((stream): readonly Prune[] => {
    if (!reading.isOpen(stream) || (stream === top && branch.stream.unlisted)) return []
    const prune: Prune = { op: 'prune', stream, version: cursor.started }
    if (cursor.since === 0) return [prune]
    // With a bounded history the children were pruned parent by parent: their own time is not their parent's.
    if (stream !== top || !created) return []
    return [{ ...prune, within: { column: created.field, from: cursor.since * 1_000_000 } }]
  })
}

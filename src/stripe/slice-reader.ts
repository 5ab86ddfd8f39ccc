/** Reads slices of a list beside each other, as many at once as Stripe answers, each page once. */
import { BudgetError, TransientError } from '../core/errors.ts'
import type { Change, Page } from '../core/model.ts'
import type { StripeObject } from './api.ts'
import { type Branch, streamsOf } from './branch.ts'
import { changesOf, reportRows } from './children.ts'
import { idOf, isMissing, listPage } from './list.ts'
import type { Reading } from './reading.ts'
import type { LiveSlice, SeenPage, Slice, Slices } from './slices.ts'

/** Requests per second that Stripe answers on one list. */
const endpointRate = 25
/** Cursors whose object is gone: it happens now and then, but not to most of them. */
const patience = 20
/**
 * Pages of one list on their way at once: as many as answer that rate at the latency seen, within these. With four, where
 * answers are quick and nothing limits them, we and the other side wait for each other now and then.
 */
const inFlight = { least: 8, most: 24, slack: 3 }

export interface SliceReading {
  /** Whether children that are not seen again are to go, object by object. */
  readonly prune: boolean
  /** The page as it takes its place on the way to the warehouse; what the plan has left by then is behind it. */
  readonly page: (changes: readonly Change[], bytes: number) => Page
  /** After each page. */
  readonly onPage?: () => Promise<void>
}

/**
 * Reads until nothing is left of the plan or nobody wants it any more. Pages and their children go into the channel as
 * they come. Throws the first error, once nothing of it goes on any more; children that may not be read are ended by
 * themselves.
 */
export async function readSlices(
  reading: Reading,
  branch: Branch,
  plan: Slices,
  { prune, page: pageOf, onPage }: SliceReading,
): Promise<void> {
  const stop = new AbortController()
  const own: Reading = {
    ...reading,
    signal: AbortSignal.any([reading.signal, stop.signal]),
    refuse(cause, streams, error) {
      // What fails because the reading is stopped says nothing about a child.
      if (own.signal.aborted) throw own.signal.reason
      reading.refuse(cause, streams, error)
    },
  }
  const names = streamsOf(branch)
  const isWanted = () => names.some((name) => reading.isOpen(name))
  const target = concurrency(reading.now)
  let taken = 0
  let lost = 0

  async function step(slice: LiveSlice): Promise<void> {
    if (!isWanted()) return
    const read = await readPage(slice)
    if (!read) return
    const { seen, bytes } = read
    const changes = await read.changes
    if (!isWanted()) return
    await own.push((): Page => {
      plan.took(slice, seen)
      taken++
      return pageOf(changes, bytes)
    })
    reportRows(own, changes, plan.fraction())
    await onPage?.()
  }

  /**
   * Undefined when the object of the slice's cursor is gone. The objects themselves are let go of here: the page may
   * wait for long lists and for its place, and with them it would take several times the memory of its rows.
   */
  async function readPage(slice: LiveSlice): Promise<ReadPage | undefined> {
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
      return undefined
    }
    const { body, askedAt, bytes } = reply
    target.answered(askedAt)
    const seen = seenPage(branch, body.data, body.has_more, range !== undefined)
    plan.saw(slice, seen)
    // What was just seen may be reason enough to read elsewhere, too.
    fill()
    const objects = within(branch, body.data, range, slice)
    return { seen, bytes, changes: changesOf(own, branch, { objects, askedAt, prune }) }
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
          // What the limit of reads still allowed is counted: its pages are kept.
          if (!(error instanceof BudgetError)) stop.abort(error)
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
  if (failure) throw failure.error
}

interface ReadPage {
  readonly seen: SeenPage
  readonly bytes: number
  readonly changes: Promise<readonly Change[]>
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

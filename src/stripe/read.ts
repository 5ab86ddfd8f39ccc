/** One run's reading: all selected streams beside each other, one channel, one end for each stream. */
import { channel } from '../core/channel.ts'
import { BudgetError, TransientError } from '../core/errors.ts'
import type {
  Checkpoint,
  Incident,
  Json,
  Page,
  ReadItem,
  ReadRequest,
  State,
  StreamEnd,
  Table,
} from '../core/model.ts'
import { accessFromError } from './access.ts'
import type { StripeApi } from './api.ts'
import { backfill } from './backfill.ts'
import { type Branch, branches, streamsOf } from './branch.ts'
import type { Catalog, CatalogStream } from './catalog.ts'
import type { Changes, Relist } from './changes.ts'
import { allOf } from './children.ts'
import { humbled, scopesOf, type Walk, walksOf } from './cursor.ts'
import { driftWatch } from './drift.ts'
import { StripeError } from './errors.ts'
import { guards } from './guard.ts'
import type { Hasher } from './hasher.ts'
import { withoutLost } from './lost.ts'
import { type Places, places } from './places.ts'
import type { Reading } from './reading.ts'
import { needsSweep, sweepsOf } from './sweeps.ts'

export interface ReadDeps {
  readonly api: StripeApi
  readonly catalog: Catalog
  /** Tables of the selected streams. */
  readonly tables: ReadonlyMap<string, Table>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Needed when fields are to be hashed. */
  readonly hasher?: Hasher | undefined
  /** Unix seconds; nothing of the account is likely to be older. 2011, when Stripe began, by default. */
  readonly oldest?: number | undefined
  /** Pages held in memory at once, where they are shared with the reading of other accounts. */
  readonly pages?: Places | undefined
  /** Follows what changes besides the walks; without it, a stream ends with its walks. */
  readonly changes?: ((reading: Reading, roots: readonly Branch[], state: State) => Changes) | undefined
}

/** Pages on their way to the consumer. */
const queued = 4
/** Pages of all streams held in memory at once, being asked for, completed, or waiting for a place in the queue. */
const held = 48
/** Lists of one child stream read at once. */
const listsPerStream = 16
const stripeBegan = Date.UTC(2011, 0) / 1000

/**
 * Reads all streams of the request. Each ends with exactly one `StreamEnd`; an error that concerns one stream
 * ends that one. Throws `ConfigError` when the key is not accepted, the signal's reason when it is aborted,
 * and what is a bug. When the consumer leaves, everything stops.
 */
export async function* read(request: ReadRequest, deps: ReadDeps): AsyncIterable<ReadItem> {
  const stop = new AbortController()
  const signal = AbortSignal.any([request.signal, stop.signal])
  const items = channel<ReadItem>(queued)
  const onAbort = () => items.fail(signal.reason)
  if (signal.aborted) throw signal.reason
  signal.addEventListener('abort', onAbort, { once: true })
  // Aborting makes the channel fail, so that the consumer gets the first error.
  const run: Run = { signal, push: items.push, halt: (error) => stop.abort(error) }
  // What was read before an error is good: the consumer gets it first, unless all was stopped.
  const done = readAll(request, deps, run).then(() => items.close(), items.close)
  try {
    yield* items
  } finally {
    stop.abort(new Error('the reader was left'))
    signal.removeEventListener('abort', onAbort)
    await done
  }
}

interface Run {
  readonly signal: AbortSignal
  push(make: () => ReadItem): Promise<void>
  /** Stops everything; the consumer gets the error. */
  halt(error: unknown): void
}

async function readAll(request: ReadRequest, deps: ReadDeps, run: Run): Promise<void> {
  const { signal, push } = run
  const drift = driftWatch(request.report)
  const protection = guards(deps.catalog, request.streams, deps.hasher)
  const roots = branches(deps.catalog, deps.tables, protection, drift)
  const ends = new Map<string, StreamEnd>()
  const lists = new Map<string, Places>()
  const since = Math.ceil((request.since ?? 0) / 1000)
  const reading: Reading = {
    api: deps.api,
    now: deps.now,
    since,
    signal,
    report: request.report,
    push,
    pages: deps.pages ?? places(held),
    lists(stream) {
      const there = lists.get(stream) ?? places(listsPerStream)
      lists.set(stream, there)
      return there
    },
    isOpen: (stream) => !ends.has(stream),
    refuse(cause, streams, error) {
      if (signal.aborted) throw signal.reason
      for (const stream of streams) {
        if (!ends.has(stream)) ends.set(stream, endFor(cause, stream, error))
      }
    },
  }
  const { state, marks: forgotten } = withoutLost(request.state)
  const changes = deps.changes?.(reading, roots, state)
  const oldest = deps.oldest ?? stripeBegan
  const began = deps.now()

  const mark = async (stream: string, checkpoints: readonly Checkpoint[]) => {
    for (const checkpoint of checkpoints) {
      await push((): Page => ({ kind: 'page', stream, changes: [], bytes: 0, checkpoint }))
    }
  }
  const finish = async (root: Branch) => {
    for (const stream of streamsOf(root)) {
      await push((): StreamEnd => {
        const end = ends.get(stream) ?? { kind: 'end', stream, status: 'ok' }
        const drifted = drift.of(stream)
        return drifted.length > 0 ? { ...end, drift: drifted } : end
      })
    }
  }
  /** What is to be walked of a branch; its cursor stands before anything relies on it. */
  const plan = async (root: Branch, relist: ReadonlyMap<string, Relist>): Promise<readonly Walk[]> => {
    const missed = streamsOf(root).flatMap((stream): Incident[] => {
      const why = relist.get(stream)
      return why ? [{ stream, ...why }] : []
    })
    const { walks, marks, again } = walksOf(root, {
      state,
      since,
      fullRefresh: request.fullRefresh === true || missed.length > 0,
      now: deps.now(),
      newColumns: request.newColumns,
      wholeSince: request.wholeSince,
    })
    const begun =
      missed.length > 0
        ? walks.map(({ scope, cursor }) => ({ scope, cursor: cursor as unknown as Json }))
        : []
    const unswept = changes && request.sweeps?.get(root.stream.name) === 'off' && needsSweep(root)
    const off = unswept ? streamsOf(root).map((stream) => ({ stream, ...notSwept })) : []
    for (const incident of [...missed, ...again, ...off]) request.report({ type: 'incident', incident })
    await mark(streamsOf(root)[0] ?? root.stream.name, [...marks, ...begun])
    return walks
  }
  const fill = async (root: Branch, walks: readonly Walk[]) => {
    // A walk that begins now sees all there is; one that an earlier run began has its bound in the past.
    const isOld = walks.every(({ cursor }) => cursor.started < began)
    const sweep = request.sweeps?.get(root.stream.name)
    const sweeps = changes && isOld ? sweepsOf(root, { state, since, now: deps.now(), sweep }) : []
    for (const walk of [...walks, ...sweeps]) await backfill(reading, walk, oldest)
    if (!changes) await finish(root)
  }

  await mark(roots[0]?.stream.name ?? '', forgotten)
  // Nobody follows the changes of what is no longer selected: should it be again, it is read anew.
  const scopes = new Set(roots.flatMap(scopesOf))
  const leftOut = deps.catalog.streams.filter(({ name }) => state.has(name) && !scopes.has(name))
  for (const { name } of request.part ? [] : leftOut) await mark(name, [{ scope: name, cursor: null }])
  for (const root of roots) await mark(streamsOf(root)[0] ?? root.stream.name, humbled(root, state))
  const relist = (await changes?.begin()) ?? new Map<string, Relist>()
  const planned = new Map<Branch, readonly Walk[]>()
  for (const root of roots) planned.set(root, await plan(root, relist))
  await changes?.settle()
  await allOf(
    [...planned].map(([root, walks]) =>
      fill(root, walks).catch((error: unknown) => {
        // What the limit of reads still allowed is under way, and counted: it ends, and every reader at its next request.
        if (!(error instanceof BudgetError)) run.halt(error)
        throw error
      }),
    ),
  )
  if (!changes) return
  // Walks take their time, and what changed meanwhile shall be in; without one, all was read just now.
  if ([...planned.values()].some((walks) => walks.length > 0)) await changes.follow()
  await changes.end((stream) => ends.get(stream)?.status)
  for (const root of roots) await finish(root)
}

const notSwept: Omit<Incident, 'stream'> = {
  kind: 'unswept',
  message: 'sweeps are off: what changes or goes without an event is not noticed before a full refresh',
}

/** How an error ends a stream that could not be read because of `cause`. Throws what is not about single streams. */
export function endFor(cause: CatalogStream, stream: string, error: unknown): StreamEnd {
  const denied = accessFromError(error, cause)
  const isKnown = error instanceof StripeError || error instanceof TransientError
  if (!denied && !isKnown) throw error
  const reason = denied?.reason ?? (error as Error).message
  return {
    kind: 'end',
    stream,
    status: denied?.status ?? 'failed',
    ...(error instanceof TransientError && { transient: true }),
    reason: cause.name === stream ? reason : `${cause.name} cannot be read: ${reason}`,
  }
}

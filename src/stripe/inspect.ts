/** What verify asks of Stripe: lists and objects as they are now, and what events tell since the last run. */
import type { Family, Inspection, InspectRequest, Member } from '../core/inspection.ts'
import type { Change, State, StreamEnd } from '../core/model.ts'
import { accessFromError } from './access.ts'
import type { StripeApi } from './api.ts'
import { type Branch, branches, streamsOf } from './branch.ts'
import type { Catalog } from './catalog.ts'
import { eventOverlap, eventStream } from './changes.ts'
import { parseWalk, scopesOf, walksOf } from './cursor.ts'
import { router } from './dirty.ts'
import { dueIn } from './due.ts'
import { eventPages, eventRange, eventRetention } from './events.ts'
import { eventsCursor } from './events-cursor.ts'
import { guards } from './guard.ts'
import { newestPart, partAfter } from './listing.ts'
import { places } from './places.ts'
import { endFor, type ReadDeps } from './read.ts'
import type { Reading } from './reading.ts'
import { readDirty } from './reread.ts'
import { lateObjects } from './sweeps.ts'

export type InspectDeps = Pick<ReadDeps, 'api' | 'catalog' | 'tables' | 'now' | 'hasher'>

const micros = 1_000_000
/** Seconds by which Stripe's clock may be ahead of ours. */
const ahead = 3600

/** Makes no request until it is asked something. */
export function inspect(request: InspectRequest, deps: InspectDeps): Inspection {
  const { signal, state } = request
  const { catalog, now } = deps
  const api = spending(deps.api, request.spend)
  const roots = branches(catalog, deps.tables, guards(catalog, request.streams, deps.hasher))
  const byTop = new Map(roots.map((root) => [root.stream.name, root]))
  const due = new Map(roots.map((root) => [root.stream.name, dueIn(root, state)]))
  const ends = new Map<string, StreamEnd>()
  let warned = false
  const told = eventsSince(api, catalog, roots, { state, now, signal })

  const branchOf = ({ top }: Family): Branch => {
    const branch = byTop.get(top)
    if (!branch) throw new Error(`${top} is not part of this inspection`)
    return branch
  }
  /** As a run reads, with what is read gathered in `into`. */
  const reading = (into: Change[]): Reading => {
    const lists = places(16)
    return {
      api,
      now,
      signal,
      report: () => {},
      push: async (make) => void into.push(...make().changes),
      pages: places(4),
      lists: () => lists,
      isOpen: (stream) => !ends.has(stream),
      refuse(cause, streams, error) {
        if (signal.aborted) throw signal.reason
        for (const stream of streams) if (!ends.has(stream)) ends.set(stream, endFor(cause, stream, error))
      },
    }
  }

  return {
    families: roots.map((root) => familyOf(root, { catalog, state, now: now(), since: request.since ?? 0 })),

    async list(family, range, objects) {
      const branch = branchOf(family)
      try {
        if (family.time === undefined) {
          const { after, ...listed } = await partAfter(reading, branch, range.after, objects)
          return after === undefined ? listed : { ...listed, rest: { after } }
        }
        const bounds = {
          from: Math.ceil((range.from ?? 0) / micros),
          to: range.to === undefined ? Math.floor(now() / 1000) + ahead : Math.ceil(range.to / micros),
        }
        const { from, ...listed } = await newestPart(reading, branch, bounds, objects)
        return from > bounds.from ? { ...listed, rest: { ...range, to: from * micros } } : listed
      } catch (error) {
        reading([]).refuse(branch.stream, streamsOf(branch), error)
        return { ids: [], changes: [] }
      }
    },

    async again(family, objects) {
      const changes: Change[] = []
      const dirty = objects.map(({ id, time }) => ({
        id,
        created: time === undefined ? undefined : Math.floor(time / micros),
      }))
      await readDirty(reading(changes), branchOf(family), dirty)
      return changes
    },

    async moved(family, ids) {
      const refused = await told.read()
      if (refused !== undefined) {
        const message = `what differs cannot be dated, as events cannot be read: ${refused}`
        if (!warned) request.report({ type: 'log', level: 'warn', message })
        warned = true
        return new Set(ids)
      }
      return new Set(ids.filter((id) => told.of(family.top).has(id)))
    },

    isDue: (family, row) => due.get(family.top)?.(row) ?? true,
    refused: (stream) => ends.get(stream),
  }
}

function spending(api: StripeApi, spend: () => void): StripeApi {
  return {
    async get(...call) {
      spend()
      return api.get(...call)
    },
    async list(...call) {
      spend()
      return api.list(...call)
    },
  }
}

interface FamilyOptions {
  readonly catalog: Catalog
  readonly state: State
  /** Milliseconds since 1970. */
  readonly now: number
  readonly since: number
}

function familyOf(root: Branch, { state, now, since }: FamilyOptions): Family {
  const { stream } = root
  const { upTo } = eventsCursor(state)
  const { walks } = walksOf(root, { state, since: Math.ceil(since / 1000), fullRefresh: false, now })
  const unread = new Set(walks.flatMap((walk) => streamsOf(walk.branch)))
  const seconds = Math.floor(now / 1000)
  const unready = (name: string): string | undefined => {
    const last = upTo[name]
    if (unread.has(name) || last === undefined)
      return 'it was not read to its end with this selection; a run with the same tables and fields comes first'
    if (last < seconds - eventRetention)
      return `the last run was ${Math.floor((seconds - last) / 86_400)} days ago, longer than Stripe keeps events; a run comes first`
    return undefined
  }
  const members: Member[] = []
  const visit = (branch: Branch, above: boolean) => {
    const { coverage, name, parent } = branch.stream
    const told = coverage === 'full' || coverage === 'immutable' || (coverage === 'parent_only' && above)
    if (branch.table) {
      const why = unready(name)
      members.push({
        stream: name,
        told,
        ...(parent && { parent: { stream: parent.stream, column: parent.column } }),
        ...(why !== undefined && { unready: why }),
      })
    }
    for (const child of branch.children) visit(child.branch, told)
  }
  visit(root, true)
  const seen = Math.min(...streamsOf(root).map((name) => upTo[name] ?? 0))
  return {
    top: stream.name,
    members,
    ...(stream.created && { time: stream.created.field }),
    settled: Math.min(seen, listedUpTo(root, state)) * micros,
  }
}

/** Unix seconds: what was created before has been listed, of a stream whose new objects no event tells of. */
function listedUpTo(root: Branch, state: State): number {
  const { coverage, name } = root.stream
  if (coverage === 'full' || coverage === 'immutable' || coverage === 'state_only')
    return Number.POSITIVE_INFINITY
  const scopes = [...scopesOf(root), `sweep/${name}`, `new/${name}`]
  const done = scopes.flatMap((scope) => {
    const cursor = parseWalk(state.get(scope))
    return cursor && cursor.slices.length === 0 ? cursor.bound : []
  })
  return Math.max(0, ...done) - lateObjects
}

/** What events tell that the last run has not seen, read when it is asked for, and on from there the next time. */
function eventsSince(
  api: StripeApi,
  catalog: Catalog,
  roots: readonly Branch[],
  { state, now, signal }: { state: State; now: () => number; signal: AbortSignal },
) {
  const { upTo, seen } = eventsCursor(state)
  const known = new Set(seen)
  const route = router(catalog, new Set(roots.flatMap(streamsOf)))
  /** Unix seconds up to which all events were seen, and but for late ones heeded. */
  const reachedBy = new Map(
    roots.map((root) => [root.stream, Math.min(...streamsOf(root).map((name) => upTo[name] ?? Infinity))]),
  )
  const found = new Map<string, Set<string>>()
  let readTo: number | undefined
  let under: Promise<string | undefined> = Promise.resolve(undefined)

  async function readOn(): Promise<string | undefined> {
    const to = Math.floor(now() / 1000) + 1
    const reached = Math.min(...[...reachedBy.values()].filter(Number.isFinite), to)
    const from = readTo ?? reached - eventOverlap
    try {
      for await (const { events } of eventPages(api, eventRange(from, to), signal)) {
        for (const event of events) {
          for (const [stream, ids] of route.dirty([event])) {
            const reached = reachedBy.get(stream) ?? 0
            const back = known.has(event.id) ? 0 : eventOverlap
            if (event.created <= reached - back) continue
            const set = found.get(stream.name) ?? new Set()
            found.set(stream.name, set)
            for (const id of ids.keys()) set.add(id)
          }
        }
      }
    } catch (error) {
      const list = catalog.streams.find(({ name }) => name === eventStream)
      const access = list && accessFromError(error, list)
      if (!access) throw error
      return access.reason ?? 'no permission'
    }
    // They become visible late, and their clock is not ours.
    readTo = to - eventOverlap
    return undefined
  }

  return {
    /** Why events cannot be read; undefined when they were. One reading at a time. */
    read() {
      const next = under.catch(() => undefined).then(readOn)
      under = next
      return next
    },
    of: (top: string): ReadonlySet<string> => found.get(top) ?? new Set(),
  }
}

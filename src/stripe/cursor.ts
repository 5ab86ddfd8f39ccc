/** How far the walks of a stream have come, as it stands in the state; and which walks are to be made. */
import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Checkpoint, Incident, Json, NewColumns, State } from '../core/model.ts'
import { hasExtra } from '../core/schema.ts'
import { type Branch, narrowed, streamsOf } from './branch.ts'
import type { CatalogStream } from './catalog.ts'
import type { Crowd } from './crowds.ts'
import type { Slice } from './slices.ts'

/**
 * The cursor of one walk through a list: which streams it brings rows of, and what is left.
 * Its scope is the name of the topmost of them.
 */
export interface WalkCursor {
  /** Of this shape; a cursor of another version is not understood, and the walk is made anew. */
  readonly v: 1
  readonly streams: { readonly [stream: string]: Columns }
  /** What was asked for, so that another request is another walk. */
  readonly request: string
  /** Unix seconds: older objects are left out; 0 for none. */
  readonly since: number
  /** Unix seconds: objects from then on are left to the changes. */
  readonly bound: number
  /** Milliseconds: when it began. */
  readonly started: number
  /** Whether rows that it does not find are gone. */
  readonly prune: boolean
  /** Empty once it is done. */
  readonly slices: readonly Slice[]
  /** Those that were seen in the list. */
  readonly crowds?: readonly Crowd[]
}

/** Which columns were read, and how. */
type Columns = Which & {
  /** Of the columns that the catalog knew. */
  readonly known: string
  /** Places within columns that were left out. */
  readonly dropped?: readonly string[]
  /** Places that were hashed, and the fingerprint of the key. */
  readonly hashed?: readonly string[]
  readonly key?: string
}

/** Some columns, or all but some (then unknown fields, too). */
type Which = { readonly only: readonly string[] } | { readonly without: readonly string[] }

/** Stands for no way of reading: rows have been read in more than one. */
const mixed: Columns = { only: [], known: '', key: 'mixed' }

export interface Walk {
  readonly scope: string
  readonly branch: Branch
  readonly cursor: WalkCursor
}

export interface Walks {
  /** Those that are not done. */
  readonly walks: readonly Walk[]
  /** Cursors to forget, or to rid of streams that are no longer wanted: nobody keeps their rows up to date. */
  readonly marks: readonly Checkpoint[]
  /** Streams that were walked before, for a request that was another one. */
  readonly again: readonly Incident[]
}

export interface WalkOptions {
  readonly state: State
  /** Unix seconds; 0 for the whole history. */
  readonly since: number
  readonly fullRefresh: boolean
  /** Milliseconds since 1970. */
  readonly now: number
  /** With `from-now`, columns that the walks of the state did not read are no reason to make them again. */
  readonly newColumns?: NewColumns | undefined
  /** Milliseconds, by stream: walks that began earlier do not count, for it and what is below it. */
  readonly wholeSince?: ReadonlyMap<string, number> | undefined
}

/**
 * The walks that bring all wanted rows of the branch: those of the state that are still good and not done,
 * and one for what none of them covers: everything at first and after a change of the request, a child
 * stream alone when it was selected later, and with its parent when that was.
 */
export function walksOf(branch: Branch, options: WalkOptions): Walks {
  const { state, fullRefresh } = options
  const since = branch.stream.created ? options.since : 0
  const wanted = columnsWanted(branch)
  const uncovered = new Set(wanted.keys())
  const walks: Walk[] = []
  const good = new Set<string>()
  const due = new Set<string>()
  const wholeSince = earliestStarts(branch, options.wholeSince)
  const marks: Checkpoint[] = []
  const known = scopesOf(branch).filter((scope) => state.has(scope))
  const isNew = (stream: string) => !known.some((scope) => walked(state.get(scope), stream))
  const orphans = belowNew(branch, isNew)
  for (const scope of fullRefresh ? [] : known) {
    const cursor = parseWalk(state.get(scope))
    if (!cursor || cursor.request !== requestOf(branch) || cursor.since > since) continue
    const streams = Object.keys(cursor.streams).filter((name) => uncovered.has(name))
    if (streams.some((name) => orphans.has(name) || cursor.started < (wholeSince.get(name) ?? 0))) {
      for (const name of streams) due.add(name)
      continue
    }
    // A cursor that lost the stream it is named for would be in the way of that stream's own.
    const isNamesake = streams.includes(scope) || !wanted.has(scope)
    const isGood = streams.every((name) => covers(cursor.streams[name], wanted.get(name), options.newColumns))
    const part = narrowed(branch, new Set(streams))
    if (!part || !isNamesake || !isGood) continue
    good.add(scope)
    for (const name of streams) uncovered.delete(name)
    // From now on rows are written with what is wanted: should more be wanted later, they lack it.
    const columns = streams.flatMap((name) => {
      const some = wanted.get(name)
      return some ? [[name, some] as const] : []
    })
    const walk = { scope, branch: part, cursor: { ...cursor, streams: Object.fromEntries(columns) } }
    if (cursor.slices.length > 0) walks.push(walk)
    else if (!isDeepStrictEqual(walk.cursor.streams, cursor.streams)) {
      marks.push({ scope, cursor: progress(walk, { slices: [] }, () => true) })
    }
  }

  /** Copies of an object in JSON columns of other tables follow when these are read; nobody knows where they are. */
  const whatChanged = (stream: string): string => {
    const now = wanted.get(stream)
    const before = known.flatMap((scope) => parseWalk(state.get(scope))?.streams[stream] ?? [])
    return now && before.some((read) => read.key !== mixed.key && !isSameProtection(read, now))
      ? 'what is hashed of it changed; copies of its objects in JSON columns of other tables stay as they were until those are read whole, by a full refresh'
      : 'what is selected of it changed'
  }
  const again = [...uncovered.keys()].flatMap((stream): Incident[] =>
    !fullRefresh && !due.has(stream) && known.some((scope) => walked(state.get(scope), stream))
      ? [{ stream, kind: 'selection', message: `listed again: ${whatChanged(stream)}` }]
      : [],
  )

  const rest = narrowed(branch, uncovered)
  const [scope] = rest ? streamsOf(rest) : []
  if (rest && scope !== undefined) {
    // Only in a first run there can be no rows from earlier: a stream that was deselected has left no cursor.
    const prune = fullRefresh || state.size > 0
    walks.push({ scope, branch: rest, cursor: beginWalk(rest, since, options.now, prune) })
    good.add(scope)
  }
  for (const name of known) if (!good.has(name)) marks.push({ scope: name, cursor: null })
  return { walks, marks, again }
}

/**
 * Tables below one that is walked for the first time, to be walked with it: of an object that goes before it has a row,
 * nothing else would tell that what belongs to it is gone.
 */
function belowNew(branch: Branch, isNew: (stream: string) => boolean): ReadonlySet<string> {
  const below = new Set<string>()
  const visit = ({ stream, table, children }: Branch, isBelow: boolean) => {
    if (isBelow) below.add(stream.name)
    for (const child of children) visit(child.branch, isBelow || (table !== undefined && isNew(stream.name)))
  }
  visit(branch, false)
  return below
}

/** What is below a stream that must be walked whole is walked with it. */
function earliestStarts(
  branch: Branch,
  wholeSince: ReadonlyMap<string, number> = new Map(),
): ReadonlyMap<string, number> {
  const starts = new Map<string, number>()
  const visit = ({ stream, children }: Branch, above: number) => {
    const start = Math.max(above, wholeSince.get(stream.name) ?? 0)
    starts.set(stream.name, start)
    for (const child of children) visit(child.branch, start)
  }
  if (wholeSince.size > 0) visit(branch, 0)
  return starts
}

const walked = (cursor: Json | undefined, stream: string) =>
  Object.hasOwn(parseWalk(cursor)?.streams ?? {}, stream)

/**
 * Cursors that no longer say what was not read, or not in the same way: they are to stand before any row that is
 * read as this branch wants it. Otherwise a run that is killed would leave rows that lack a column, or have it
 * hashed, under a cursor that promises it.
 */
export function humbled(branch: Branch, state: State): readonly Checkpoint[] {
  const wanted = columnsWanted(branch)
  return scopesOf(branch).flatMap((scope): Checkpoint[] => {
    const cursor = parseWalk(state.get(scope))
    if (!cursor) return []
    const streams = Object.entries(cursor.streams).map(([name, read]): [string, Columns] => {
      const now = wanted.get(name)
      if (!now || isDeepStrictEqual(now, read)) return [name, read]
      if (covers(read, now)) return [name, now]
      // What is read besides takes nothing from the promise.
      return [name, covers({ ...now, known: read.known }, read) ? read : mixed]
    })
    if (streams.every(([name, columns]) => columns === cursor.streams[name])) return []
    const humble = { ...cursor, streams: Object.fromEntries(streams) }
    return [{ scope, cursor: humble as unknown as Json }]
  })
}

/** Names of all streams of the branch, also of those that are read for their children alone. */
export function scopesOf({ stream, children }: Branch): readonly string[] {
  return [stream.name, ...children.flatMap((child) => scopesOf(child.branch))]
}

/** The cursor of a walk that begins now, over objects created from `since` (unix seconds) on. */
export function beginWalk(branch: Branch, since: number, now: number, prune: boolean): WalkCursor {
  const bound = Math.floor(now / 1000) + 1
  const range = branch.stream.created ? { from: since, to: bound } : undefined
  return {
    v: 1,
    streams: Object.fromEntries(columnsWanted(branch)),
    request: requestOf(branch),
    since,
    bound,
    started: now,
    prune,
    // A history that begins now has nothing in it.
    slices:
      range && range.from >= range.to
        ? []
        : [...branch.stream.variants.keys()].map((variant) => ({ variant, ...(range && { range }) })),
  }
}

/** The cursor after some more has been taken; only streams that are still read stay part of it. */
export function progress(
  walk: Walk,
  { slices, crowds = walk.cursor.crowds }: Pick<WalkCursor, 'slices' | 'crowds'>,
  isOpen: (stream: string) => boolean,
): Json {
  const streams = Object.entries(walk.cursor.streams).filter(
    ([name]) => isOpen(name) && streamsOf(walk.branch).includes(name),
  )
  const seen = crowds && crowds.length > 0 ? { crowds } : {}
  return { ...walk.cursor, streams: Object.fromEntries(streams), slices, ...seen } as unknown as Json
}

const requestOf = ({ stream: { fixed, variants, created } }: Branch) =>
  JSON.stringify([fixed, variants, created?.from ?? null])

function columnsWanted(branch: Branch): ReadonlyMap<string, Columns> {
  const all: [string, Columns][] = []
  const visit = ({ stream, table, guard, children }: Branch) => {
    if (table) {
      const names = table.columns.map(({ name }) => name)
      const without = stream.columns.map(({ name }) => name).filter((name) => !names.includes(name))
      const which = hasExtra(table) ? { without } : { only: names }
      // Columns that are dropped whole are told by their names.
      const dropped = guard?.dropped.filter(
        (place) => !stream.columns.some(({ path }) => isWithin(path, place)),
      )
      all.push([
        stream.name,
        {
          ...which,
          known: fingerprint(stream),
          ...(dropped && dropped.length > 0 ? { dropped } : {}),
          ...(guard?.key === undefined ? {} : { hashed: guard.hashed, key: guard.key }),
        },
      ])
    }
    for (const child of children) visit(child.branch)
  }
  visit(branch)
  return new Map(all)
}

const isWithin = (path: readonly string[], place: string) => `${path.join('.')}.`.startsWith(`${place}.`)

const fingerprints = new WeakMap<CatalogStream, string>()
function fingerprint(stream: CatalogStream): string {
  const there = fingerprints.get(stream)
  if (there !== undefined) return there
  const columns = stream.columns.map(({ name, path, type }) => [name, path, type])
  const made = createHash('sha256').update(JSON.stringify(columns)).digest('hex').slice(0, 8)
  fingerprints.set(stream, made)
  return made
}

const isSameProtection = (one: Columns, other: Columns) =>
  one.key === other.key && `${one.hashed}` === `${other.hashed}`

function covers(
  read: Columns | undefined,
  wanted: Columns | undefined,
  newColumns: NewColumns = 'reload',
): boolean {
  if (!read || !wanted) return false
  // One column must not have two kinds of values, whatever is to be done about new ones.
  if (!isSameProtection(read, wanted)) return false
  if (newColumns === 'from-now') return true
  const { dropped = [] } = wanted
  const isStillDropped = (place: string) => dropped.some((above) => isWithin(place.split('.'), above))
  if (!(read.dropped ?? []).every(isStillDropped)) return false
  if ('without' in wanted) {
    if (!('without' in read) || read.known !== wanted.known) return false
    return read.without.every((name) => wanted.without.includes(name))
  }
  if ('without' in read)
    return read.known === wanted.known && wanted.only.every((name) => !read.without.includes(name))
  return wanted.only.every((name) => read.only.includes(name))
}

/** Only what this version wrote is taken for a cursor. */
export function parseWalk(json: Json | undefined): WalkCursor | undefined {
  const isCursor =
    typeof json === 'object' && json !== null && !Array.isArray(json) && 'v' in json && json.v === 1
  return isCursor ? (json as unknown as WalkCursor) : undefined
}

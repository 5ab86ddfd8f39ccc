/**
 * Changes of very many objects at once, computed as the world is: neither the changed objects nor their events are
 * kept, only what was asked for. A million of them take no more memory than one.
 */
import { copy, type Fields } from './json.ts'
import type { SandboxObject, World } from './world.ts'

/** Which of the world's objects: those that were created by calls are not among them. */
export interface Many {
  /** So many, beginning with the newest. */
  readonly count: number
  /** Only every so many-th one. */
  readonly every: number
}

export interface ManyChanged extends Many {
  readonly stream: string
  readonly fields: Fields
  /** Unix seconds over which the events are spread evenly; undefined when nothing tells of the change. */
  readonly events:
    | {
        readonly from: number
        readonly to: number
        /** The events of so many neighbours come in no order; otherwise those of older objects first. */
        readonly mixed: number
        readonly write: (
          before: SandboxObject,
          after: SandboxObject,
          event: { readonly id: string; readonly created: number },
        ) => SandboxObject
      }
    | undefined
}

export interface ManyChanges {
  /** The world with all changes so far, and with their events. */
  readonly world: World
  /** Events are in order of time: `from` is not before an earlier change's `to`. */
  add(change: ManyChanged): void
  /** Ids of the events of the last change that are about these objects. */
  eventsAbout(ids: ReadonlySet<string>): readonly string[]
  /** Unix seconds: the events that there are end here. */
  readonly told: number
}

const prefix = 'evt_many'
const idOf = (index: number) => `${prefix}${index.toString(36).padStart(10, '0')}`

/** Throws `RangeError` when the base has events of its own. */
export function manyChanges(base: World): ManyChanges {
  interface Laid extends ManyChanged {
    /** Objects of the stream when it was changed. */
    readonly total: number
    /** Index of its first event. */
    readonly first: number
    readonly mix: (place: number) => number
  }
  const laid: Laid[] = []
  const withEvents = new Set([...base.streams, 'events'])
  const count = () => laid.reduce((sum, change) => sum + (change.events ? change.count : 0), 0)
  const has = ({ total, every, count }: Laid, index: number) =>
    (total - 1 - index) % every === 0 && (total - 1 - index) / every < count

  /** The object after the changes up to one of them. */
  function object(stream: string, index: number, changes: readonly Laid[]): SandboxObject {
    const made = base.object(stream, index)
    for (const change of changes) {
      if (change.stream === stream && has(change, index)) Object.assign(made, copy(change.fields))
    }
    return made
  }

  function eventAt(index: number) {
    const change = laid.findLast(({ first, events }) => events !== undefined && first <= index)
    const place = index - (change?.first ?? 0)
    if (!change?.events || place >= change.count) throw new RangeError(`events has no object ${index}`)
    const { from, to } = change.events
    return {
      change,
      events: change.events,
      about: change.total - 1 - (change.count - 1 - change.mix(place)) * change.every,
      created: from + Math.floor((place * (to - from)) / change.count),
    }
  }

  function event(index: number): SandboxObject {
    const { change, events, about, created } = eventAt(index)
    const until = laid.indexOf(change)
    const before = object(change.stream, about, laid.slice(0, until))
    const after = object(change.stream, about, laid.slice(0, until + 1))
    return events.write(before, after, { id: idOf(index), created })
  }

  return {
    world: {
      ...base,
      get streams() {
        return laid.length > 0 ? withEvents : base.streams
      },
      count: (stream) => (stream === 'events' && laid.length > 0 ? count() : base.count(stream)),
      created: (stream, index) =>
        stream === 'events' ? eventAt(index).created : base.created(stream, index),
      id: (stream, index) => (stream === 'events' ? idOf(index) : base.id(stream, index)),
      index(stream, id) {
        if (stream !== 'events') return base.index(stream, id)
        const index = id.startsWith(prefix) ? Number.parseInt(id.slice(prefix.length), 36) : Number.NaN
        return index < count() && idOf(index) === id ? index : undefined
      },
      object: (stream, index) => (stream === 'events' ? event(index) : object(stream, index, laid)),
    },
    add(change) {
      if (base.streams.has('events')) throw new RangeError('this world has events of its own')
      const { mixed = 1 } = change.events ?? {}
      laid.push({
        ...change,
        total: base.count(change.stream),
        first: count(),
        mix: mixer(change.count, mixed),
      })
    },
    eventsAbout(ids) {
      const found: string[] = []
      const change = laid.at(-1)
      if (!change?.events || ids.size === 0) return found
      for (let index = change.first; index < change.first + change.count; index++) {
        if (ids.has(base.id(change.stream, eventAt(index).about))) found.push(idOf(index))
      }
      return found
    },
    get told() {
      return laid.reduce((latest, { events }) => Math.max(latest, events?.to ?? 0), 0)
    },
  }
}

/** A permutation of `0` to `count - 1` that mixes places within blocks of a size, and nothing beyond them. */
function mixer(count: number, block: number): (place: number) => number {
  return (place) => {
    const start = place - (place % block)
    const size = Math.min(block, count - start)
    // Nearly the golden section: neighbours come to lie far apart.
    let factor = Math.max(1, Math.floor(size * 0.618))
    while (divisor(factor, size) > 1) factor++
    return start + (((place - start) * factor) % size)
  }
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))

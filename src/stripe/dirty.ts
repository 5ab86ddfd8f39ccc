/** From events to the ids that must be read again, per stream, each once however many events spoke of it. */
import type { Catalog, CatalogStream } from './catalog.ts'
import type { StripeEvent } from './events.ts'

/** Ids to read again: the object's `created` in unix seconds where the event showed it. */
export type Dirty = ReadonlyMap<CatalogStream, ReadonlyMap<string, number | undefined>>

/**
 * Objects that have no list of their own, and the fields by which they name the objects they change.
 * A discount's events are the only sign that its customer or subscription now pays less.
 */
const carriers: Readonly<Record<string, readonly string[]>> = {
  discount: ['customer', 'subscription', 'invoice'],
}

export interface Router {
  /** The dirty ids that the events point to, among the selected streams. */
  dirty(events: Iterable<StripeEvent>): Dirty
}

/**
 * Routes by the object that an event carries, never by a list of event types: what Stripe adds
 * tomorrow arrives too. An object of a child stream points to its parent, which is read again
 * together with all its children. `read` names the streams that are replicated, children included.
 */
export function router(catalog: Catalog, read: ReadonlySet<string>): Router {
  const byName = new Map(catalog.streams.map((stream) => [stream.name, stream]))
  const byObject = new Map<string, CatalogStream[]>()
  for (const stream of catalog.streams) {
    for (const object of stream.objects) {
      const streams = byObject.get(object) ?? []
      streams.push(stream)
      byObject.set(object, streams)
    }
  }
  /** A parent is read when it or any of its children is selected. */
  const wanted = new Set<CatalogStream>()
  for (const name of read) {
    for (let stream = byName.get(name); stream; stream = stream.parent && byName.get(stream.parent.stream)) {
      wanted.add(stream)
    }
  }

  return {
    dirty(events) {
      const found = new Map<CatalogStream, Map<string, number | undefined>>()
      const mark = (stream: CatalogStream | undefined, id: unknown, created?: unknown) => {
        const plain = typeof id === 'object' && id !== null && 'id' in id ? id.id : id
        if (!stream || !wanted.has(stream) || typeof plain !== 'string' || plain === '') return
        if (stream.parent) throw new Error(`${stream.name} is read with ${stream.parent.stream}`)
        const ids = found.get(stream) ?? new Map<string, number | undefined>()
        found.set(stream, ids)
        ids.set(plain, typeof created === 'number' ? created : ids.get(plain))
      }
      for (const { object } of events) {
        const kind = String(object.object)
        for (const stream of byObject.get(kind) ?? []) {
          if (stream.parent) mark(topOf(stream, byName), object[stream.parent.column])
          else mark(stream, object.id, object[stream.created?.field ?? 'created'])
        }
        for (const field of carriers[kind] ?? []) {
          for (const stream of byObject.get(field) ?? []) {
            if (!stream.parent) mark(stream, object[field])
          }
        }
      }
      return found
    },
  }
}

/** The parent stream, if it is one that has no parent itself: deeper ones are reached through sweeps of theirs. */
function topOf(stream: CatalogStream, byName: ReadonlyMap<string, CatalogStream>): CatalogStream | undefined {
  const parent = stream.parent && byName.get(stream.parent.stream)
  return parent?.parent ? undefined : parent
}

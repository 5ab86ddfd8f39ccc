/** What was created, changed and deleted on top of a world: the only objects that the sandbox keeps. */
import type { SandboxObject } from './world.ts'

export interface CreatedEntry {
  /** Unix seconds by which the stream is ordered. */
  readonly created: number
  readonly id: string
}

export interface StreamOverlay {
  /** Created objects, oldest first. */
  readonly entries: CreatedEntry[]
  /** Current state of created objects and of changed objects of the world. */
  readonly objects: Map<string, SandboxObject>
  /** `created` of created objects, by id. */
  readonly born: Map<string, number>
  /** Ids that are gone. */
  readonly deleted: Set<string>
  /** Complete lists of children, by parent's id, where they differ from the world's. */
  readonly children: Map<string, readonly SandboxObject[]>
  /** Parents of the children that were created or changed, by the child's id. */
  readonly owners: Map<string, string>
}

export interface Overlay {
  readonly streams: ReadonlyMap<string, StreamOverlay>
  of(stream: string): StreamOverlay
}

export function overlay(): Overlay {
  const streams = new Map<string, StreamOverlay>()
  return {
    streams,
    of(stream) {
      let found = streams.get(stream)
      if (found === undefined) {
        found = {
          entries: [],
          objects: new Map(),
          born: new Map(),
          deleted: new Set(),
          children: new Map(),
          owners: new Map(),
        }
        streams.set(stream, found)
      }
      return found
    },
  }
}

/** How many of the entries, oldest first, were created at or before a time. */
export function countUpTo(entries: readonly CreatedEntry[], created: number): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((entries[middle]?.created ?? 0) <= created) low = middle + 1
    else high = middle
  }
  return low
}

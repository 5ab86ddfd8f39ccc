/** An account with few objects: a made-up one, of which only the newest are there. */
import { billingWorld } from '../../src/sandbox/billing/world.ts'
import type { World } from '../../src/sandbox/world.ts'

/** At most so many objects of each list; what belongs to them is whole. Some refer to objects that are not there. */
export function smallWorld(most: number): World {
  const world = billingWorld({ seed: 4, scale: 60, now: Math.floor(Date.now() / 1000) })
  const left = (stream: string) => Math.max(0, world.count(stream) - most)
  return {
    account: world.account,
    streams: world.streams,
    count: (stream) => world.count(stream) - left(stream),
    created: (stream, index) => world.created(stream, index + left(stream)),
    id: (stream, index) => world.id(stream, index + left(stream)),
    index(stream, id) {
      const index = world.index(stream, id)
      return index === undefined || index < left(stream) ? undefined : index - left(stream)
    },
    object: (stream, index) => world.object(stream, index + left(stream)),
    children: (stream, parent) => world.children(stream, parent),
    parentOf: (stream, id) => world.parentOf?.(stream, id),
  }
}

/** Several worlds as one: each stream comes from the first world that has it, the account from the first world. */
import type { World } from './world.ts'

export function joinWorlds(first: World, ...others: readonly World[]): World {
  if (others.length === 0) return first
  const owners = new Map<string, World>()
  for (const world of [first, ...others]) {
    for (const stream of world.streams) if (!owners.has(stream)) owners.set(stream, world)
  }
  const of = (stream: string) => owners.get(stream) ?? first
  return {
    account: first.account,
    streams: new Set(owners.keys()),
    count: (stream) => of(stream).count(stream),
    created: (stream, index) => of(stream).created(stream, index),
    id: (stream, index) => of(stream).id(stream, index),
    index: (stream, id) => of(stream).index(stream, id),
    object: (stream, index) => of(stream).object(stream, index),
    children: (stream, parentId) => of(stream).children(stream, parentId),
    parentOf: (stream, id) => of(stream).parentOf?.(stream, id),
    find: (stream, param, value) => of(stream).find?.(stream, param, value),
    ...(first.balance === undefined ? {} : { balance: first.balance }),
  }
}

import type { SandboxObject, World } from '../world.ts'
import { account } from './account.ts'
import { balance } from './balance.ts'
import { type BillingOptions, billing } from './billing.ts'
import { childrenOf } from './children.ts'
import { findersOf } from './find.ts'
import { type Stream, streamsOf } from './streams.ts'

/**
 * A company that sells subscriptions, with all its Stripe objects, computed from the seed: nothing is kept
 * but a pattern of some thousand entries, so an object costs microseconds and a world of millions no memory.
 * `scale` is the number of customers, `now` (unix seconds) the moment after which nothing was created.
 *
 * Beyond the contract of `World`:
 * - `discounts` is a stream without a list: count 0, but known to `index` and `object`.
 * - For child streams `index` gives `parent's index * 4096 + place`, and `object` takes it.
 *
 * Throws `RangeError` for a scale below 60.
 */
export function billingWorld(options: BillingOptions): World {
  const b = billing(options)
  const streams = streamsOf(b)
  const children = childrenOf(b)
  const finders = findersOf(b)

  const stream = (name: string): Stream => {
    const found = streams.get(name) ?? children.get(name)?.stream
    if (!found) throw new RangeError(`this world has no stream ${name}`)
    return found
  }

  return {
    account: account(b),
    streams: new Set([...streams.keys(), ...children.keys()]),
    count: (name) => streams.get(name)?.count ?? 0,
    created: (name, index) => stream(name).created(index),
    id: (name, index) => stream(name).id(index),
    index: (name, id) => (streams.get(name) ?? children.get(name)?.stream)?.index(id),
    object(name, index): SandboxObject {
      const made = stream(name).object(index)
      if (!made) throw new RangeError(`${name} has no object ${index}`)
      return made
    },
    children: (name, parentId) => children.get(name)?.of(parentId) ?? [],
    parentOf: (name, id) => children.get(name)?.parentOf(id),
    find: (name, param, value) => finders.get(`${name} ${param}`)?.(value),
    balance: () => balance(b),
  }
}

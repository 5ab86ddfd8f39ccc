/** How many requests the plan for changed objects comes to, played against the times of a world's objects. */
import { billingWorld } from '../src/sandbox/billing/world.ts'
import { cover } from '../src/stripe/cover.ts'
import { type Crowd, crowdWatch, poorCrowds } from '../src/stripe/crowds.ts'

const page = 100
/** Objects that are gathered before they are read, as src/stripe/pass.ts does. */
const batch = 100_000

/**
 * Requests to read every `every`th of the customers of an account of about so many again, when their events come in
 * no order: to ask whose key it is, to list the events, and for the objects.
 */
export function plannedRequests(
  customers: number,
  every: number,
): { readonly total: number; readonly changed: number; readonly requests: number } {
  const world = billingWorld({ seed: 1, scale: customers, now: Math.floor(Date.now() / 1000) })
  const total = world.count('customers')
  const times = Float64Array.from({ length: total }, (_, index) => world.created('customers', index))
  const changed = Math.floor(total / every)
  const batches = Math.ceil(changed / batch)
  let requests = 1 + Math.ceil(changed / page)
  const walk = crowdWatch()
  walk.saw(walk, [...times].reverse())
  for (let number = 0; number < batches; number++) {
    // Every so many-th of those that changed: no order, as far as a batch can tell.
    const dirty: { id: string; created: number }[] = []
    for (let index = number * every; index < total; index += every * batches) {
      dirty.push({ id: String(index), created: times[index] ?? 0 })
    }
    requests += play(times, dirty, walk.crowds)
  }
  return { total, changed, requests }
}

function play(
  times: Float64Array,
  dirty: readonly { id: string; created: number }[],
  crowds: readonly Crowd[],
): number {
  const plan = cover(dirty, true, { poor: poorCrowds(crowds, dirty) })
  let requests = 0
  for (let fetch = plan.next(); fetch; fetch = plan.next()) {
    requests++
    if (fetch.kind === 'id') continue
    const newest = fetch.after === undefined ? countUpTo(times, fetch.to) - 1 : Number(fetch.after) - 1
    const oldest = Math.max(newest - page + 1, countUpTo(times, fetch.from - 1))
    const ids = new Set<string>()
    for (let index = newest; index >= oldest; index--) ids.add(String(index))
    plan.seen({
      ids,
      oldest: times[oldest] ?? fetch.from,
      more: oldest > 0 && (times[oldest - 1] ?? 0) >= fetch.from,
    })
  }
  return requests
}

/** How many were created at or before a time. */
function countUpTo(times: Float64Array, time: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? 0) <= time) low = middle + 1
    else high = middle
  }
  return low
}

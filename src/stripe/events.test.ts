import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { StripeApi, StripeObject } from './api.ts'
import { StripeError } from './errors.ts'
import { type EventPage, eventPages, eventRange } from './events.ts'

/** Unix seconds. */
const now = 1_800_000_000
const { signal } = new AbortController()

/** `/v1/events` of these times (unix seconds): newest first, a hundred to a page; counts requests, and how many are under way together. */
function feed(times: readonly number[]) {
  const events = times
    .toSorted((a, b) => b - a)
    .map((created, index) => ({
      id: `evt_${index}`,
      object: 'event',
      type: 'customer.updated',
      created,
      data: { object: { id: `cus_${index}`, object: 'customer' } },
    }))
  const places = new Map(events.map(({ id }, place) => [id, place]))
  const count = { requests: 0, under: 0, most: 0 }
  const list: StripeApi['list'] = async (path, query) => {
    assert.equal(path, '/v1/events')
    count.requests++
    const from = Number(query['created[gte]'])
    const to = Number(query['created[lt]'])
    const first = query.starting_after
    count.most = Math.max(count.most, ++count.under)
    await new Promise((resolve) => setImmediate(resolve))
    const start = first === undefined ? firstBelow(to) : (places.get(String(first)) ?? assert.fail()) + 1
    const data: StripeObject[] = []
    let place = start
    for (; place < events.length && data.length < 100; place++) {
      const event = events[place]
      if (!event || event.created < from) break
      data.push(event)
    }
    const more = (events[place]?.created ?? Number.NEGATIVE_INFINITY) >= from
    count.under--
    return { body: { object: 'list', data, has_more: more }, askedAt: now * 1000, bytes: 100 }
  }
  const firstBelow = (to: number) => {
    const found = events.findIndex(({ created }) => created < to)
    return found < 0 ? events.length : found
  }
  const api: StripeApi = { list, get: () => assert.fail('events are listed') }
  return { api, events, count }
}

async function read(api: StripeApi, from: number, to: number): Promise<readonly EventPage[]> {
  const pages: EventPage[] = []
  for await (const page of eventPages(api, eventRange(from, to), signal)) pages.push(page)
  return pages
}

interface Made {
  readonly id: string
  readonly created: number
}

const within = (events: readonly Made[], from: number, to: number) =>
  events.filter(({ created }) => created >= from && created < to).map(({ id }) => id)

/** Exactly the events of the range, each once; nothing is left. */
function assertComplete(pages: readonly EventPage[], events: readonly Made[], from: number, to: number) {
  const got = pages.flatMap((page) => page.events.map(({ id }) => id))
  assert.equal(new Set(got).size, got.length, 'no event twice')
  assert.deepEqual(got.toSorted(), within(events, from, to).toSorted())
  assert.deepEqual(pages.at(-1)?.left ?? [], [])
}

const time = fc.integer({ min: now - 5_000, max: now + 5 })

test('every event of a range comes exactly once, whatever their times', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(time, { maxLength: 350 }),
      time,
      fc.integer({ min: 0, max: 6_000 }),
      async (times, from, width) => {
        const { api, events } = feed(times)
        assertComplete(await read(api, from, from + width), events, from, from + width)
      },
    ),
    { numRuns: 200, seed: 20_261_123 },
  )
})

test('a reading that is left after any page goes on where it was', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(time, { minLength: 100, maxLength: 900 }),
      fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 5 }),
      async (times, stops) => {
        const { api, events } = feed(times)
        const from = now - 5_000
        let left = eventRange(from, now)
        const got = new Set<string>()
        for (const pages of [...stops, Number.POSITIVE_INFINITY]) {
          let taken = 0
          for await (const page of eventPages(api, left, signal)) {
            for (const { id } of page.events) got.add(id)
            left = page.left
            if (++taken >= pages) break
          }
        }
        assert.deepEqual([...got].toSorted(), within(events, from, now).toSorted())
      },
    ),
    { numRuns: 100, seed: 20_261_124 },
  )
})

test('tens of thousands of events in bursts and gaps cost their pages and little more', async () => {
  const month = 30 * 86_400
  const times: number[] = []
  // A steady trickle, an hour with half of all, and an afternoon with the rest.
  for (let index = 0; index < 15_000; index++) times.push(now - Math.floor((index / 15_000) * month))
  for (let index = 0; index < 30_000; index++) times.push(now - 9 * 86_400 + (index % 3_600))
  for (let index = 0; index < 15_000; index++) times.push(now - 20 * 86_400 + (index % 20_000))
  const { api, events, count } = feed(times)
  const from = now - month + 1
  assertComplete(await read(api, from, now + 1), events, from, now + 1)
  const pages = Math.ceil(events.length / 100)
  assert.ok(count.requests <= pages * 1.04 + 12, `${count.requests} requests for ${pages} pages`)
  assert.ok(count.most >= 8, `${count.most} pages were on their way together`)
  assert.ok(count.most <= 10, `${count.most} pages were on their way together`)
})

test('what is read together lies together in time', async () => {
  const { api } = feed(Array.from({ length: 400_000 }, (_, index) => now - index))
  const recent: number[] = []
  let widest = 0
  for await (const { events } of eventPages(api, eventRange(now - 400_000, now), signal)) {
    recent.push(...events.map(({ created }) => created))
    if (recent.length < 50_000) continue
    const inOrder = recent.toSorted((a, b) => a - b)
    widest = Math.max(widest, (inOrder.at(-5_000) ?? 0) - (inOrder[5_000] ?? 0))
    recent.length = 0
  }
  assert.ok(widest < 150_000, `50,000 events that were read one after the other span ${widest} seconds`)
})

test('a second can hold any number of events', async () => {
  const times = Array.from({ length: 12_345 }, () => now - 50)
  const { api, events, count } = feed([...times, now - 49, now - 51])
  assertComplete(await read(api, now - 100, now), events, now - 100, now)
  assert.ok(count.requests < 150, `${count.requests} requests`)
})

test('the event of a cursor that is no longer kept: the reading goes on from its time', async () => {
  const { api, events } = feed(Array.from({ length: 450 }, (_, index) => now - 1000 + index))
  let refusals = 0
  const forgetful: StripeApi = {
    ...api,
    async list(path, query, options) {
      if (query.starting_after !== undefined && ++refusals === 2) {
        const words = `No such event: '${query.starting_after}'`
        throw new StripeError({ status: 400, code: 'resource_missing', words, path })
      }
      return api.list(path, query, options)
    },
  }
  const got = (await read(forgetful, now - 2000, now)).flatMap((page) => page.events.map(({ id }) => id))
  assert.ok(refusals >= 2)
  assert.deepEqual([...new Set(got)].toSorted(), within(events, now - 2000, now).toSorted())
})

test('without events a range costs one request', async () => {
  const { api, count } = feed([])
  assert.deepEqual(await read(api, now - 86_400, now), [{ events: [], left: [] }])
  assert.equal(count.requests, 1)
})

test('an event without an object is an event nevertheless', async () => {
  const strange = [
    { id: 'evt_1', type: 'ping', created: now - 1, data: null },
    { id: 'evt_2', created: now - 2 },
  ]
  const api: StripeApi = {
    list: async () => ({ body: { object: 'list', data: strange, has_more: false }, askedAt: 0, bytes: 0 }),
    get: () => assert.fail(),
  }
  const [page] = await read(api, now - 10, now)
  assert.deepEqual(
    page?.events.map(({ object }) => object),
    [{}, {}],
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { StripeApi, StripeObject } from './api.ts'
import { type EventWindow, eventWindows } from './events.ts'

/** Unix seconds. */
const now = 1_800_000_000

/** `/v1/events` of these times (unix seconds): newest first, a hundred to a page; counts what a window's reading holds. */
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
  const count = { requests: 0, held: 0, mostHeld: 0 }
  const list: StripeApi['list'] = async (path, query) => {
    assert.equal(path, '/v1/events')
    count.requests++
    const from = Number(query['created[gte]'])
    const to = Number(query['created[lt]'])
    const first = query.starting_after
    if (first === undefined) count.held = 0
    const start = first === undefined ? firstBelow(to) : (places.get(String(first)) ?? assert.fail()) + 1
    const data: StripeObject[] = []
    let place = start
    for (; place < events.length && data.length < 100; place++) {
      const event = events[place]
      if (!event || event.created < from) break
      data.push(event)
    }
    const more = (events[place]?.created ?? Number.NEGATIVE_INFINITY) >= from
    count.held += data.length
    count.mostHeld = Math.max(count.mostHeld, count.held)
    return { body: { object: 'list', data, has_more: more }, askedAt: now * 1000, bytes: 100 }
  }
  const firstBelow = (to: number) => {
    const found = events.findIndex(({ created }) => created < to)
    return found < 0 ? events.length : found
  }
  const api: StripeApi = { list, get: () => assert.fail('events are listed') }
  return { api, events, count }
}

async function read(api: StripeApi, from: number, to: number): Promise<readonly EventWindow[]> {
  const windows: EventWindow[] = []
  for await (const window of eventWindows(api, from, to, new AbortController().signal)) windows.push(window)
  return windows
}

/** Windows that touch, oldest first, from `from` to `to`, each with exactly its own events. */
function assertComplete(
  windows: readonly EventWindow[],
  events: readonly { readonly id: string; readonly created: number }[],
  from: number,
  to: number,
) {
  assert.equal(windows[0]?.from ?? to, from)
  assert.equal(windows.at(-1)?.to ?? to, to)
  for (const [index, window] of windows.entries()) {
    assert.ok(window.from < window.to)
    assert.equal(windows[index + 1]?.from ?? to, window.to, 'windows touch')
    for (const { created } of window.events) assert.ok(created >= window.from && created < window.to)
  }
  const wanted = events.filter(({ created }) => created >= from && created < to).map(({ id }) => id)
  const got = windows.flatMap((window) => window.events.map(({ id }) => id))
  assert.equal(new Set(got).size, got.length, 'no event twice')
  assert.deepEqual(got.toSorted(), wanted.toSorted())
}

test('every event is in exactly one window, whatever their times', async () => {
  const time = fc.integer({ min: now - 5_000, max: now + 5 })
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

test('tens of thousands of events, in bursts and gaps: no more than a window of them is held', async () => {
  const month = 30 * 86_400
  const times: number[] = []
  // A steady trickle, an hour with half of all, and an afternoon with the rest.
  for (let index = 0; index < 15_000; index++) times.push(now - Math.floor((index / 15_000) * month))
  for (let index = 0; index < 30_000; index++) times.push(now - 9 * 86_400 + (index % 3_600))
  for (let index = 0; index < 15_000; index++) times.push(now - 20 * 86_400 + (index % 20_000))
  const { api, events, count } = feed(times)
  const from = now - month
  const windows = await read(api, from, now + 1)
  assertComplete(windows, events, from, now + 1)
  assert.ok(windows.length >= 6, `${windows.length} windows`)
  assert.ok(count.mostHeld <= 10_100, `${count.mostHeld} events were held at once`)
  // What was read of a range that turns out too big is read again, in a narrower one.
  assert.ok(count.requests < 5 * (events.length / 100), `${count.requests} requests`)
})

test('a second can hold more than a window: it is read whole', async () => {
  const times = Array.from({ length: 12_345 }, () => now - 50)
  const { api, events, count } = feed([...times, now - 49, now - 51])
  assertComplete(await read(api, now - 100, now), events, now - 100, now)
  assert.ok(count.requests < 1_000, `${count.requests} requests`)
})

test('without events a range costs one request', async () => {
  const { api, count } = feed([])
  const windows = await read(api, now - 86_400, now)
  assert.deepEqual(windows, [{ from: now - 86_400, to: now, events: [] }])
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
  const [window] = await read(api, now - 10, now)
  assert.deepEqual(
    window?.events.map(({ object }) => object),
    [{}, {}],
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cover, type DirtyId } from './cover.ts'
import { crowdWatch, poorCrowds } from './crowds.ts'
import type { Window } from './windows.ts'

interface Thing {
  readonly id: string
  readonly created: number
}

/** Plays Stripe: answers what the plan asks for, and counts. */
function play(
  things: readonly Thing[],
  dirty: readonly DirtyId[],
  listable = true,
  poor: readonly Window[] = [],
) {
  const newestFirst = [...things].sort((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1))
  const plan = cover(dirty, listable, { poor })
  const read = new Set<string>()
  const byId: string[] = []
  let requests = 0
  for (let fetch = plan.next(); fetch; fetch = plan.next()) {
    assert.ok(++requests <= 2 * dirty.length, 'it comes to an end')
    if (fetch.kind === 'id') {
      read.add(fetch.id)
      byId.push(fetch.id)
      continue
    }
    const { from, to, after } = fetch
    const start = after === undefined ? 0 : newestFirst.findIndex(({ id }) => id === after) + 1
    const behind = newestFirst.slice(start)
    const within = behind.filter((thing) => thing.created >= from && thing.created <= to)
    const page = within.slice(0, 100)
    for (const thing of page) read.add(thing.id)
    plan.seen({
      ids: new Set(page.map((thing) => thing.id)),
      oldest: page.at(-1)?.created ?? from,
      more: within.length > 100,
    })
  }
  return { read, byId, requests }
}

const thingsOf = (created: readonly number[]): Thing[] =>
  created.map((second, index) => ({ id: `t${index}`, created: second }))

test('whatever lies where, every dirty object is read, in bounded requests', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 600 }),
      fc.array(fc.integer({ min: 0, max: 699 }), { maxLength: 60 }),
      fc.boolean(),
      (created, picks, listable) => {
        const things = thingsOf(created)
        // Picks beyond the things are objects that are gone by now, or that lists leave out.
        const dirty = [...new Set(picks)].map((pick) => ({ id: `t${pick}`, created: created[pick] ?? pick }))
        const { read } = play(things, dirty, listable)
        for (const { id } of dirty) assert.ok(read.has(id), id)
      },
    ),
    { numRuns: 500 },
  )
})

test('a hundred new objects cost one request', () => {
  const things = thingsOf(Array.from({ length: 1000 }, (_, index) => index * 10))
  const dirty = things.slice(-100)
  assert.equal(play(things, dirty).requests, 1)
})

test('few changes far apart are read by id', () => {
  const things = thingsOf(Array.from({ length: 10_000 }, (_, index) => index * 10))
  const dirty = [things[5], things[4000], things[9000]].filter((thing) => thing !== undefined)
  // The first guess is hopeful and costs a page; it covers the newest.
  assert.equal(play(things, dirty).requests, 3)
})

test('an object that is gone is asked for by id, so that its end is certain', () => {
  const things = thingsOf([10, 20, 30])
  const { byId, requests } = play(things, [...things, { id: 'gone', created: 25 }])
  assert.deepEqual(byId, ['gone'])
  assert.equal(requests, 2)
})

test('objects without a time, or of a stream without such a filter, are read by id', () => {
  const { byId } = play(thingsOf([10, 20]), [{ id: 't0', created: undefined }])
  assert.deepEqual(byId, ['t0'])
  assert.equal(play(thingsOf([10, 20]), thingsOf([10, 20]), false).byId.length, 2)
})

/** A minute apart, as many as there are minutes in a week. */
const week = thingsOf(Array.from({ length: 10_080 }, (_, index) => index * 60))
const everyNth = (count: number) => week.filter((_, index) => index % count === 0)

test('never more requests than dirty objects, however far apart they lie', () => {
  for (const apart of [1, 7, 60, 90, 110, 150, 1_000]) {
    const dirty = everyNth(apart)
    const { requests } = play(week, dirty)
    assert.ok(requests <= dirty.length, `${requests} requests for ${dirty.length} objects, ${apart} apart`)
    if (apart <= 60) assert.ok(requests <= 1.1 * (week.length / 100), `${requests} requests, ${apart} apart`)
  }
})

test('after a dense stretch a thin one is listed again: many lie on a page of it, too', () => {
  const dense = thingsOf(Array.from({ length: 2_000 }, (_, index) => 10_000_000 + index))
  const thin = thingsOf(Array.from({ length: 4_000 }, (_, index) => index * 600)).map(
    ({ created }, index) => ({
      id: `u${index}`,
      created,
    }),
  )
  const dirty = [...dense, ...thin.filter((_, index) => index % 2 === 0)]
  const { requests } = play([...dense, ...thin], dirty)
  // 20 pages and 40, and what it takes to notice.
  assert.ok(requests <= 80, `${requests} requests`)
})

test('when nothing is on the pages that should be there, it is asked for by id', () => {
  const dirty = everyNth(5).map(({ created }, index) => ({ id: `gone${index}`, created }))
  const { requests } = play(week, dirty)
  assert.ok(requests <= dirty.length + 5, `${requests} requests for ${dirty.length} objects that are gone`)
})

test('seconds with hundreds of objects are walked, wherever the dirty ones lie in them', () => {
  const things = thingsOf(Array.from({ length: 20_000 }, (_, index) => Math.floor(index / 500)))
  for (const apart of [1, 2, 10, 30]) {
    const dirty = things.filter((_, index) => index % apart === 0)
    const { requests } = play(things, dirty)
    assert.ok(requests <= 230, `${requests} requests for 200 pages, every ${apart}th of them changed`)
  }
})

test('a fixed share of objects that come in bursts costs the pages of the list', () => {
  const days = Array.from({ length: 30 }, (_, day) =>
    Array.from({ length: 700 }, (_, index) => day * 86_400 + (index % 7) * 3600 + Math.floor(index / 25)),
  )
  const things = thingsOf(days.flat().sort((a, b) => a - b))
  const dirty = things.filter((_, index) => index % 30 === 0)
  const { requests } = play(things, dirty)
  assert.ok(requests <= 240, `${requests} requests for ${dirty.length} of ${things.length} objects`)
})

test('seconds with hundreds of objects, of which few changed, cost a request for each and hardly one more', () => {
  const calm = Array.from({ length: 30_000 }, (_, index) => index * 120)
  const burst = Array.from({ length: 20_000 }, (_, index) => 30_000 * 120 + Math.floor(index / 600))
  const after = Array.from({ length: 30_000 }, (_, index) => 30_000 * 121 + index * 120)
  const things = thingsOf([...calm, ...burst, ...after])
  for (const apart of [101, 150, 500]) {
    const dirty = things.filter((_, index) => index % apart === 0)
    const { requests } = play(things, dirty)
    assert.ok(
      requests <= dirty.length + 1,
      `${requests} requests for ${dirty.length} objects, ${apart} apart`,
    )
  }
})

test('crowds that are known cost no request more than the objects that changed in them, and are listed where that pays', () => {
  const calm = Array.from({ length: 3_000 }, (_, index) => index * 120)
  const burst = Array.from({ length: 20_000 }, (_, index) => 3_000 * 120 + Math.floor(index / 600))
  const things = thingsOf([...calm, ...burst])
  const walk = crowdWatch()
  walk.saw(
    walk,
    things.map(({ created }) => created).sort((a, b) => b - a),
  )
  for (const apart of [3, 20, 60, 90, 101, 150, 500]) {
    const dirty = things.filter((_, index) => index % apart === 7 % apart)
    const poor = poorCrowds(walk.crowds, dirty)
    const { requests } = play(things, dirty, true, poor)
    const pages = things.length / 100
    assert.ok(requests <= dirty.length, `${requests} requests for ${dirty.length} objects, ${apart} apart`)
    if (apart <= 60) assert.ok(requests <= 1.2 * pages, `${requests} requests for ${pages} pages`)
  }
})

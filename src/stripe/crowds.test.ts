import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Crowd, crowdWatch, poorCrowds } from './crowds.ts'
import { followed } from './testing/followed.ts'

/** Watches a list, newest first, in pages and slices that end between seconds. */
function watched(times: readonly number[], pageSize: number, slices: number, before?: readonly Crowd[]) {
  const watch = crowdWatch(before)
  const seconds = [...new Set(times)].sort((a, b) => a - b)
  const per = Math.max(1, Math.ceil(seconds.length / slices))
  for (let at = 0; at < seconds.length; at += per) {
    const own = new Set(seconds.slice(at, at + per))
    const list = times.filter((time) => own.has(time)).sort((a, b) => b - a)
    const slice = {}
    for (let first = 0; first < list.length; first += pageSize) {
      watch.saw(slice, list.slice(first, first + pageSize))
    }
  }
  return watch.crowds
}

test('each second with more objects than a page is within a crowd, with all its objects, however the list is read', () => {
  const burst = fc.record({
    at: fc.integer({ min: 0, max: 5_000 }),
    objects: fc.integer({ min: 1, max: 350 }),
  })
  fc.assert(
    fc.property(
      fc.array(burst, { maxLength: 120 }),
      fc.nat(4),
      fc.integer({ min: 1, max: 100 }),
      (all, slices, page) => {
        const times = all.flatMap(({ at, objects }) => Array.from({ length: objects }, () => at))
        const counts = new Map<number, number>()
        for (const time of times) counts.set(time, (counts.get(time) ?? 0) + 1)
        const crowds = watched(times, page, slices + 1)
        const full = [...counts].filter(([, objects]) => objects > 100)
        for (const [second] of full) {
          assert.equal(
            crowds.filter(({ from, to }) => from <= second && second < to).length,
            1,
            `second ${second}`,
          )
        }
        assert.equal(
          crowds.reduce((sum, { objects }) => sum + objects, 0),
          full.reduce((sum, [, objects]) => sum + objects, 0),
        )
        assert.ok(crowds.length <= 50)
        for (const [index, { to }] of crowds.entries()) assert.ok(to <= (crowds[index + 1]?.from ?? to))
      },
    ),
    { numRuns: 200 },
  )
})

test('seconds that follow each other are one crowd, and it goes on where an earlier run left it', () => {
  const times = Array.from({ length: 1_000 }, (_, index) => 50 + Math.floor(index / 200))
  const [first] = watched(times, 100, 1)
  assert.deepEqual(first, { from: 50, to: 55, objects: 1_000 })
  const again = watched(
    times.map((time) => time + 5),
    100,
    2,
    first && [first],
  )
  assert.deepEqual(again, [{ from: 50, to: 60, objects: 2_000 }])
})

test('a crowd is poor when a page of it brings hardly more than one of those that changed', () => {
  const crowd = { from: 10, to: 12, objects: 1_000 }
  const changed = (count: number) =>
    [9, ...Array.from({ length: count }, (_, index) => 10 + (index % 2)), 12].map((created, index) => ({
      id: `t${index}`,
      created,
    }))
  assert.deepEqual(poorCrowds([crowd], changed(13)), [crowd])
  assert.deepEqual(poorCrowds([crowd], changed(14)), [])
})

test('after an import, few changes within it cost a request for each and not one more', async () => {
  // 500 each second; the cursor of the walk knows, as the run after it is another one.
  const { run, spent, isRight } = await followed(
    6_000,
    Array.from({ length: 30 }, (_, index) => index * 200),
    undefined,
    (place) => Math.floor(place / 500),
  )
  assert.ok(await run())
  isRight()
  assert.equal(spent(), 30 + 1)
})

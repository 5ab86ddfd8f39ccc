import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isWithin, type Sample, union, type Window, worthListing } from './windows.ts'

const windows = fc.array(
  fc
    .record({ from: fc.nat({ max: 60 }), length: fc.integer({ min: 1, max: 12 }) })
    .map(({ from, length }): Window => ({ from, to: from + length })),
  { maxLength: 8 },
)
const seconds = Array.from({ length: 90 }, (_, second) => second)
const inAny = (all: readonly Window[], time: number) => all.some(({ from, to }) => time >= from && time < to)

test('a union has what either has, in order and apart', () => {
  fc.assert(
    fc.property(windows, windows, (some, others) => {
      const both = union(some, others)
      for (const time of seconds) assert.equal(isWithin(both, time), inAny([...some, ...others], time))
      for (const [index, { from }] of both.entries())
        assert.ok(index === 0 || from > (both[index - 1]?.to ?? 0))
    }),
  )
})

/** A list with a page each hundred seconds. */
const samples: readonly Sample[] = [{ at: 0, span: 100 }]
const worth = (times: readonly number[], more: Partial<Parameters<typeof worthListing>[1]> = {}) =>
  worthListing(times, { windows: [], samples, growth: 1, least: 2, most: 200, ...more })
const every = (apart: number, count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => from + index * apart)

test('where there is one for each page, and more, it is listed; where there are fewer, it is not', () => {
  assert.deepEqual(worth(every(50, 1_000)), [{ from: 0, to: 49_951 }])
  assert.deepEqual(worth(every(101, 1_000)), [])
  // What was paid for before, or is to be again, counts.
  assert.deepEqual(worth(every(150, 1_000), { growth: 2 }), [{ from: 0, to: 149_851 }])
})

test('no window is dearer than its objects, and wide gaps are left out', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.nat({ max: 3_000 }), fc.nat({ max: 300_000 })), { minLength: 2, maxLength: 300 }),
      (times) => {
        times.sort((a, b) => a - b)
        const found = worth(times)
        for (const { from, to } of found) {
          const within = times.filter((time) => time >= from && time < to)
          assert.ok(within.length >= 1 + (to - 1 - from) / 100)
          assert.ok(times.includes(from) && times.includes(to - 1))
          const pages = (to - from) / 100 + 1
          for (const [index, time] of within.entries()) {
            const gap = (time - (within[index - 1] ?? time)) / 100
            assert.ok(gap <= Math.max(4, pages / 64), `${gap} pages without any`)
          }
        }
      },
    ),
  )
  const far = [...every(10, 500), ...every(10, 500, 1_000_000)]
  assert.deepEqual(worth(far), [
    { from: 0, to: 4_991 },
    { from: 1_000_000, to: 1_004_991 },
  ])
})

test('clusters among many that lie far apart are found', () => {
  const clusters = Array.from({ length: 50 }, (_, index) => every(2, 300, index * 1_000_000))
  const scattered = every(100_000, 500, 50_000)
  const found = worth([...clusters.flat(), ...scattered].sort((a, b) => a - b))
  assert.equal(found.length, 50)
})

test('nights and weekends without objects do not cut a list that is changed everywhere', () => {
  const days = Array.from({ length: 365 }, (_, day) => every(1_200, 27, day * 86_400))
  // A page begins at an object: of 100 objects of 20 minutes each some have a night between them.
  const found = worth(days.flat(), { samples: [{ at: 0, span: 10_000 }], least: 100 })
  assert.equal(found.length, 1)
})

test('what is listed anyway costs nothing: a thin stretch between two windows is worth little more', () => {
  const windows = [
    { from: 0, to: 10_000 },
    { from: 10_060, to: 20_000 },
  ]
  assert.deepEqual(worth([10_010, 10_050], { windows }), [{ from: 10_010, to: 10_051 }])
  assert.deepEqual(worth([-10, 20_020], { windows }), [{ from: -10, to: 20_021 }])
  assert.deepEqual(worth([-500, 20_500], { windows }), [])
})

test('there are never more than so many windows: those that save most', () => {
  const clusters = Array.from({ length: 40 }, (_, index) => every(2, 10 + index, index * 1_000_000))
  const found = worth(clusters.flat(), { most: 12, windows: [{ from: -10, to: -5 }] })
  assert.equal(found.length, 11)
  assert.equal(found[0]?.from, 29_000_000)
})

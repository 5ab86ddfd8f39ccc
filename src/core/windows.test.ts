import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { timeline } from './windows.ts'

const second = 1_000_000
const times = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 3 * 86_400 }), fc.integer({ min: 100_000, max: 100_100 })),
  { maxLength: 400 },
)

test('windows cover all time once, in order, and hold few rows where the rows lie apart', () => {
  fc.assert(
    fc.property(
      times,
      fc.integer({ min: 1, max: 50 }),
      fc.option(fc.nat(200_000), { nil: undefined }),
      (at, size, from) => {
        const line = timeline()
        for (const time of at) line.add(time * second)
        const windows = line.windows(size, from === undefined ? undefined : from * second)
        assert.equal(windows[0]?.from, from === undefined ? undefined : from * second)
        assert.equal(windows.at(-1)?.to, undefined)
        for (const [index, { from: start, to }] of windows.entries()) {
          assert.equal(to, windows[index + 1]?.from)
          if (start !== undefined && to !== undefined) assert.ok(start < to && to % second === 0)
        }
        for (const { from: start = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } of windows) {
          const within = at.filter((time) => time * second >= start && time * second < to)
          const hours = new Set(within.map((time) => Math.floor(time / 3600)))
          // Only rows of one hour may be more than were asked for: how they lie in it is not known.
          assert.ok(within.length <= size || hours.size === 1, `${within.length} rows in ${hours.size} hours`)
        }
      },
    ),
  )
})

test('no rows are one window', () => {
  assert.deepEqual(timeline().windows(10), [{}])
  assert.deepEqual(timeline().windows(10, 5), [{ from: 5 }])
})

test('many rows of one hour are cut by the second', () => {
  const line = timeline()
  for (let at = 0; at < 3600; at++) line.add(at * second)
  const windows = line.windows(600)
  assert.equal(windows.length, 7)
  assert.deepEqual(windows[1], { from: 600 * second, to: 1200 * second })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type OwedJson, owed } from './owed.ts'

const ids = fc.constantFrom('a_1', 'a_2', 'b_1', 'b_2')
const step = fc.oneof(
  fc.record({ add: ids, created: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }) }),
  fc.record({ forget: ids }),
)

test('what is owed is what was added and not forgotten, also after a while in a cursor', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let owes = owed()
      const expected = new Map<string, number | undefined>()
      for (const one of steps) {
        if ('add' in one) {
          owes.add(one.add.slice(0, 1), one.add, one.created)
          // A time that one event showed is not forgotten for one that did not.
          expected.set(one.add, one.created ?? expected.get(one.add))
        } else {
          owes.forget(one.forget.slice(0, 1), [one.forget])
          expected.delete(one.forget)
        }
        owes = owed(JSON.parse(JSON.stringify(owes.toJson())) as OwedJson)
        const got = ['a', 'b'].flatMap((stream) => owes.of(stream))
        assert.deepEqual(new Map(got.map(({ id, created }) => [id, created])), expected)
        assert.equal(owes.size, expected.size)
      }
      owes.forget('a')
      assert.deepEqual(owes.of('a'), [])
      assert.equal(owes.size, owes.of('b').length)
    }),
  )
})

test('ids that lie in an owed window are not kept, until its listing begins; it goes on from a cursor', () => {
  const again = () => owed(JSON.parse(JSON.stringify(owes.toJson())) as OwedJson)
  const kept = () => owes.of('a').map(({ id }) => id)
  let owes = owed()
  owes.add('a', 'before', 15)
  owes.add('a', 'far', 40)
  owes.oweWindows('a', [{ from: 10, to: 20 }])
  owes.oweWindows('a', [
    { from: 18, to: 25 },
    { from: 30, to: 31 },
  ])
  owes = again()
  assert.deepEqual(owes.windows('a'), [
    { from: 10, to: 25 },
    { from: 30, to: 31 },
  ])
  for (const time of [9, 10, 24, 25, 30, 31]) owes.add('a', `at ${time}`, time)
  owes.add('a', 'timeless', undefined)
  assert.deepEqual(kept(), ['far', 'at 9', 'at 25', 'at 31', 'timeless'])
  assert.equal(owes.size, 5)

  const { left, windows } = owes.list('a', 7)
  assert.deepEqual(
    left().map(({ range }) => range),
    windows,
  )
  owes.list('a', 8).left = () => [{ variant: 0, range: { from: 10, to: 12 } }]
  owes = again()
  assert.equal(owes.list('a', 9).began, 7)
  assert.deepEqual(owes.list('a', 9).left(), [{ variant: 0, range: { from: 10, to: 12 } }])
  // What is listed by now may be older than this event.
  owes.add('a', 'late', 15)
  owes = again()
  assert.ok(kept().includes('late'))
  assert.throws(() => owes.oweWindows('a', [{ from: 50, to: 60 }]), /being listed/)

  owes.listed('a')
  owes.add('a', 'after', 15)
  owes = again()
  assert.deepEqual(kept(), ['far', 'at 9', 'at 25', 'at 31', 'timeless', 'late', 'after'])
  owes.forget('a', ['far'])
  owes = again()
  assert.equal(owes.spent('a'), 1)
  owes.oweWindows('a', [{ from: 1, to: 2 }])
  owes.forget('a')
  assert.deepEqual(owes.toJson(), {})
  assert.equal(owes.size, 0)
})

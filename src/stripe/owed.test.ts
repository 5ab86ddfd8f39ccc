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

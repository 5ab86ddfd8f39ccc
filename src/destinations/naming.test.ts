import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { literal, physicalName, quoted } from './naming.ts'

const rules = { maxBytes: 63, fold: (name: string) => name.toLowerCase() }

test('ordinary names stay as they are', () => {
  for (const name of ['id', 'order', 'größe', 'a'.repeat(63), 'with "quotes"']) {
    assert.equal(physicalName(name, rules), name)
  }
})

test('any name fits, is printable, and is told from every other after folding', () => {
  const name = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 100 }),
    fc.constantFrom('id', 'ID', 'Id', '', '\0', '\t', 'x'.repeat(64), 'x'.repeat(65), 'ü'.repeat(40)),
  )
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 20 }), (given) => {
      const made = given.map((each) => physicalName(each, rules))
      for (const each of made) {
        assert.ok(each !== '' && Buffer.byteLength(each) <= rules.maxBytes)
        assert.ok(!/\p{Cc}/u.test(each) && each.isWellFormed())
      }
      assert.equal(new Set(made.map(rules.fold)).size, given.length)
    }),
  )
})

test('quotes are doubled', () => {
  assert.equal(quoted('say "hi"'), '"say ""hi"""')
  assert.equal(literal("it's"), "'it''s'")
})

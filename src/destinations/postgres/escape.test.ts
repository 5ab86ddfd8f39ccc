import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { escapeJson, escapeText, unescapeJson, unescapeText } from './escape.ts'

const unit = fc.oneof(
  fc.constantFrom('\0', '\u241b', '\ud83d', '\ude00', '0000', '\\', '"', 'u0000', 'a', 'ü', '😀'),
  fc.string({ unit: 'binary', maxLength: 3 }),
)
const text = fc.array(unit, { maxLength: 12 }).map((units) => units.join(''))

test('any text can be held and comes back', () => {
  fc.assert(
    fc.property(text, (any) => {
      const held = escapeText(any)
      assert.ok(held.isWellFormed() && !held.includes('\0'))
      assert.equal(unescapeText(held), any)
    }),
  )
  assert.equal(
    escapeText('what most texts are: \u0001 ü 😀 \\u0000'),
    'what most texts are: \u0001 ü 😀 \\u0000',
  )
  assert.equal(escapeText('a\0b\u241b\ud83d'), 'a\u241b0000b\u241b241b\u241bd83d')
})

test('any JSON can be held and comes back with the same value', () => {
  const json = fc.jsonValue({ stringUnit: 'binary' })
  const odd = fc.record({ json, texts: fc.dictionary(text, text) })
  fc.assert(
    fc.property(odd, (value) => {
      const written = JSON.stringify(value)
      const held = escapeJson(written)
      assert.ok(held.isWellFormed() && !/(?<!\\)(\\\\)*\\u(0000|d[89a-f])/.test(held), held)
      assert.deepEqual(JSON.parse(unescapeJson(held)), JSON.parse(written))
    }),
  )
  const examples = {
    '"\\u0000"': '"\u241b0000"',
    '"\\\\u0000"': '"\\\\u0000"',
    '"\\\\\\u0000"': '"\\\\\u241b0000"',
    '"\\uD83D\\uDE00\\ud83d"': '"\\uD83D\\uDE00\u241bd83d"',
    '"\\u241B \u241b"': '"\u241b241b \u241b241b"',
    '{"\\u0000":"\\n"}': '{"\u241b0000":"\\n"}',
  }
  for (const [written, held] of Object.entries(examples)) assert.equal(escapeJson(written), held)
})

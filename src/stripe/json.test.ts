import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJson, rawNumber } from './json.ts'

/** A number's text, and whether it must come as raw digits. */
const numbers: readonly (readonly [string, boolean])[] = [
  ['0', false],
  ['12', false],
  ['-7.25', false],
  ['9007199254740991', false],
  ['9007199254740993', true],
  ['-9007199254740993', true],
  ['12345678901234567890', true],
  ['0.1', false],
  ['0.30000000000000004', false],
  ['0.300000000000000041', true],
  ['1234567.1234567891', true],
  ['123456789.12345678', false],
  ['100.000000000000', false],
  ['1e5', false],
  ['1e400', true],
  ['1.2345678901234567890e3', true],
]

for (const [text, raw] of numbers) {
  test(`${text} ${raw ? 'keeps its digits' : 'is a number'}`, () => {
    for (const body of [
      `{"a":${text}}`,
      `{"a":[${text}, 1]}`,
      `{"text":"${'x'.repeat(40)}","a": ${text} }`,
    ]) {
      const { a } = parseJson(body) as { a: unknown }
      const value = Array.isArray(a) ? a[0] : a
      if (raw) assert.equal(rawNumber(value), text)
      else assert.equal(value, Number(text))
    }
  })
}

test('raw digits are written back as they came', () => {
  const body = '{"id":"a","n":123456789012345678901234567890,"m":[1,0.12345678901234567891]}'
  assert.equal(JSON.stringify(parseJson(body)), body)
})

test('only raw digits are taken for them', () => {
  for (const value of [1, '1', null, undefined, {}, { rawJSON: '1' }, []])
    assert.equal(rawNumber(value), undefined)
})

test('long runs of digits in strings stay strings', () => {
  assert.deepEqual(parseJson('{"iban":"DE00123456789012345678","n":1}'), {
    iban: 'DE00123456789012345678',
    n: 1,
  })
})

test('a number beyond a double is found right behind a long run of digits', () => {
  for (let padding = 0; padding < 40; padding++) {
    const body = `{"a":"${'7'.repeat(20 + padding)}","b":9007199254740993}`
    assert.equal(JSON.stringify(parseJson(body)), body)
  }
})

test('no integer ever loses a digit, wherever it stands', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
      fc.string({ maxLength: 40 }),
      fc.nat({ max: 20 }),
      (integer, text, padding) => {
        const parsed = parseJson(
          `{"text":${JSON.stringify(text)},${' '.repeat(padding)}"n":${integer}}`,
        ) as Record<string, unknown>
        assert.equal(parsed.text, text)
        assert.equal(BigInt(rawNumber(parsed.n) ?? (parsed.n as number)), integer)
      },
    ),
  )
})

/** The number that a text writes, times 10^60: exact. */
function scaled(text: string): bigint {
  const [mantissa = '', exponent = '0'] = text.split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  return BigInt(whole + fraction) * 10n ** BigInt(60 - fraction.length + Number(exponent))
}

test('no decimal ever loses a digit', () => {
  const digits = fc.stringMatching(/^[0-9]{1,20}$/)
  fc.assert(
    fc.property(fc.nat({ max: 10 ** 9 }), digits, (whole, fraction) => {
      const text = `${whole}.${fraction}`
      const { n } = parseJson(`{"n":${text}}`) as { n: unknown }
      assert.equal(scaled(rawNumber(n) ?? String(n)), scaled(text))
    }),
  )
})

test('text that is not JSON throws, on the fast way and on the exact one', () => {
  assert.throws(() => parseJson('{"a":1'), SyntaxError)
  assert.throws(() => parseJson('{"a":12345678901234567890'), SyntaxError)
})

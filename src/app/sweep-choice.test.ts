import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from '../core/errors.ts'
import { sweepChoice } from './sweep-choice.ts'

const hour = 3_600_000
const day = 24 * hour

test('clocks by table', () => {
  assert.deepEqual(
    sweepChoice(['payouts=6h/60d', ' quotes = 30m ', 'disputes=1w/all', 'accounts=off']),
    new Map<string, unknown>([
      ['payouts', { every: 6 * hour, back: 60 * day }],
      ['quotes', { every: hour / 2 }],
      ['disputes', { every: 7 * day, back: 'all' }],
      ['accounts', 'off'],
    ]),
  )
  assert.deepEqual(sweepChoice([]), new Map())
})

test('what is no clock is refused, with how to write one', () => {
  for (const [wrong, said] of [
    ['payouts', /does not name a table and its clock/],
    ['=6h', /does not name a table/],
    ['payouts=', /"" is not a span of time/],
    ['payouts=0h', /"0h" is not a span/],
    ['payouts=6', /"6" is not a span/],
    ['payouts=6h/', /"" is not a span/],
    ['payouts=6h/60', /"60" is not a span/],
    ['payouts=off/60d', /"off" is not a span/],
    ['payouts=all/60d', /"all" is not a span/],
  ] as const) {
    assert.throws(
      () => sweepChoice([wrong]),
      (error) => error instanceof ConfigError && said.test(error.message) && /6h\/60d/.test(error.cure ?? ''),
      wrong,
    )
  }
  assert.throws(() => sweepChoice(['payouts=6h', 'payouts=off']), /given twice for payouts/)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { ConfigError } from '../core/errors.ts'
import { parseApiKey, redact } from './apiKey.ts'
import { type StripeConfigInput, stripeConfig } from './config.ts'

const body = '51AbCdEfGhIjKlMnOpQrStUv'

function problem(input: StripeConfigInput): string {
  try {
    stripeConfig(input)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes(body), 'the key is in the error')
    return error.message
  }
  return assert.fail('accepted')
}

test('a key says its kind and mode, and which limits hold', () => {
  for (const [prefix, kind, mode, account] of [
    ['rk_live_', 'restricted', 'live', 100],
    ['rk_test_', 'restricted', 'test', 25],
    ['sk_live_', 'secret', 'live', 100],
    ['sk_test_', 'secret', 'test', 25],
  ] as const) {
    const config = stripeConfig({ apiKey: ` ${prefix}${body}\n` })
    assert.equal(config.apiKey.kind, kind)
    assert.equal(config.apiKey.mode, mode)
    assert.equal(config.apiKey.reveal(), prefix + body)
    assert.equal(config.apiKey.masked, `${prefix}…StUv`)
    assert.equal(config.limits.account, account)
    assert.equal(config.limits.endpoint, 25)
    assert.equal(config.apiBase, 'https://api.stripe.com')
    assert.equal(config.rate, 0.8)
  }
})

test('keys that cannot work are refused with the reason, and never repeated', () => {
  assert.match(problem({ apiKey: `pk_live_${body}` }), /publishable/)
  assert.match(problem({ apiKey: `whsec_${body}` }), /does not begin with/)
  assert.match(problem({ apiKey: body }), /does not begin with/)
  assert.match(problem({ apiKey: `rk_live_${body}…` }), /not whole/)
  assert.match(problem({ apiKey: `rk_live_${body} ${body}` }), /not whole/)
  assert.match(problem({ apiKey: '  ' }), /empty/)
  assert.match(problem({ apiKey: `sk_org_${body}` }), /needs the context/)
  assert.equal(stripeConfig({ apiKey: `sk_org_${body}`, context: 'acct_1' }).apiKey.kind, 'organization')
})

test('every problem is named', () => {
  const apiKey = `rk_test_${body}`
  assert.match(problem({ apiKey, apiBase: 'stripe', rate: 2 }), /API base.*; .*rate/)
  assert.match(problem({ apiKey, account: 'acct_1', context: 'acct_2' }), /never both/)
  assert.match(problem({ apiKey, account: 'acme' }), /not an id/)
  assert.match(problem({ apiKey, apiBase: 'http://user:pass@localhost' }), /plain address/)
  assert.match(problem({ apiKey: `rk_live_${body}`, apiBase: 'http://sandbox:12111' }), /unencrypted/)
})

test('a rate is a share or a percentage', () => {
  const rate = (rate: string | number) => stripeConfig({ apiKey: `rk_test_${body}`, rate }).rate
  assert.equal(rate('100%'), 1)
  assert.equal(rate('50 %'), 0.5)
  assert.equal(rate('0.25'), 0.25)
  assert.equal(rate(0.8), 0.8)
  for (const bad of ['0%', '101%', 'fast', '', Number.NaN]) {
    assert.match(problem({ apiKey: `rk_test_${body}`, rate: bad }), /rate/)
  }
})

test('live keys go unencrypted to this machine alone', () => {
  for (const apiBase of ['http://127.0.0.1:12111', 'http://localhost:1', 'http://[::1]:1/']) {
    assert.equal(stripeConfig({ apiKey: `rk_live_${body}`, apiBase }).apiBase, apiBase.replace(/\/$/, ''))
  }
})

test('redaction finds keys anywhere, and of short ones shows nothing', () => {
  const key = parseApiKey(`rk_live_${body}`)
  assert.ok(typeof key !== 'string')
  assert.equal(redact(`a sk_live_${body} b 'rk_test_****wxyz'.`), "a sk_live_…StUv b 'rk_test_…'.")
  assert.equal(redact('sk_test_shortone1'), 'sk_test_…')
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      assert.ok(!redact(`${before}rk_live_${body}${after}`, key).includes(body))
    }),
  )
})

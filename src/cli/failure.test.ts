import assert from 'node:assert/strict'
import { test } from 'node:test'
import { redact } from '../app/redact.ts'
import { BudgetError, ConfigError, FenceError, TransientError } from '../core/errors.ts'
import { failureOf } from './failure.ts'
import { usageLine } from './program.ts'

test('each kind of error has its exit code, and one line that says what to do', () => {
  assert.deepEqual(failureOf(new ConfigError('the file is\n  read-only', { cure: 'choose another' })), {
    message: 'the file is; read-only. Choose another',
    exitCode: 2,
  })
  assert.deepEqual(failureOf(new TransientError('Stripe cannot be reached.', { cure: 'try later' })), {
    message: 'Stripe cannot be reached. Try later',
    exitCode: 1,
  })
  assert.deepEqual(failureOf(new TransientError('no answer')), { message: 'no answer', exitCode: 1 })
  assert.deepEqual(failureOf(new BudgetError('used up')), { message: 'used up', exitCode: 1 })
  assert.match(failureOf(new FenceError('another run took over')).message, /^another run took over\. /)
  assert.equal(failureOf(new FenceError('x')).exitCode, 1)
})

test('anything else is a bug, with its stack', () => {
  const failure = failureOf(new TypeError('x is not a function'))
  assert.equal(failure.exitCode, 1)
  assert.match(failure.message, /^TypeError: x is not a function\. This is a bug in sluice/)
  assert.match(failure.stack ?? '', /failure\.test\.ts/)
  assert.match(failureOf('thrown text').message, /thrown text/)
})

test("commander's messages become one line", () => {
  assert.equal(
    usageLine("error: unknown option '--nme'\n(Did you mean --name?)\n"),
    "unknown option '--nme'. Did you mean --name?",
  )
  assert.equal(
    usageLine("error: missing required argument 'sql'"),
    "missing required argument 'sql'. See sluice --help",
  )
})

test('keys are blotted out wherever they stand, and secrets of any shape', () => {
  for (const key of [
    'sk_live_abc123DEF456',
    'rk_test_0123456789',
    'sk_org_live_0123456789ab',
    'whsec_0123456789',
  ]) {
    const clean = redact(`GET failed for "${key}", twice: ${key}.`)
    assert.ok(!clean.includes(key.slice(-8)), clean)
  }
  assert.equal(redact('the word hunter22 stays out', ['hunter22']), 'the word [key] stays out')
  assert.equal(redact('invoices of acct_123456789 in desk_live'), 'invoices of acct_123456789 in desk_live')
})

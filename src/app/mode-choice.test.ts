import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from '../core/errors.ts'
import { modeChoice, modesOf } from './mode-choice.ts'

const streams = [{ name: 'invoices' }, { name: 'invoice_lines' }, { name: 'customers' }]
const chosen = (...given: readonly string[]) => [...modesOf(modeChoice(given), streams)]

test('tables have the mode that is said for them, or for all, or the default', () => {
  assert.deepEqual(chosen(), [])
  assert.deepEqual(chosen('invoices=history'), [['invoices', 'history']])
  assert.deepEqual(chosen('append', ' customers = full_refresh ', 'invoices=incremental'), [
    ['invoice_lines', 'append'],
    ['customers', 'full_refresh'],
  ])
})

test('what is no mode or no selected table is refused, with the nearest that is', () => {
  const refused = (...given: readonly string[]) => {
    try {
      chosen(...given)
    } catch (error) {
      assert.ok(error instanceof ConfigError)
      return `${error.message}; ${error.cure}`
    }
    return assert.fail(`${given} was accepted`)
  }
  assert.match(refused('invoices=histroy'), /no mode "histroy"; did you mean history\?/)
  assert.match(refused('full-refresh'), /did you mean full_refresh\?/)
  assert.match(refused('invoices'), /no mode "invoices"; write incremental, full_refresh, append, history/)
  assert.match(
    refused('invoice=history'),
    /names invoice, which .* not .* selected.*; did you mean invoices\?/,
  )
  assert.match(refused('charges=history'), /names charges.*; add it to --tables/)
  assert.match(refused('=history'), /names no table/)
  assert.match(refused('invoices='), /no mode ""/)
  assert.match(refused('append', 'history'), /says append and history for all tables/)
  assert.match(refused('invoices=append', 'invoices=history'), /says append and history for invoices/)
})

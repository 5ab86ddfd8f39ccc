import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from '../core/errors.ts'
import { partOf } from './part.ts'

const streams = ['coupons', 'invoice_lines', 'invoices', 'products', 'subscription_items'].map((name) => ({
  name,
}))
const part = (...asked: readonly string[]) => partOf(streams, asked).map(({ name }) => name)

test('what is read together is run together, whichever of it was asked for, and also where its parent is not selected', () => {
  assert.deepEqual(part('products'), ['products'])
  assert.deepEqual(part('invoices'), ['invoice_lines', 'invoices'])
  assert.deepEqual(part('invoice_lines', 'coupons'), ['coupons', 'invoice_lines', 'invoices'])
  assert.deepEqual(part('subscription_items'), ['subscription_items'])
  assert.equal(partOf(streams, undefined), streams)
})

test('what is not selected cannot be run', () => {
  assert.throws(
    () => part('coupons', 'charges'),
    (error) =>
      error instanceof ConfigError &&
      /only charges/.test(error.message) &&
      /coupons, inv/.test(error.cure ?? ''),
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearest } from './nearest.ts'

test('what is near enough was meant', () => {
  const names = ['core', 'all', 'invoices', 'invoice_lines', 'history', 'email', 'duckdb']
  const found = (words: readonly string[]) => words.map((word) => nearest(word, names))
  assert.deepEqual(found(['invocies', 'hist', 'emial', 'ducdb']), ['invoices', 'history', 'email', 'duckdb'])
  assert.deepEqual(found(['foo', 'nope', 'x', '', 'subscriptions']), Array(5).fill(undefined))
})

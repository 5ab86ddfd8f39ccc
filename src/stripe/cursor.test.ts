import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../core/model.ts'
import { type Branch, branches } from './branch.ts'
import { walksOf } from './cursor.ts'
import { resolveStreams, tablesFor } from './selection.ts'
import { catalog } from './streams.ts'

const branchOf = (tables: string, fields: Readonly<Record<string, readonly string[]>> = {}): Branch => {
  const selected = tablesFor(resolveStreams(tables, new Map(Object.entries(fields))))
  return branches(catalog(), selected)[0] ?? assert.fail(tables)
}

/** The state after the branch was walked to its end. */
const walked = (branch: Branch): ReadonlyMap<string, Json> => {
  const { walks } = walksOf(branch, { state: new Map(), since: 0, fullRefresh: false, now: 1 })
  return new Map(walks.map(({ scope, cursor }) => [scope, { ...cursor, slices: [] } as unknown as Json]))
}
const again = (state: ReadonlyMap<string, Json>, branch: Branch, fullRefresh = false) =>
  walksOf(branch, { state, since: 0, fullRefresh, now: 2 }).again.map(
    ({ stream, kind }) => `${stream} ${kind}`,
  )

test('a walk that is made again because more is selected is an incident, and a first one is none', () => {
  const some = branchOf('customers', { customers: ['name'] })
  const more = branchOf('customers', { customers: ['name', 'email'] })
  assert.deepEqual(again(new Map(), some), [])
  assert.deepEqual(again(walked(some), some), [])
  assert.deepEqual(again(walked(more), some), [])
  assert.deepEqual(again(walked(some), more), ['customers selection'])
  assert.deepEqual(again(walked(some), more, true), [])
})

test('what was left out for a while is read again: rows written meanwhile lack it', () => {
  const some = branchOf('customers', { customers: ['name'] })
  const all = branchOf('customers')
  const state = new Map(walked(all))
  const { walks, marks } = walksOf(some, { state, since: 0, fullRefresh: false, now: 2 })
  assert.deepEqual(walks, [])
  for (const { scope, cursor } of marks) state.set(scope, cursor)
  assert.deepEqual(again(state, some), [])
  assert.deepEqual(again(state, all), ['customers selection'])
})

test('a table below another one, selected later, is read for the first time and not again', () => {
  const invoices = walked(branchOf('invoices'))
  assert.deepEqual(again(invoices, branchOf('invoices,invoice_lines')), [])
  const lines = { invoice_lines: ['amount'] }
  const both = walked(branchOf('invoices,invoice_lines', lines))
  assert.deepEqual(again(both, branchOf('invoices,invoice_lines')), [
    'invoices selection',
    'invoice_lines selection',
  ])
})

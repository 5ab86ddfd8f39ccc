import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json, State, StreamSelection } from '../core/model.ts'
import { extraColumn } from '../core/schema.ts'
import { type Branch, branches } from './branch.ts'
import { humbled, walksOf } from './cursor.ts'
import { guards } from './guard.ts'
import { hasher } from './hasher.ts'
import { resolveStreams, tablesFor } from './selection.ts'
import { catalog } from './streams.ts'
import { testHasher } from './testing/streams.ts'

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

test('a table above another one, selected later, is read with that one', () => {
  const all = branchOf('invoices,invoice_lines')
  const lines = walked(branchOf('invoice_lines'))
  const { walks, marks, again } = walksOf(all, { state: lines, since: 0, fullRefresh: false, now: 3 })
  assert.deepEqual(
    walks.map(({ scope, cursor }) => [scope, Object.keys(cursor.streams), cursor.prune]),
    [['invoices', ['invoices', 'invoice_lines'], true]],
  )
  assert.deepEqual(marks, [{ scope: 'invoice_lines', cursor: null }])
  assert.deepEqual(again, [])
  // In a run that was killed, it is carried on.
  const state = new Map(walks.map(({ scope, cursor }) => [scope, cursor as unknown as Json]))
  assert.deepEqual(walksOf(all, { state, since: 0, fullRefresh: false, now: 4 }).walks, walks)
})

test('a change of protection is read again whole, whatever is to be done about new columns', () => {
  const protectedBy = (selection: Partial<StreamSelection>, key = 'one key of at least 16 bytes') => {
    const selections = [{ name: 'customers', ...selection }]
    const guarded = guards(catalog(), selections, hasher(key))
    return branches(catalog(), tablesFor(selections), guarded)[0] ?? assert.fail()
  }
  const plain = protectedBy({})
  const email = protectedBy({ hashed: ['email'] })
  const otherKey = protectedBy({ hashed: ['email'] }, 'another key of at least 16 bytes')
  const both = protectedBy({ hashed: ['email', 'name'] })
  for (const newColumns of ['reload', 'from-now'] as const) {
    const listed = (before: Branch, now: Branch) =>
      walksOf(now, { state: walked(before), since: 0, fullRefresh: false, now: 2, newColumns }).walks.length
    assert.equal(listed(email, email), 0)
    assert.equal(listed(both, protectedBy({ hashed: ['name', 'email'] })), 0, 'in any order')
    for (const [before, now] of [
      [plain, email],
      [email, plain],
      [email, both],
      [both, email],
      [email, otherKey],
    ] as const) {
      assert.equal(listed(before, now), 1)
    }
  }
  const place = protectedBy({ excluded: ['metadata.tax_number'] })
  assert.deepEqual(again(walked(plain), place), [], 'less is wanted')
  assert.deepEqual(again(walked(place), plain), ['customers selection'])
})

test('new columns are read from now on, and are no news any more', () => {
  const some = branchOf('customers', { customers: ['name'] })
  const more = branchOf('customers', { customers: ['name', 'email'] })
  const { walks, marks } = walksOf(more, {
    state: walked(some),
    since: 0,
    fullRefresh: false,
    now: 2,
    newColumns: 'from-now',
  })
  assert.deepEqual(walks, [])
  const state = new Map(marks.map(({ scope, cursor }) => [scope, cursor]))
  assert.deepEqual(again(state, more), [], 'the choice is remembered')
  assert.deepEqual(again(state, branchOf('customers')), ['customers selection'])
})

test('a field that the catalog has learned is a new column', () => {
  const [customers] = catalog().streams.filter(({ name }) => name === 'customers')
  assert.ok(customers)
  const younger = { ...customers, columns: customers.columns.filter(({ name }) => name !== 'phone') }
  const columns = [
    ...younger.columns.map(({ name, type, nullable }) => ({ name, type, nullable })),
    extraColumn,
  ]
  const table = { name: 'customers', key: ['id'], columns }
  const before = branches({ apiVersion: '', streams: [younger] }, new Map([['customers', table]]))[0]
  assert.ok(before)
  assert.deepEqual(again(walked(before), branchOf('customers')), ['customers selection'])
  assert.deepEqual(again(walked(before), branchOf('customers', { customers: ['phone'] })), [
    'customers selection',
  ])
})

test('before a row lacks a column or has it otherwise, no cursor promises it any more', () => {
  const all = branchOf('customers')
  const some = branchOf('customers', { customers: ['name'] })
  const other = branchOf('customers', { customers: ['phone'] })
  const humble = (before: Branch, now: Branch) =>
    new Map([
      ...walked(before),
      ...humbled(now, walked(before)).map(({ scope, cursor }) => [scope, cursor] as const),
    ])
  assert.deepEqual(humbled(all, walked(all)), [])
  assert.deepEqual(humbled(all, walked(some)), [], 'a wider selection takes nothing away')
  assert.deepEqual(again(humble(all, some), some), [])
  assert.deepEqual(again(humble(all, some), all), ['customers selection'])
  assert.deepEqual(again(humble(some, other), some), ['customers selection'])
  const selections = [{ name: 'customers', hashed: ['email'] }]
  const hashed = branches(catalog(), tablesFor(selections), guards(catalog(), selections, testHasher))[0]
  assert.ok(hashed)
  assert.deepEqual(again(humble(all, hashed), all), ['customers selection'])
  assert.deepEqual(again(humble(all, hashed), hashed), ['customers selection'])
  const plain = { since: 0, fullRefresh: false, now: 2 }
  const told = (state: State, branch: Branch) => walksOf(branch, { ...plain, state }).again[0]?.message ?? ''
  assert.match(told(walked(all), hashed), /what is hashed of it changed; copies .* until .* a full refresh/)
  assert.match(told(walked(some), all), /what is selected of it changed$/)
  const later = { since: 0, fullRefresh: false, now: 2, newColumns: 'from-now' as const }
  assert.equal(walksOf(all, { ...later, state: humble(all, hashed) }).walks.length, 1, 'nor for from-now')
})

test('what must come from a walk that began later is walked again, with what is below it; what did is carried on', () => {
  const branch = branchOf('invoices,invoice_lines')
  const state = walked(branch)
  const from = (stream: string, since: number, of = state) => {
    const wholeSince = new Map([[stream, since]])
    const { walks, again } = walksOf(branch, { state: of, since: 0, fullRefresh: false, now: 9, wholeSince })
    assert.deepEqual(again, [], 'what was asked for is no incident')
    return walks.map(({ scope, cursor }) => [
      scope,
      Object.keys(cursor.streams),
      cursor.started,
      cursor.prune,
    ])
  }
  assert.deepEqual(from('invoices', 1), [])
  const whole = [['invoices', ['invoices', 'invoice_lines'], 9, true]]
  assert.deepEqual(from('invoices', 2), whole)
  assert.deepEqual(from('invoice_lines', 2), whole)
  assert.deepEqual(from('customers', 2), [])
  const { walks } = walksOf(branch, { state: new Map(), since: 0, fullRefresh: false, now: 5 })
  const begun = new Map(walks.map(({ scope, cursor }) => [scope, cursor as unknown as Json]))
  assert.deepEqual(
    from('invoices', 5, begun).map(([, , started]) => started),
    [5],
  )
  assert.deepEqual(from('invoices', 6, begun), [['invoices', ['invoices', 'invoice_lines'], 9, true]])
})

test('a table that was selected later is walked again with the one above it', () => {
  const [all, invoices] = [branchOf('invoices,invoice_lines'), walked(branchOf('invoices'))]
  const later = walksOf(all, { state: invoices, since: 0, fullRefresh: false, now: 3 }).walks
  const state = new Map([
    ...invoices,
    ...later.map(({ scope, cursor }) => [scope, { ...cursor, slices: [] } as unknown as Json] as const),
  ])
  const wholeSince = new Map([['invoices', 4]])
  const { walks } = walksOf(all, { state, since: 0, fullRefresh: false, now: 9, wholeSince })
  assert.deepEqual(
    walks.flatMap(({ cursor }) => Object.keys(cursor.streams)),
    ['invoices', 'invoice_lines'],
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { frame, type Paint } from './frame.ts'
import type { ProgressView, TableProgress } from './state.ts'
import { clockTime, endLine } from './words.ts'

const bare: Paint = (_, text) => text
const table = (part: Partial<TableProgress> & { readonly table: string }): TableProgress => ({
  stream: part.table,
  status: 'reading',
  read: 0,
  loaded: 0,
  deleted: 0,
  requests: 0,
  limited: 0,
  rate: 0,
  ...part,
})
const view = (tables: readonly TableProgress[]): ProgressView => ({
  tables,
  done: tables.filter(({ status }) => status === 'ok').length,
  read: tables.reduce((sum, { read }) => sum + read, 0),
  requests: 4402,
  limited: 12,
  rate: 8904.4,
  elapsed: 48_000,
})
const some = view([
  table({ table: 'customers', status: 'ok', read: 1_000 }),
  table({
    table: 'invoices',
    read: 124_300,
    rate: 2_180,
    requests: 1_243,
    limited: 12,
    fraction: 0.62,
    left: 151_000,
  }),
  table({ table: 'invoice_lines', read: 211_000, rate: 3_700 }),
  table({ table: 'charges', read: 1, rate: 0.4, requests: 1, fraction: 0 }),
  table({ table: 'refunds', status: 'waiting' }),
])

test('a wide terminal shows everything, and only of the tables being read', () => {
  assert.deepEqual(frame(some, { width: 120, height: 30 }, bare), [
    'invoices       ████████████░░░░░░░░  62%  124,300 rows  2,180/s  1,243 req  12 limited  2:31 left',
    'invoice_lines                             211,000 rows  3,700/s      0 req                       ',
    'charges        ░░░░░░░░░░░░░░░░░░░░   0%         1 row      0/s      1 req                       ',
    '1 of 5 tables, 336,301 rows, 8,904/s, 4,402 requests (12 rate limited), 0:48',
  ])
})

test('a narrow terminal leaves out what matters least', () => {
  assert.deepEqual(frame(some, { width: 50, height: 30 }, bare), [
    'invoices       62%  124,300 rows  2,180/s',
    'invoice_lines       211,000 rows  3,700/s',
    'charges         0%         1 row      0/s',
    '1 of 5 tables, 336,301 rows, 8,904/s, 4,402 reque…',
  ])
})

test('before bars are left out they become short, and what is read whole has no rate', () => {
  const lines = frame(
    view([
      table({
        table: 'invoices',
        read: 124_300,
        rate: 2_180,
        requests: 1_243,
        fraction: 0.62,
        left: 151_000,
      }),
      table({ table: 'charges', read: 17_099, requests: 182, fraction: 1 }),
    ]),
    { width: 60, height: 30 },
    bare,
  )
  assert.deepEqual(lines.slice(0, 2), [
    'invoices  █████░░░   62%  124,300 rows  2,180/s  2:31 left',
    'charges   ████████  100%   17,099 rows                    ',
  ])
})

test('a low terminal shows the tables with most to do, and how many more there are', () => {
  assert.deepEqual(frame(some, { width: 40, height: 4 }, bare), [
    'charges  ░░░░░░░░  0%  1 row  0/s',
    'and 2 more tables',
    '1 of 5 tables, 336,301 rows, 8,904/s, 4…',
  ])
})

test('a frame fits, whatever the size', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 2, max: 60 }), (width, height) => {
      const lines = frame(some, { width, height }, bare)
      assert.ok(lines.length <= height - 1)
      for (const line of lines) assert.ok(line.length <= width, line)
    }),
  )
})

test('the end of a table on one line', () => {
  assert.equal(
    endLine(
      table({ table: 'invoices', status: 'ok', loaded: 12_345, deleted: 3, requests: 124, limited: 2 }),
    ),
    'invoices: 12,345 rows, 3 deleted, 124 requests (2 rate limited)',
  )
  assert.equal(endLine(table({ table: 'invoice_lines', status: 'ok', loaded: 1 })), 'invoice_lines: 1 row')
  assert.equal(
    endLine(table({ table: 'charges', status: 'no_permission', reason: 'the key lacks charge_read' })),
    'charges: no permission: the key lacks charge_read',
  )
})

test('times', () => {
  assert.deepEqual([0, 59_400, 83_000, 3_723_000].map(clockTime), ['0:00', '0:59', '1:23', '1:02:03'])
})

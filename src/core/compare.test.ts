import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  compare,
  differing,
  type Kind,
  keyOf,
  sameCell,
  shownKey,
  storedKeyOf,
  upstreamOf,
} from './compare.ts'
import type { Change, Row, Table } from './model.ts'

const table: Table = {
  name: 'things',
  columns: [
    { name: 'id', type: 'text', nullable: false },
    { name: 'amount', type: 'integer', nullable: true },
    { name: 'rate', type: 'decimal', nullable: true },
    { name: 'data', type: 'json', nullable: true },
  ],
  key: ['id'],
}
const shape = { account: 'acct_1', tables: new Map([['things', table]]) }

const stored = (row: Row, deletedAt: number | null = null, account = 'acct_1'): Row => [
  account,
  1,
  0,
  deletedAt,
  ...row,
]

function sides(above: readonly Row[], below: readonly Row[]) {
  const upstream = upstreamOf(
    shape,
    above.map((row): Change => ({ op: 'upsert', stream: 'things', row, version: 1 })),
  )
  return {
    upstream,
    stored: new Map([['things', Map.groupBy(below, (row) => storedKeyOf(shape, 'things', row))]]),
  }
}

test('cells are the same by value, however they are written', () => {
  assert.ok(
    sameCell('decimal', '12.500', '12.5') &&
      sameCell('decimal', '-0', '0') &&
      sameCell('decimal', '007', '7'),
  )
  assert.ok(!sameCell('decimal', '12.5', '12.50000000001') && !sameCell('decimal', '-1', '1'))
  assert.ok(sameCell('json', '{"a": 1, "b": [2]}', '{"b":[2],"a":1.0}'))
  assert.ok(!sameCell('json', '{"b":[2,1]}', '{"b":[1,2]}') && !sameCell('json', '"1"', '1'))
  assert.ok(!sameCell('json', '9007199254740993', '9007199254740992'), 'beyond what a double holds')
  assert.ok(sameCell('integer', 5, 5n) && !sameCell('integer', 2n ** 60n, 2n ** 60n + 1n))
  assert.ok(!sameCell('text', '', null) && !sameCell('text', 'a', 'A') && sameCell('text', null, null))
})

test('JSON in another order of keys is the same, with another value it is not', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.string(), (value, other) => {
      const turned = Object.fromEntries(Object.entries(value).reverse())
      assert.ok(sameCell('json', JSON.stringify(value), JSON.stringify(turned, null, 2)))
      const [first = ''] = Object.keys(value)
      const changed = JSON.stringify({ ...value, [first]: { changed: other } })
      const isSame = JSON.stringify(value[first]) === JSON.stringify({ changed: other })
      assert.equal(sameCell('json', JSON.stringify(value), changed), isSame)
    }),
  )
})

const kinds = ['same', 'spelling', 'missing', 'marked', 'extra', 'twice', 'foreign', 'gone', 'stale'] as const

test('exactly the rows that differ are found, each with its kind', () => {
  const happening = fc.record({ what: fc.constantFrom(...kinds), amount: fc.integer() })
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 40 }), (happenings) => {
      const above: Row[] = []
      const below: Row[] = []
      const expected: (readonly [Kind, string])[] = []
      for (const [index, { what, amount }] of happenings.entries()) {
        const id = `id${index}`
        const row = [id, amount, '1.50', '{"a":1,"b":2}']
        if (what !== 'extra' && what !== 'gone' && what !== 'foreign') above.push(row)
        if (what === 'spelling') below.push(stored([id, BigInt(amount), '1.5', '{"b": 2, "a": 1}']))
        else if (what === 'stale') below.push(stored([id, amount, '1.51', '{"a":1,"b":2}']))
        else if (what === 'marked' || what === 'gone') below.push(stored(row, 5))
        else if (what === 'foreign') below.push(stored(row, null, 'acct_2'))
        else if (what !== 'missing') below.push(stored(row))
        if (what === 'twice') below.push(stored(row))
        if (what === 'missing' || what === 'marked') expected.push(['missing', id])
        if (what === 'extra' || what === 'twice' || what === 'foreign') expected.push(['extra', id])
        if (what === 'stale') expected.push(['stale', id])
      }
      const { upstream, stored: there } = sides(above, below)
      const found = compare(shape, upstream, there).map(({ kind, key }) => [kind, shownKey(key)] as const)
      const sorted = (list: readonly (readonly string[])[]) => list.map(String).sort()
      assert.deepEqual(sorted(found), sorted(expected))
      // What does not count is not found.
      const ignored = new Map([['things', new Set(['rate'])]])
      assert.ok(!compare(shape, upstream, there, ignored).some(({ kind }) => kind === 'stale'))
    }),
  )
})

test('columns that differ are named', () => {
  assert.deepEqual(differing(table, ['a', 1, '1', '{}'], ['a', 2, '1.0', null]), ['amount', 'data'])
})

test('changes in order leave what a warehouse would have', () => {
  const row = (id: string, amount: number): Row => [id, amount, null, null]
  const upstream = upstreamOf(shape, [
    { op: 'upsert', stream: 'things', row: row('a', 1), version: 2 },
    { op: 'upsert', stream: 'things', row: row('a', 0), version: 1 },
    { op: 'upsert', stream: 'things', row: row('b', 1), version: 1 },
    { op: 'delete', stream: 'things', row: row('b', 1), version: 2 },
    { op: 'upsert', stream: 'things', row: row('c', 7), version: 1 },
    { op: 'upsert', stream: 'things', row: row('d', 7), version: 3 },
    { op: 'prune', stream: 'things', version: 3, within: { column: 'amount', equals: 7 } },
  ])
  const left = [...(upstream.get('things') ?? [])].map(([key, { version }]) => [shownKey(key), version])
  assert.deepEqual(left, [
    ['a', 2],
    ['d', 3],
  ])
  assert.equal(keyOf(shape, 'things', row('a', 1)), storedKeyOf(shape, 'things', stored(row('a', 1))))
})

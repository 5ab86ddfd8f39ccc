import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contentHash } from './content-hash.ts'
import type { Cell, Column } from './model.ts'

const columns: readonly Column[] = [
  { name: 'id', type: 'text', nullable: false },
  { name: 'amount', type: 'integer', nullable: true },
  { name: 'note', type: 'json', nullable: true },
]
const of = (...cells: readonly Cell[]) => contentHash(columns, cells)

test('JSON counts by value: neither spaces nor the order of keys make a difference', () => {
  const turned = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(turned)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, inner]) => [key, turned(inner)]),
          )
        : value
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.equal(of('a', 1, JSON.stringify(value)), of('a', 1, JSON.stringify(turned(value), null, 2)))
    }),
  )
})

test('other content has another hash', () => {
  const different = [
    of('a', 1, '{"x":1}'),
    of('a', 1, '{"x":"1"}'),
    of('a', 1, '{"x":"#1"}'),
    of('a', 1, '{"x":9007199254740993}'),
    of('a', 1, '{"x":9007199254740992}'),
    of('a', 1, '{"x":null}'),
    of('a', 1, '{}'),
    of('a', 1, '[["x",1]]'),
    of('a', 1, '["x",1]'),
    of('a', 1, null),
    of('a', 1, 'null'),
    of('a', null, null),
    of('a', 2n ** 60n, null),
    of('b', 1, null),
  ]
  assert.equal(new Set(different).size, different.length)
})

test('a column without a value changes nothing, nor does the order of columns', () => {
  const wider: readonly Column[] = [...columns, { name: 'more', type: 'text', nullable: true }]
  assert.equal(contentHash(wider, ['a', 1, null, null]), of('a', 1, null))
  assert.notEqual(contentHash(wider, ['a', 1, null, '']), of('a', 1, null))
  assert.equal(contentHash(columns.toReversed(), [null, 1, 'a']), of('a', 1, null))
})

test('it stays what it is: warehouses hold it', () => {
  assert.equal(of('a', 1, '{"x":[1,"y"]}'), 'addf5d794e5a11fdc24e9beafad156f4')
})

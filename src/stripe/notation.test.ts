import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ColumnType } from '../core/model.ts'
import type { CatalogColumn } from './catalog.ts'
import { formatColumn, parseColumn } from './notation.ts'

const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/)
const type = fc.constantFrom<ColumnType>(
  'text',
  'integer',
  'decimal',
  'float',
  'boolean',
  'timestamp',
  'date',
  'json',
)

test('a column survives its line', () => {
  const column = fc
    .record({
      path: fc.array(word, { maxLength: 3 }),
      type,
      nullable: fc.boolean(),
      expandable: fc.boolean(),
      own: word,
    })
    .chain(({ path, expandable, own, ...rest }) =>
      fc
        .constantFrom(own, path.join('_') || own)
        .map((name): CatalogColumn => ({ name, path, ...rest, ...(expandable ? { expandable } : {}) })),
    )
  fc.assert(fc.property(column, (one) => assert.deepEqual(parseColumn(formatColumn(one)), one)))
})

test('lines say the least', () => {
  const path = ['automatic_tax', 'liability', 'account']
  const column: CatalogColumn = { name: path.join('_'), path, type: 'text', nullable: true, expandable: true }
  assert.equal(formatColumn(column), 'automatic_tax.liability.account text? expandable')
  assert.equal(formatColumn({ name: 'quote', path: [], type: 'text', nullable: false }), '@quote text')
  assert.equal(formatColumn({ name: 'b', path: ['a'], type: 'json', nullable: false }), 'a json as b')
})

test('what is no column is refused', () => {
  for (const line of ['', 'a', 'a words', 'a text was b', 'a text as', 'a text?? expandable']) {
    assert.throws(() => parseColumn(line), /not a column/, line)
  }
})

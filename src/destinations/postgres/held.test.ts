import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Row } from '../../core/model.ts'
import { loadTable } from '../../core/schema.ts'
import { encoded } from './encode.ts'
import { heldBy, hold } from './held.ts'

const table = loadTable({
  name: 'things',
  columns: [
    { name: 'id', type: 'text', nullable: false },
    { name: 'total', type: 'integer', nullable: true },
    { name: 'more', type: 'json', nullable: true },
  ],
  key: ['id'],
})
const rowOf = (id: number, syncedAt: number, size: number): Row => [
  'acct_ü',
  id + 7,
  syncedAt,
  null,
  `th_${id}`,
  id % 3 === 0 ? null : id,
  size === 0 ? null : JSON.stringify('ä'.repeat(size)),
]

test('held rows are sent as they would have been from their cells, whichever of them, with the time of their load', () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 90_000 })), {
    maxLength: 60,
  })
  fc.assert(
    fc.property(sizes, fc.infiniteStream(fc.boolean()), (lengths, some) => {
      const rows = hold(table)
      const all = lengths.map((size, id) => rows.add(rowOf(id, 0, size)))
      // Numbers count on, over all buffers.
      assert.deepEqual(all, [...all.keys()])
      const numbers = all.filter(() => some.next().value)
      numbers.push(...numbers.splice(0, 3))
      const sending = heldBy(rows).sending(numbers, 1_700_000_000_000_123)
      const whole = numbers.map((number) => rowOf(number, 1_700_000_000_000_123, lengths[number] ?? 0))
      const late = new Set(numbers.flatMap((_, at) => (at % 4 === 1 ? [at] : [])))
      const types = table.columns.map(({ type }) => type)
      const expected = (sent: readonly Row[]) => Buffer.concat([...encoded(sent, [...types.keys()], types)])
      assert.ok(Buffer.concat([...sending.chunks()]).equals(expected(whole)))
      assert.ok(
        Buffer.concat([...sending.chunks(late)]).equals(expected(whole.filter((_, at) => !late.has(at)))),
      )
      assert.deepEqual(
        whole.map((_, at) => [sending.cell(at, 0), sending.cell(at, 1), sending.cell(at, 4)]),
        whole.map((row) => [row[0], row[1], row[4]]),
      )
    }),
    { numRuns: 60 },
  )
})

test('held rows refuse a cell of another type, and a table that is no load’s', () => {
  assert.throws(() => hold(table).add(rowOf(1, 0, 0).with(5, 'one')), TypeError)
  assert.throws(() => hold({ ...table, columns: table.columns.toReversed() }), /not a load's table/)
})

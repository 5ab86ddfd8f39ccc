/** Values, keys and names come back as they went in. */
import assert from 'node:assert/strict'
import type { Cell, ColumnType, Table } from '../../src/core/model.ts'
import { type Harness, things } from './harness.ts'
import { batchOf, columnOf, contents, loadOf, rowOf, tableOf } from './rows.ts'
import { values } from './values.ts'

export function roundTrip({ check, comparable }: Harness): void {
  for (const [type, examples] of Object.entries(values) as [ColumnType, readonly Cell[]][]) {
    const table = tableOf(`round_${type}`, { value: type })
    check(
      `every ${type} comes back as it went in`,
      async (warehouse) => {
        const rows = examples.map((value, at) => rowOf(table, { id: String(at).padStart(4, '0'), value }))
        const expected = comparable(
          table,
          examples.map((value) => ({ value })),
        )
        const there = async () =>
          comparable(
            table,
            (await columnOf(warehouse, table, 'value')).map((value) => ({ value })),
          )
        await warehouse.load(loadOf([batchOf(table, { upserts: rows })]))
        assert.deepEqual(await there(), expected)
        // And once more, replaced by itself: what is known is read differently from what is new.
        await warehouse.load(loadOf([batchOf(table, { upserts: rows })]))
        assert.deepEqual(await there(), expected)
      },
      [table],
    )
  }

  const oddKeys = [
    '',
    ' ',
    "'",
    '"',
    '\\',
    'a\0b',
    'a',
    'A',
    'ä',
    'a\u0308',
    'ch_1Abc',
    'ch_1aBC',
    'NULL',
    '🜚',
  ]
  check('keys are told apart to the byte, and case counts', async (warehouse) => {
    const rows = (total: number) => oddKeys.map((id) => rowOf(things, { id, total }))
    await warehouse.load(loadOf([batchOf(things, { upserts: rows(1) })]))
    const again = await warehouse.load(loadOf([batchOf(things, { upserts: rows(2) })]))
    assert.deepEqual(again.tables.get('things'), { rows: oddKeys.length, deleted: 0 })
    const there = await contents(warehouse, things)
    assert.deepEqual(there.map(({ id }) => String(id)).sort(), [...oddKeys].sort())
    assert.ok(there.every(({ total }) => total === 2))
  })

  const many = tableOf('many', Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`c${at}`, 'text'])))
  check(
    '300 columns',
    async (warehouse) => {
      const cells = Object.fromEntries(
        Array.from({ length: 300 }, (_, at) => [`c${at}`, at % 3 ? `v${at}` : null]),
      )
      await warehouse.load(loadOf([batchOf(many, { upserts: [rowOf(many, { id: 'a', ...cells })] })]))
      const [row] = await contents(warehouse, many)
      for (const [column, value] of Object.entries(cells)) assert.equal(row?.[column], value)
    },
    [many],
  )

  const oddNames = [
    ...['order', 'select', 'table', 'group', 'user', 'end', 'default', 'rowid', 's', 't', 'value', 'version'],
    ...[
      'with space',
      'with"quote',
      "with'quote",
      'dot.ted',
      '1st',
      'größe',
      '数量',
      'semi;colon',
      '--',
      '\t',
    ],
    ...['lower', 'LOWER', 'Lower'],
    ...[62, 63, 64, 127, 128, 255, 256, 300].flatMap((length) => [
      'a'.repeat(length),
      `${'a'.repeat(length - 1)}b`,
    ]),
    'ü'.repeat(128),
    `${'ü'.repeat(127)}ö`,
  ]
  const odd = tableOf('odd', Object.fromEntries(oddNames.map((column) => [column, 'text'])))
  check(
    'columns of any name: reserved, long, quoted, alike but for case',
    async (warehouse) => {
      const cells = Object.fromEntries(oddNames.map((column, at) => [column, `value ${at}`]))
      await warehouse.load(loadOf([batchOf(odd, { upserts: [rowOf(odd, { id: 'a', ...cells })] })]))
      const [row] = await contents(warehouse, odd)
      for (const [column, value] of Object.entries(cells)) assert.equal(row?.[column], value, column)
      assert.deepEqual(await warehouse.prepare([odd]), [])
    },
    [odd],
  )

  const oddTables = [...oddNames.filter((column) => column !== '\t'), 'things'].map((table) =>
    tableOf(table, { value: 'text' }),
  )
  check(
    'tables of any name',
    async (warehouse) => {
      const fill = (table: Table) =>
        batchOf(table, { upserts: [rowOf(table, { id: 'a', value: table.name })] })
      await warehouse.load(loadOf(oddTables.map(fill)))
      for (const table of oddTables) assert.deepEqual(await columnOf(warehouse, table, 'value'), [table.name])
    },
    oddTables,
  )
}

/** Reading part of a table: by time, by values, by what another table lacks; what is not there has no rows. */
import assert from 'node:assert/strict'
import type { Cell, Row, Warehouse, Within } from '../../src/core/model.ts'
import { type Harness, things } from './harness.ts'
import { batchOf, loadOf, rowOf, tableOf } from './rows.ts'

export function reading({ check }: Harness): void {
  const parents = tableOf('parents', {})
  const others = tableOf('others', { parent: 'text' })
  const grown = async (warehouse: Warehouse) => {
    const row = (id: string, parent: string | null, created: number | null) =>
      rowOf(things, { id, parent, created })
    const upserts = [
      row('a', 'p1', 1_000_000),
      row('b', 'P1', 2_000_000),
      row('c', "p'2", 3_000_001),
      row('d', 'p\0', -1),
      row('e', null, null),
    ]
    const known = ['p1', 'p\0'].map((id) => rowOf(parents, { id }))
    const other = [rowOf(others, { id: 'o', parent: "p'2" })]
    await warehouse.load(
      loadOf([
        batchOf(things, { upserts }),
        batchOf(parents, { upserts: known }),
        batchOf(others, { upserts: other }),
      ]),
    )
  }
  const ids = async (warehouse: Warehouse, within: Within) => {
    const found: Cell[] = []
    const at = things.columns.findIndex(({ name }) => name === 'id')
    for await (const row of warehouse.read(things, within)) found.push(row[at] ?? null)
    return found.map(String).sort().join('')
  }
  const examples: readonly (readonly [string, Within, string])[] = [
    ['a range has its lower bound', { column: 'created', from: 1_000_000, to: 2_000_000 }, 'a'],
    ['a range without lower bound has no nulls', { column: 'created', to: 2_000_000 }, 'ad'],
    ['a range without upper bound', { column: 'created', from: 2_000_000 }, 'bc'],
    ['some values, to the byte', { column: 'parent', in: ['p1', "p'2", 'p\0', 'none'] }, 'acd'],
    ['some values and null', { column: 'parent', in: ['P1', null] }, 'be'],
    ['null of a time', { column: 'created', in: [null] }, 'e'],
    ['no values', { column: 'parent', in: [] }, ''],
    ['what another table lacks', { column: 'parent', outside: { table: parents, column: 'id' } }, 'bce'],
    [
      'what another table lacks and is something',
      { column: 'parent', outside: { table: parents, column: 'id' }, notNull: true },
      'bc',
    ],
    [
      'what a table lacks that is not there, if it is something',
      { column: 'parent', outside: { table: tableOf('nowhere', {}), column: 'id' }, notNull: true },
      'abcd',
    ],
    [
      'what several tables lack',
      {
        column: 'parent',
        outside: { table: parents, column: 'id' },
        nor: [
          { table: others, column: 'parent' },
          { table: tableOf('nowhere', {}), column: 'id' },
        ],
      },
      'be',
    ],
    [
      'what a table lacks that is not there',
      { column: 'parent', outside: { table: tableOf('nowhere', {}), column: 'id' } },
      'abcde',
    ],
  ]
  for (const [what, within, expected] of examples) {
    check(
      `reading ${what}`,
      async (warehouse) => {
        await grown(warehouse)
        assert.equal(await ids(warehouse, within), expected)
      },
      [things, parents, others],
    )
  }

  check(
    "one account's rows, and what another table lacks of that account",
    async (warehouse) => {
      const of = (account: string, ids: readonly string[]) =>
        loadOf(
          [
            batchOf(things, { upserts: ids.map((id) => rowOf(things, { id, parent: id }, { account })) }),
            batchOf(parents, { upserts: [rowOf(parents, { id: `of ${account}` }, { account })] }),
          ],
          { account },
        )
      await warehouse.load(of('acct_1', ['a', 'b', 'of acct_2']))
      await warehouse.load(of("acct_'2", ['a', 'c', "of acct_'2"]))
      const idsOf = async (account: string, within?: Within) =>
        (await rowsOf(warehouse.read(things, within, account))).map((row) => row[4]).sort()
      assert.deepEqual(await idsOf('acct_1'), ['a', 'b', 'of acct_2'])
      assert.deepEqual(await idsOf("acct_'2"), ['a', 'c', "of acct_'2"])
      assert.deepEqual(await idsOf('acct_3'), [])
      assert.deepEqual(await idsOf('acct_1', { column: 'parent', in: ['a', 'c', null] }), ['a'])
      assert.deepEqual(await idsOf("acct_'2", { column: 'created', in: [null] }), ['a', 'c', "of acct_'2"])
      const lacking: Within = { column: 'parent', outside: { table: parents, column: 'id' } }
      assert.deepEqual(await idsOf('acct_1', lacking), ['a', 'b', 'of acct_2'])
      assert.deepEqual(await idsOf("acct_'2", lacking), ['a', 'c'])
    },
    [things, parents],
  )

  check('a table that is not there has no rows, a column that is not there is null', async (warehouse) => {
    const row = rowOf(things, { id: 'a', total: 1 })
    await warehouse.load(loadOf([batchOf(things, { upserts: [row] })]))
    const wider = tableOf('things', {
      total: 'integer',
      ...{ t: 'text', d: 'decimal', f: 'float', b: 'boolean', at: 'timestamp', on: 'date', j: 'json' },
    })
    assert.deepEqual(await rowsOf(warehouse.read(wider)), [
      [...rowOf(things, { id: 'a', total: 1 }).slice(0, 6), null, null, null, null, null, null, null],
    ])
    assert.deepEqual(await rowsOf(warehouse.read(wider, { column: 't', in: ['x'] })), [])
    assert.deepEqual(await rowsOf(warehouse.read(wider, { column: 'at', from: 0 })), [])
    assert.deepEqual(await rowsOf(warehouse.read(tableOf('nowhere', {}))), [])
  })
}

async function rowsOf(source: AsyncIterable<Row>): Promise<readonly Row[]> {
  const rows: Row[] = []
  for await (const row of source) rows.push(row)
  return rows
}

/** What was not seen again is gone, within its bounds and its account. */
import assert from 'node:assert/strict'
import type { Cell, Warehouse } from '../../src/core/model.ts'
import { type Harness, things } from './harness.ts'
import { account, batchOf, contents, loadOf, rowOf } from './rows.ts'

export function prunes({ check }: Harness): void {
  const grown = async (warehouse: Warehouse) => {
    const row = (id: string, parent: string | null, created: number | null, version: number, of = account) =>
      rowOf(things, { id, parent, created }, { version, account: of })
    await warehouse.load(
      loadOf([
        batchOf(things, {
          upserts: [
            row('a', 'p1', 100, 10),
            row('b', 'p1', 200, 20),
            row('c', 'p2', 300, 10),
            row('d', null, null, 10),
            row('a', 'p1', 100, 10, 'acct_2'),
          ],
        }),
      ]),
    )
  }
  const pruned = async (
    warehouse: Warehouse,
    ...prunes: Parameters<typeof batchOf>[1]['prunes'] & object
  ) => {
    const { tables } = await warehouse.load(loadOf([batchOf(things, { prunes })], { packedAt: 9_000_000 }))
    const gone = (await contents(warehouse, things)).filter((cells) => cells._deleted_at !== null)
    assert.equal(tables.get('things')?.deleted, gone.length)
    for (const cells of gone) assert.equal(cells._deleted_at, 9_000_000)
    return gone.map((cells) => `${cells._account_id}/${cells.id}@${cells._version}`)
  }
  const equals = (value: Cell) => ({ column: 'parent', equals: value })

  check('a prune by value takes what is older, in its account alone', async (warehouse) => {
    await grown(warehouse)
    assert.deepEqual(await pruned(warehouse, { version: 20, within: equals('p1') }), ['acct_1/a@20'])
  })
  check('many prunes by value in one load', async (warehouse) => {
    await grown(warehouse)
    const prunes = ['p1', 'p2', 'p3'].map((value, at) => ({ version: 30 + at, within: equals(value) }))
    assert.deepEqual(await pruned(warehouse, ...prunes), ['acct_1/a@30', 'acct_1/b@30', 'acct_1/c@31'])
  })
  check('a prune by null takes the rows without a value', async (warehouse) => {
    await grown(warehouse)
    assert.deepEqual(await pruned(warehouse, { version: 30, within: equals(null) }), ['acct_1/d@30'])
  })
  check('a prune by range takes its lower bound and not its upper', async (warehouse) => {
    await grown(warehouse)
    const within = { column: 'created', from: 100, to: 200 }
    assert.deepEqual(await pruned(warehouse, { version: 30, within }), ['acct_1/a@30'])
  })
  check('a prune by a half-open range', async (warehouse) => {
    await grown(warehouse)
    assert.deepEqual(await pruned(warehouse, { version: 30, within: { column: 'created', from: 200 } }), [
      'acct_1/b@30',
      'acct_1/c@30',
    ])
  })
  check('a prune of the whole stream takes what is older', async (warehouse) => {
    await grown(warehouse)
    assert.deepEqual(await pruned(warehouse, { version: 15 }), ['acct_1/a@15', 'acct_1/c@15', 'acct_1/d@15'])
  })
  check('a prune spares the rows of its own load, and what it took is not taken twice', async (warehouse) => {
    await grown(warehouse)
    const seen = rowOf(things, { id: 'a', parent: 'p1' }, { version: 30 })
    const prune = { version: 30, within: equals('p1') }
    const load = loadOf([batchOf(things, { upserts: [seen], prunes: [prune] })])
    assert.deepEqual((await warehouse.load(load)).tables.get('things'), { rows: 1, deleted: 1 })
    const again = await warehouse.load(loadOf([batchOf(things, { prunes: [{ ...prune, version: 30 }] })]))
    assert.deepEqual(again.tables.get('things'), { rows: 0, deleted: 0 })
  })
}

/** By key, newer wins, ties go to the incoming row; deletes keep what was known. */
import assert from 'node:assert/strict'
import type { Cell, Table } from '../../src/core/model.ts'
import { type Harness, put, remove, things } from './harness.ts'
import { account, batchOf, columnOf, contents, loadOf, rowOf, tableOf } from './rows.ts'

export function merging({ check }: Harness): void {
  check(
    'a newer version replaces, an older one changes nothing, a tie goes to the incoming row',
    async (warehouse) => {
      await put(warehouse, { id: 'a', total: 1 }, 10)
      await put(warehouse, { id: 'a', total: 2 }, 11)
      assert.deepEqual(await columnOf(warehouse, things, 'total'), [2])
      const late = await put(warehouse, { id: 'a', total: 3 }, 10)
      assert.deepEqual(late.tables.get('things'), { rows: 0, deleted: 0 })
      assert.deepEqual(await columnOf(warehouse, things, 'total'), [2])
      const tie = await put(warehouse, { id: 'a', total: 4 }, 11)
      assert.deepEqual(tie.tables.get('things'), { rows: 1, deleted: 0 })
      assert.deepEqual(await columnOf(warehouse, things, 'total'), [4])
    },
  )

  check('old, new and unknown rows in one load', async (warehouse) => {
    for (const id of ['a', 'b', 'c']) await put(warehouse, { id, total: 1 }, 10)
    const rows = [
      rowOf(things, { id: 'a', total: 2 }, { version: 9 }),
      rowOf(things, { id: 'b', total: 2 }, { version: 11 }),
      rowOf(things, { id: 'd', total: 2 }, { version: 1 }),
    ]
    const { tables } = await warehouse.load(loadOf([batchOf(things, { upserts: rows })]))
    assert.deepEqual(tables.get('things'), { rows: 2, deleted: 0 })
    assert.deepEqual(await columnOf(warehouse, things, 'total'), [1, 2, 1, 2])
  })

  check('a row is replaced whole: what the new one lacks is null', async (warehouse) => {
    await put(warehouse, { id: 'a', total: 1, parent: 'p' }, 1)
    await put(warehouse, { id: 'a', total: 2 }, 2)
    assert.deepEqual(await columnOf(warehouse, things, 'parent'), [null])
  })

  check('the same load twice is one', async (warehouse, at) => {
    const load = loadOf(
      [batchOf(things, { upserts: [rowOf(things, { id: 'a', total: 1 }, { version: 5 })] })],
      {
        checkpoints: [{ scope: 'things', cursor: 1 }],
      },
    )
    const first = await warehouse.load(load)
    assert.deepEqual(await warehouse.load(load), first)
    // Something newer came between; the replay must not bring the old back, neither row nor checkpoint.
    await warehouse.load(
      loadOf([batchOf(things, { upserts: [rowOf(things, { id: 'a', total: 2 }, { version: 5 })] })], {
        checkpoints: [{ scope: 'things', cursor: 2 }],
      }),
    )
    await using another = await at.open()
    assert.deepEqual(await another.readState(), new Map([['things', 2]]))
    assert.deepEqual(await another.load(load), first)
    assert.deepEqual(await columnOf(another, things, 'total'), [2])
    assert.deepEqual(await another.readState(), new Map([['things', 2]]))
  })

  const composite: Table = {
    ...tableOf('composite', { number: 'integer', value: 'text' }),
    key: ['_account_id', 'id', 'number'],
  }
  check(
    'keys of several columns, of other types than text',
    async (warehouse) => {
      const row = (id: string, number: Cell, value: string) => rowOf(composite, { id, number, value })
      const rows = [row('a', 1, '-'), row('a', 2, '-'), row('b', 1, '-'), row('b', 2n ** 62n, '-')]
      await warehouse.load(loadOf([batchOf(composite, { upserts: rows })]))
      await warehouse.load(
        loadOf([batchOf(composite, { upserts: [row('a', 2, 'x'), row('b', 2n ** 62n, 'y')] })]),
      )
      assert.deepEqual(await columnOf(warehouse, composite, 'value'), ['-', 'x', '-', 'y'])
    },
    [composite],
  )

  check('accounts do not see each other', async (warehouse) => {
    const row = (total: number, of: string) => rowOf(things, { id: 'a', total }, { account: of })
    await warehouse.load(loadOf([batchOf(things, { upserts: [row(1, 'acct_1'), row(2, 'acct_2')] })]))
    await warehouse.load(loadOf([batchOf(things, { upserts: [row(3, 'acct_2')] })], { account: 'acct_2' }))
    assert.deepEqual(await columnOf(warehouse, things, 'total'), [1, 3])
  })

  check('a delete keeps the last values; a newer row undoes it', async (warehouse) => {
    await put(warehouse, { id: 'a', total: 7 }, 10)
    const { tables } = await remove(warehouse, 'a', 11)
    assert.deepEqual(tables.get('things'), { rows: 0, deleted: 1 })
    const [gone] = await contents(warehouse, things)
    assert.deepEqual([gone?.total, gone?._version, gone?._deleted_at], [7, 11, 5_000_000])
    await put(warehouse, { id: 'a', total: 8 }, 12)
    const [back] = await contents(warehouse, things)
    assert.deepEqual([back?.total, back?._version, back?._deleted_at], [8, 12, null])
  })

  check('an old delete changes nothing, and an old row does not undo a delete', async (warehouse) => {
    await put(warehouse, { id: 'a', total: 7 }, 10)
    const { tables } = await remove(warehouse, 'a', 9)
    assert.deepEqual(tables.get('things'), { rows: 0, deleted: 0 })
    assert.deepEqual(await columnOf(warehouse, things, '_deleted_at'), [null])
    await remove(warehouse, 'a', 12)
    await put(warehouse, { id: 'a', total: 8 }, 11)
    assert.deepEqual(await columnOf(warehouse, things, '_deleted_at'), [5_000_000])
    assert.deepEqual(await columnOf(warehouse, things, 'total'), [7])
  })

  check('old, new and unknown deletes in one load', async (warehouse) => {
    await put(warehouse, { id: 'a', total: 1 }, 10)
    await put(warehouse, { id: 'b', total: 2 }, 10)
    const gone = (id: string, version: number) => rowOf(things, { id }, { version, deletedAt: 5_000_000 })
    const deletes = [gone('a', 9), gone('b', 10), gone('c', 1)]
    const { tables } = await warehouse.load(loadOf([batchOf(things, { deletes })]))
    assert.deepEqual(tables.get('things'), { rows: 0, deleted: 2 })
    assert.deepEqual(await columnOf(warehouse, things, '_deleted_at'), [null, 5_000_000, 5_000_000])
    assert.deepEqual(await columnOf(warehouse, things, '_version'), [10, 10, 1])
  })

  check(
    'a delete of what was never seen leaves a stub, which an older row cannot fill',
    async (warehouse) => {
      const { tables } = await remove(warehouse, 'a', 11)
      assert.deepEqual(tables.get('things'), { rows: 0, deleted: 1 })
      await put(warehouse, { id: 'a', total: 8 }, 10)
      const [stub] = await contents(warehouse, things)
      assert.deepEqual(
        [stub?.id, stub?.total, stub?._version, stub?._deleted_at, stub?._account_id],
        ['a', null, 11, 5_000_000, account],
      )
    },
  )
}

/** Schema changes, looking and leaving; and random loads against the reference destination. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Table } from '../../src/core/model.ts'
import { memory } from '../../src/destinations/memory.ts'
import { times } from '../support/thorough.ts'
import { type Harness, put, things } from './harness.ts'
import { randomLoads } from './random.ts'
import { batchOf, columnOf, contents, loadOf, rowOf, tableOf } from './rows.ts'

export function life({ check, comparable, name, place }: Harness): void {
  check('tables and columns are added, rows stay, and a second call does nothing', async (warehouse, at) => {
    await put(warehouse, { id: 'a', total: 1 })
    const wider = tableOf('things', {
      total: 'integer',
      parent: 'text',
      created: 'timestamp',
      more: 'json',
      last: 'decimal',
    })
    const other = tableOf('other', {})
    assert.deepEqual(await warehouse.prepare([wider, other]), [
      { table: 'things', change: 'add column', column: 'more' },
      { table: 'things', change: 'add column', column: 'last' },
      { table: 'other', change: 'create table' },
    ])
    assert.deepEqual(await warehouse.prepare([wider, other]), [])
    // A narrower table takes nothing away, and a load may still have it.
    assert.deepEqual(await warehouse.prepare([things]), [])
    await put(warehouse, { id: 'b', total: 2 })
    await warehouse.load(
      loadOf([batchOf(wider, { upserts: [rowOf(wider, { id: 'c', total: 3, more: '{}', last: '1.5' })] })]),
    )
    assert.deepEqual(await columnOf(warehouse, wider, 'more'), [null, null, '{}'])
    assert.deepEqual(await columnOf(warehouse, wider, 'last'), [null, null, '1.5'])
    await using another = await at.open()
    await another.readState()
    assert.deepEqual(await another.prepare([wider, other]), [])
    assert.deepEqual(await columnOf(another, wider, 'total'), [1, 2, 3])
  })

  check('a load may bring its columns in another order', async (warehouse) => {
    await put(warehouse, { id: 'a', total: 1, parent: 'p' })
    const turned: Table = { ...things, columns: [...things.columns].reverse() }
    const row = rowOf(turned, { id: 'a', total: 2, parent: 'q' }, { version: 2 })
    await warehouse.load(loadOf([batchOf(turned, { upserts: [row] })]))
    assert.deepEqual(await columnOf(warehouse, things, 'total'), [2])
    assert.deepEqual(await columnOf(warehouse, things, 'parent'), ['q'])
  })

  check(
    'check passes before and after use, and an opened warehouse changes nothing',
    async (warehouse, at) => {
      await put(warehouse, { id: 'a', total: 1 })
      await warehouse.check()
      await using another = await at.open()
      await another.check()
      await put(warehouse, { id: 'a', total: 2 })
      assert.deepEqual(await columnOf(warehouse, things, 'total'), [2])
    },
  )

  check('who leaves the reading early may go on', async (warehouse) => {
    const rows = Array.from({ length: 5_000 }, (_, at) => rowOf(things, { id: `row ${at}`, total: at }))
    await warehouse.load(loadOf([batchOf(things, { upserts: rows })]))
    for await (const row of warehouse.read(things)) {
      assert.equal(row.length, things.columns.length)
      break
    }
    await put(warehouse, { id: 'row 0', total: -1 }, 2)
    assert.equal((await contents(warehouse, things)).length, 5_000)
  })

  test(`${name}: any sequence of loads leaves what the reference destination has`, async () => {
    await fc.assert(
      fc.asyncProperty(randomLoads, async ({ table, loads }) => {
        const options = {
          integration: 'model',
          workDir: '.',
          signal: new AbortController().signal,
          report() {},
        }
        await using model = await memory.open('memory:', options)
        await using at = await place()
        await using warehouse = await at.open()
        for (const each of [model, warehouse]) {
          await each.readState()
          await each.prepare([table])
        }
        for (const load of loads) assert.deepEqual(await warehouse.load(load), await model.load(load))
        const [there, expected] = [await contents(warehouse, table), await contents(model, table)]
        assert.deepEqual(comparable(table, there), comparable(table, expected))
        assert.deepEqual(await warehouse.readState(), await model.readState())
      }),
      { numRuns: times(8, 40) },
    )
  })
}

/** An integration is removed from its warehouse: all of it, nothing else, and only by who has the fence. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FenceError } from '../../src/core/errors.ts'
import { historyTable } from '../../src/core/modes.ts'
import { type Harness, put, remove, things } from './harness.ts'
import { batchOf, columnOf, contents, loadOf, rowOf, tableOf } from './rows.ts'

const past = historyTable({
  name: 'past',
  columns: [{ name: 'id', type: 'text', nullable: false }],
  key: ['id'],
})

export function dropping({ check, name, place }: Harness): void {
  check('what is dropped is gone with its state, and begins anew', async (warehouse, at) => {
    const odd = tableOf('Odd "name", ü', { total: 'integer' })
    await warehouse.prepare([odd, past])
    await put(warehouse, { id: 'a', total: 1 })
    const gone = rowOf(things, { id: 'a' }, { version: 9, deletedAt: 1 })
    await warehouse.load({ ...loadOf([batchOf(things, { deletes: [gone] })]), deletes: 'hard' })
    await warehouse.load(
      loadOf([batchOf(odd, { upserts: [rowOf(odd, { id: 'a' })] })], {
        id: 'kept',
        checkpoints: [{ scope: 'things', cursor: 1 }],
      }),
    )
    assert.equal((await warehouse.drop()).length, 3)
    assert.deepEqual(await contents(warehouse, things), [])
    assert.deepEqual(await warehouse.readState({ peek: true }), new Map())

    await using next = await at.open()
    assert.deepEqual(await next.readState(), new Map())
    assert.deepEqual(await next.prepare([things, past]), [
      { table: 'things', change: 'create table' },
      { table: 'past_history', change: 'create table' },
    ])
    // What was removed for good is forgotten, and so is which loads there were.
    await put(next, { id: 'a', total: 2 })
    assert.deepEqual(await columnOf(next, things, 'total'), [2])
    await next.load(loadOf([], { id: 'kept', checkpoints: [{ scope: 'things', cursor: 2 }] }))
    assert.deepEqual(await next.readState(), new Map([['things', 2]]))
  })

  check('a drop is refused under a stale fence, and takes the fence from all', async (first, at) => {
    await put(first, { id: 'a', total: 1 })
    await using second = await at.open()
    await assert.rejects(second.drop(), FenceError)
    await second.readState()
    await assert.rejects(first.drop(), FenceError)
    assert.deepEqual(await columnOf(second, things, 'id'), ['a'])
    await second.drop()
    for (const each of [first, second]) {
      await assert.rejects(put(each, { id: 'b', total: 2 }), FenceError)
      await assert.rejects(each.prepare([things]), FenceError)
      await assert.rejects(each.drop(), FenceError)
    }
    // Nor does who wakes up later have the fence that another has meanwhile.
    await using third = await at.open()
    await third.readState()
    await third.prepare([things])
    for (const each of [first, second]) await assert.rejects(put(each, { id: 'c' }), FenceError)
    await put(third, { id: 'd', total: 4 })
    assert.deepEqual(await columnOf(third, things, 'id'), ['d'])
  })

  test(`${name}: dropping what is not there, or was dropped, removes nothing`, async () => {
    await using at = await place()
    for (let time = 0; time < 3; time++) {
      await using warehouse = await at.open()
      await warehouse.readState()
      assert.deepEqual(await warehouse.drop(), [])
    }
  })

  check('other integrations keep their rows, their state and their fence', async (warehouse, at) => {
    await put(warehouse, { id: 'ours', total: 1 })
    await using other = await at.open('other_')
    await other.readState()
    await other.prepare([things])
    await put(other, { id: 'theirs', total: 2 })
    await other.load(loadOf([], { checkpoints: [{ scope: 'things', cursor: 'theirs' }] }))
    await warehouse.drop()
    assert.deepEqual(await columnOf(other, things, 'id'), ['theirs'])
    await remove(other, 'theirs', 2)
    assert.deepEqual(await other.readState(), new Map([['things', 'theirs']]))
    await other.drop()
    assert.deepEqual(await contents(other, things), [])
  })
}

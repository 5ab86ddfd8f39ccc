/** Whole or nothing, checkpoints with their data, and the fence. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FenceError } from '../../src/core/errors.ts'
import type { Cell, Scopes } from '../../src/core/model.ts'
import { type Harness, put, things } from './harness.ts'
import { batchOf, columnOf, contents, loadOf, rowOf, tableOf } from './rows.ts'

export function state({ check, name, place }: Harness): void {
  check('a bad cell in the second table leaves nothing of the first, nor a checkpoint', async (warehouse) => {
    const second = tableOf('second', { total: 'integer' })
    await warehouse.prepare([second])
    const good = batchOf(things, { upserts: [rowOf(things, { id: 'a', total: 1 })] })
    const checkpoints = [{ scope: 'things', cursor: 'x' }]
    for (const bad of ['word', 1.5, 2n ** 63n, true]) {
      const broken = batchOf(second, {
        upserts: [rowOf(second, { id: 'a' }), rowOf(second, { id: 'b', total: bad })],
      })
      await assert.rejects(warehouse.load(loadOf([good, broken], { checkpoints })))
    }
    assert.deepEqual(await contents(warehouse, things), [])
    assert.deepEqual(await contents(warehouse, second), [])
    await warehouse.load(loadOf([good]))
    assert.deepEqual(await columnOf(warehouse, things, 'id'), ['a'])
    assert.deepEqual(await warehouse.readState(), new Map())
  })

  const strict = tableOf('strict', {
    d: 'date',
    j: 'json',
    n: 'decimal',
    f: 'float',
    t: 'timestamp',
    b: 'boolean',
  })
  check(
    'a value that its column cannot hold exactly is refused, not bent',
    async (warehouse) => {
      const wrong: readonly Readonly<Record<string, Cell>>[] = [
        { d: '2024-02-30' },
        { d: 'soon' },
        { j: '{"a":' },
        { n: '1.0000000000001' },
        { n: '123456789012345678901234567' },
        { n: 'NaN' },
        { n: 1 },
        { f: '1' },
        { t: 1.5 },
        { t: '2024-01-01' },
        { b: 1 },
        { id: 5 },
        { id: null },
      ]
      for (const cells of wrong) {
        const rows = [rowOf(strict, { id: 'a', ...cells })]
        await assert.rejects(
          warehouse.load(loadOf([batchOf(strict, { upserts: rows })])),
          Error,
          JSON.stringify(cells),
        )
      }
      assert.deepEqual(await contents(warehouse, strict), [])
    },
    [strict],
  )

  check('a table that was not prepared is refused', async (warehouse) => {
    const stranger = tableOf('stranger', {})
    await assert.rejects(
      warehouse.load(loadOf([batchOf(stranger, { upserts: [rowOf(stranger, { id: 'a' })] })])),
    )
  })

  check('checkpoints come back as they were, with their data, and null forgets', async (warehouse, at) => {
    const cursors = {
      'a/b:c': {
        after: 'in_1',
        until: 1_700_000_000.5,
        list: [1, null, 'ü"\\\u0000🜚', { deep: [] }],
        no: false,
      },
      number: 0,
      text: '',
      no: false,
      '': 'the empty scope',
      "it's": [],
    }
    await warehouse.load(
      loadOf([], { checkpoints: Object.entries(cursors).map(([scope, cursor]) => ({ scope, cursor })) }),
    )
    await using another = await at.open()
    assert.deepEqual(await another.readState(), new Map(Object.entries(cursors)))
    await another.load(
      loadOf([], {
        checkpoints: [
          { scope: 'number', cursor: null },
          { scope: 'never', cursor: null },
          { scope: 'text', cursor: 'first' },
          { scope: 'text', cursor: 'last' },
          { scope: 'no', cursor: 1 },
          { scope: 'no', cursor: null },
        ],
      }),
    )
    const { number: _, no: __, ...left } = { ...cursors, text: 'last' }
    assert.deepEqual(await another.readState(), new Map(Object.entries(left)))
  })

  check('part of the state is read by the beginnings of its scopes', async (warehouse, at) => {
    const scopes = ['a:1/x', 'a:1/y', 'a:10/x', "a:it's/x", 'b', 'A:1/x', '']
    await warehouse.load(
      loadOf([], { checkpoints: scopes.map((scope) => ({ scope, cursor: scope.length })) }),
    )
    await using another = await at.open()
    const read = async (part: Scopes, peek: boolean) =>
      [...(await another.readState({ peek, scopes: part })).keys()].sort()
    for (const peek of [true, false]) {
      assert.deepEqual(await read({ under: 'a:1/' }, peek), ['a:1/x', 'a:1/y'])
      assert.deepEqual(await read({ under: "a:it's/" }, peek), ["a:it's/x"])
      assert.deepEqual(await read({ under: 'c' }, peek), [])
      assert.deepEqual(await read({ except: 'a:' }, peek), ['', 'A:1/x', 'b'])
    }
    await put(another, { id: 'a', total: 1 })
  })

  check('who opened first loses once another has read the state', async (first, at) => {
    await put(first, { id: 'a', total: 1 })
    await using second = await at.open()
    await put(first, { id: 'a', total: 2 })
    await second.readState()
    await assert.rejects(put(first, { id: 'a', total: 3 }), FenceError)
    await assert.rejects(first.prepare([tableOf('more', {})]), FenceError)
    await put(second, { id: 'b', total: 4 })
    assert.deepEqual(await columnOf(second, things, 'total'), [2, 4])
    // Whoever reads the state again has the say again.
    await first.readState()
    await put(first, { id: 'a', total: 5 })
    await assert.rejects(put(second, { id: 'b', total: 6 }), FenceError)
    assert.deepEqual(await columnOf(first, things, 'total'), [5, 4])
  })

  check('without the state read there is no loading', async (_, at) => {
    await using warehouse = await at.open()
    await assert.rejects(put(warehouse, { id: 'a' }), FenceError)
    await assert.rejects(warehouse.prepare([things]), FenceError)
  })

  test(`${name}: a peek at the state takes no fence and makes nothing`, async () => {
    await using at = await place()
    await using looking = await at.open()
    assert.deepEqual(await looking.readState({ peek: true }), new Map())
    await assert.rejects(put(looking, { id: 'a' }), FenceError)
    await using warehouse = await at.open()
    await warehouse.readState()
    await warehouse.prepare([things])
    await warehouse.load(loadOf([], { checkpoints: [{ scope: 'things', cursor: 1 }] }))
    assert.deepEqual(await looking.readState({ peek: true }), new Map([['things', 1]]))
    await put(warehouse, { id: 'a', total: 1 })
    await assert.rejects(put(looking, { id: 'a' }), FenceError)
  })
}

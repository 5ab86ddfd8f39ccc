/**
 * The specification of a destination, as tests: one call per destination registers them all.
 * What is said here is what core relies on; docs/adding-a-destination.md tells it in prose.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FenceError } from '../../src/core/errors.ts'
import type { Cell, ColumnType, Table, Warehouse } from '../../src/core/model.ts'
import { memory } from '../../src/destinations/memory.ts'
import { randomLoads } from './random.ts'
import { account, batchOf, columnOf, contents, loadOf, rowOf, tableOf } from './rows.ts'
import { values } from './values.ts'

/** A fresh place for one test; every call of `open` gives another warehouse object for it. */
export interface Place extends AsyncDisposable {
  open(): Promise<Warehouse>
}

export function conformance(name: string, place: () => Promise<Place>): void {
  const things = tableOf('things', { total: 'integer', parent: 'text', created: 'timestamp' })

  /** Runs a test with a warehouse that has its fence and these tables. */
  function check(
    what: string,
    body: (warehouse: Warehouse, place: Place) => Promise<void>,
    tables = [things],
  ) {
    test(`${name}: ${what}`, async () => {
      await using at = await place()
      await using warehouse = await at.open()
      await warehouse.readState()
      await warehouse.prepare(tables)
      await body(warehouse, at)
    })
  }

  const put = (warehouse: Warehouse, cells: Readonly<Record<string, Cell>>, version = 1) =>
    warehouse.load(loadOf([batchOf(things, { upserts: [rowOf(things, cells, { version })] })]))
  const remove = (warehouse: Warehouse, id: string, version: number) =>
    warehouse.load(
      loadOf([batchOf(things, { deletes: [rowOf(things, { id }, { version, deletedAt: 5_000_000 })] })]),
    )

  // ------------------------------------------------------------ values

  for (const [type, examples] of Object.entries(values) as [ColumnType, readonly Cell[]][]) {
    const table = tableOf(`round_${type}`, { value: type })
    check(
      `every ${type} comes back as it went in`,
      async (warehouse) => {
        const rows = examples.map((value, at) => rowOf(table, { id: String(at).padStart(4, '0'), value }))
        await warehouse.load(loadOf([batchOf(table, { upserts: rows })]))
        assert.deepEqual(await columnOf(warehouse, table, 'value'), examples)
        // And once more, replaced by itself: what is known is read differently from what is new.
        await warehouse.load(loadOf([batchOf(table, { upserts: rows })]))
        assert.deepEqual(await columnOf(warehouse, table, 'value'), examples)
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

  // ------------------------------------------------------------ merging

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

  // ------------------------------------------------------------ deletes

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

  // ------------------------------------------------------------ prunes

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

  // ------------------------------------------------------------ whole or nothing

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

  // ------------------------------------------------------------ state and fence

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

  // ------------------------------------------------------------ schema

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

  // ------------------------------------------------------------ life

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
        assert.deepEqual(await contents(warehouse, table), await contents(model, table))
        assert.deepEqual(await warehouse.readState(), await model.readState())
      }),
      { numRuns: 20 },
    )
  })
}

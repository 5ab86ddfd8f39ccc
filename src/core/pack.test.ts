import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Batch, Capabilities, Change, Deletes, Mode, Row, Table } from './model.ts'
import { packer } from './pack.ts'

const table: Table = {
  name: 'things',
  columns: [
    { name: 'id', type: 'text', nullable: false },
    { name: 'amount', type: 'integer', nullable: true },
  ],
  key: ['id'],
}
const lines: Table = {
  name: 'lines',
  columns: [
    { name: 'thing', type: 'text', nullable: false },
    { name: 'id', type: 'text', nullable: false },
  ],
  key: ['thing', 'id'],
}

const pack = (limits: Capabilities['load'] = { rows: 100, bytes: 1000 }) =>
  packer({
    account: 'acct_1',
    tables: new Map([
      ['things', table],
      ['lines', lines],
    ]),
    limits,
    clock: () => 5,
    newId: () => 'load-1',
  })

/** Holds rows as their text, as a warehouse might. */
const holding = (texts: string[]) => ({
  rows: 100,
  bytes: 1000,
  hold: () => ({ add: (row: Row) => texts.push(JSON.stringify(row)) - 1 }),
})

const upsert = (id: string, amount: number, version: number): Change => ({
  op: 'upsert',
  stream: 'things',
  row: [id, amount],
  version,
})

test('a load has one row per key: the newest, the later of two of one age', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 5 })), { minLength: 1 }),
      (history) => {
        const packing = pack()
        const expected = new Map<string, { amount: number; version: number }>()
        history.forEach(([id, version], amount) => {
          packing.add({ kind: 'page', stream: 'things', changes: [upsert(id, amount, version)], bytes: 1 })
          if (version >= (expected.get(id)?.version ?? 0)) expected.set(id, { amount, version })
        })
        const rows = packing.take().batches[0]?.upserts ?? []
        assert.deepEqual(
          new Map(rows.map((row) => [row[4], { version: row[1], amount: row[5] }])),
          new Map([...expected].map(([id, { amount, version }]) => [id, { version, amount }])),
        )
        assert.equal(rows.length, expected.size)
      },
    ),
  )
})

test('bookkeeping cells stand before the data', () => {
  const packing = pack()
  packing.add({
    kind: 'page',
    stream: 'things',
    changes: [upsert('a', 7, 3), { op: 'delete', stream: 'things', row: ['b', null], version: 4 }],
    bytes: 10,
  })
  const load = packing.take()
  assert.deepEqual(load.batches[0]?.upserts, [['acct_1', 3, 5000, null, 'a', 7]])
  assert.deepEqual(load.batches[0]?.deletes, [['acct_1', 4, 5000, 4000, 'b', null]])
  assert.deepEqual(load.batches[0]?.table.key, ['_account_id', 'id'])
})

test('a key of two columns keeps rows apart that share one of them', () => {
  const packing = pack()
  const line = (thing: string, id: string): Change => ({
    op: 'upsert',
    stream: 'lines',
    row: [thing, id],
    version: 1,
  })
  packing.add({
    kind: 'page',
    stream: 'lines',
    changes: [line('a', 'x'), line('b', 'x'), line('a', 'x')],
    bytes: 1,
  })
  assert.equal(packing.take().batches[0]?.upserts.length, 2)
})

test('the last checkpoint of a scope goes with the load, and a new load starts empty', () => {
  const packing = pack()
  const page = (cursor: number, scope = 's') =>
    packing.add({ kind: 'page', stream: 'things', changes: [], checkpoint: { scope, cursor }, bytes: 1 })
  page(1)
  page(2)
  page(7, 'other')
  assert.deepEqual(packing.take().checkpoints, [
    { scope: 's', cursor: 2 },
    { scope: 'other', cursor: 7 },
  ])
  assert.equal(packing.empty, true)
  assert.deepEqual(packing.take().checkpoints, [])
})

test('full by rows or by bytes', () => {
  const byRows = pack({ rows: 2, bytes: 1000 })
  byRows.add({ kind: 'page', stream: 'things', changes: [upsert('a', 1, 1), upsert('a', 2, 2)], bytes: 1 })
  assert.equal(byRows.full, false)
  byRows.add({ kind: 'page', stream: 'things', changes: [upsert('b', 1, 1)], bytes: 1 })
  assert.equal(byRows.full, true)
  const byBytes = pack({ rows: 100, bytes: 50 })
  byBytes.add({ kind: 'page', stream: 'things', changes: [upsert('a', 1, 1)], bytes: 51 })
  assert.equal(byBytes.full, true)
})

test('rows of a stream that was not asked for are a bug, and loud', () => {
  assert.throws(
    () =>
      pack().add({
        kind: 'page',
        stream: 'strange',
        changes: [{ op: 'upsert', stream: 'strange', row: ['a'], version: 1 }],
        bytes: 1,
      }),
    /strange/,
  )
})

test('history and append take every version of a load, history the newest, too', () => {
  const take = (mode: Mode, deletes: Deletes = 'soft') => {
    const packing = packer({
      account: 'acct_1',
      tables: new Map([['things', table]]),
      modes: new Map([['things', mode]]),
      deletes,
      limits: { rows: 4, bytes: 1000 },
      clock: () => 5,
      newId: () => 'load-1',
    })
    const gone: Change = { op: 'delete', stream: 'things', row: ['a', null], version: 3 }
    const changes = [upsert('a', 1, 1), upsert('a', 2, 2), upsert('a', 9, 2), gone, upsert('b', 1, 1)]
    packing.add({ kind: 'page', stream: 'things', changes, bytes: 1 })
    return { isFull: packing.full, load: packing.take() }
  }
  const shown = (batches: readonly Batch[]) =>
    batches.map(({ table, merge = 'newest', upserts, deletes }) => [
      table.name,
      merge,
      upserts.map((row) => `${row.at(-2)} ${row[1]} ${row.at(-1)}`),
      deletes.map((row) => `${row.at(-2)} ${row[1]}`),
    ])
  const versions = [['a 1 1', 'a 2 9', 'b 1 1'], ['a 3']]
  const newest = ['things', 'newest', ['b 1 1'], ['a 3']]
  assert.deepEqual(shown(take('incremental').load.batches), [newest])
  assert.deepEqual(shown(take('append').load.batches), [['things', 'append', ...versions]])
  assert.deepEqual(shown(take('history').load.batches), [newest, ['things_history', 'history', ...versions]])
  assert.deepEqual(shown(take('append', 'ignore').load.batches), [['things', 'append', versions[0], []]])
  assert.equal(take('incremental').isFull, false)
  assert.equal(take('history').isFull, true)
  assert.equal(take('incremental').load.deletes, undefined)
  assert.equal(take('incremental', 'hard').load.deletes, 'hard')
})

test('upserts that a warehouse holds are named by number: the newest of each key; deletes stay rows', () => {
  const texts: string[] = []
  const packing = pack(holding(texts))
  const gone: Change = { op: 'delete', stream: 'things', row: ['b', null], version: 9 }
  const changes = [
    upsert('a', 1, 5),
    upsert('b', 1, 5),
    upsert('a', 2, 6),
    upsert('a', 3, 4),
    gone,
    upsert('c', 1, 1),
  ]
  packing.add({ kind: 'page', stream: 'things', changes, bytes: 1 })
  const [batch] = packing.take().batches
  assert.deepEqual(
    batch?.held?.numbers.map((number) => JSON.parse(texts[number] ?? '') as unknown),
    [
      ['acct_1', 6, 0, null, 'a', 2],
      ['acct_1', 1, 0, null, 'c', 1],
    ],
  )
  assert.deepEqual([batch?.upserts, batch?.deletes.map((row) => row[4])], [[], ['b']])
})

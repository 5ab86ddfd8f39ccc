/** Every version, intervals, removal for good: what each merge leaves, in whatever order loads come. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Cell, Change, Deletes, Load, Mode, Prune, Table, Warehouse } from '../../src/core/model.ts'
import { historyMemory, historyTable, tablesOf } from '../../src/core/modes.ts'
import { packer } from '../../src/core/pack.ts'
import { memory } from '../../src/destinations/memory.ts'
import { times } from '../support/thorough.ts'
import type { Harness, Place } from './harness.ts'
import { account, contents } from './rows.ts'

const data: Table = {
  name: 'things',
  columns: [
    { name: 'id', type: 'text', nullable: false },
    { name: 'total', type: 'integer', nullable: true },
    { name: 'parent', type: 'text', nullable: true },
    { name: 'created', type: 'timestamp', nullable: true },
    { name: 'note', type: 'json', nullable: true },
  ],
  key: ['id'],
}
const history = historyTable(data)
const start = Date.UTC(2026, 0) * 1000

const upsert = (id: string, version: number, total: number | null, rest: readonly Cell[] = []): Change => ({
  op: 'upsert',
  stream: 'things',
  row: [id, total, rest[0] ?? null, rest[1] ?? null, rest[2] ?? null],
  version,
})
const gone = (id: string, version: number): Change => ({
  op: 'delete',
  stream: 'things',
  row: [id, null, null, null, null],
  version,
})

let loads = 0
/** What the loop makes of changes that are read together. */
function loadOf(mode: Mode, changes: readonly Change[], deletes: Deletes = 'soft'): Load {
  const pack = packer({
    account,
    tables: new Map([['things', data]]),
    modes: new Map([['things', mode]]),
    deletes,
    limits: { rows: 1000, bytes: 1e9 },
    clock: () => start / 1000,
    newId: () => `modes ${++loads}`,
  })
  pack.add({ kind: 'page', stream: 'things', changes, bytes: 1 })
  return pack.take()
}

/** `12→15 1`: what it was from when to when; `…` is still so; `15 gone` a deletion. */
async function intervals(warehouse: Warehouse, id?: string): Promise<readonly string[]> {
  const rows = (await contents(warehouse, history)).filter((row) => id === undefined || row.id === id)
  return rows
    .toSorted((a, b) =>
      a.id === b.id ? Number(a._valid_from) - Number(b._valid_from) : `${a.id}` < `${b.id}` ? -1 : 1,
    )
    .map((row) => {
      const from = Number(row._valid_from) / 1000
      const label = id === undefined ? `${row.id} ` : ''
      if (row._deleted_at !== null) {
        assert.deepEqual([row._deleted_at, row._valid_to], [row._valid_from, row._valid_from])
        assert.deepEqual([row._is_current, row.total, row.note], [false, null, null])
        return `${label}${from} gone`
      }
      assert.equal(row._is_current, row._valid_to === null)
      return `${label}${from}→${row._valid_to === null ? '…' : Number(row._valid_to) / 1000} ${row.total}`
    })
}

async function modeIn(at: Place, mode: Mode): Promise<Warehouse> {
  const warehouse = await at.open()
  await warehouse.readState()
  await warehouse.prepare(tablesOf(data, mode))
  return warehouse
}

export function modes({ comparable, name, place }: Harness): void {
  const check = (mode: Mode, what: string, body: (warehouse: Warehouse, at: Place) => Promise<void>) =>
    test(`${name}: ${mode}: ${what}`, async () => {
      await using at = await place()
      await using warehouse = await modeIn(at, mode)
      await body(warehouse, at)
    })

  // What the reference destination does costs next to nothing.
  const numRuns = name === 'memory' ? 200 : times(3, 12)

  appends(check)
  histories(check)
  removals(check)

  test(`${name}: any order of loads, some of them twice, gives the history of the order in which things were`, async () => {
    await fc.assert(
      fc.asyncProperty(shuffledLoads, async ({ facts, batches }) => {
        await using at = await place()
        await using warehouse = await modeIn(at, 'history')
        for (const changes of batches) await warehouse.load(loadOf('history', changes))
        assert.deepEqual(await intervals(warehouse), expected(facts))
        const current = (await contents(warehouse, history)).filter((row) => row._is_current)
        const alive = (await contents(warehouse, tableNamed('history', 'things'))).filter(
          (row) => row._deleted_at === null,
        )
        assert.deepEqual(
          current.map(({ id, total, _version }) => [id, total, _version]),
          alive.map(({ id, total, _version }) => [id, total, _version]),
        )
      }),
      { numRuns },
    )
  })

  test(`${name}: in every mode any sequence of loads leaves what the reference destination has`, async () => {
    await fc.assert(
      fc.asyncProperty(randomRuns, async ({ mode, runs }) => {
        const options = { integration: 'm', workDir: '.', signal: new AbortController().signal, report() {} }
        await using model = await memory.open('memory:', options)
        await model.readState()
        await model.prepare(tablesOf(data, mode))
        await using at = await place()
        await using warehouse = await modeIn(at, mode)
        for (const { changes, deletes } of runs) {
          const load = loadOf(mode, changes, deletes)
          assert.deepEqual(await warehouse.load(load), await model.load(load))
        }
        for (const table of tablesOf(data, mode)) {
          const [there, wanted] = [await contents(warehouse, table), await contents(model, table)]
          assert.deepEqual(comparable(table, there), comparable(table, wanted), table.name)
        }
      }),
      { numRuns },
    )
  })
}

type Check = (mode: Mode, what: string, body: (warehouse: Warehouse, at: Place) => Promise<void>) => void

function tableNamed(mode: Mode, named: string): Table {
  const table = tablesOf(data, mode).find((one) => one.name === named)
  if (!table) throw new Error(`${mode} has no table ${named}`)
  return table
}

function appends(check: Check): void {
  const table = tableNamed('append', 'things')
  const rows = async (warehouse: Warehouse) =>
    (await contents(warehouse, table)).map(
      (row) => `${row.id} ${row._version} ${row._deleted_at === null ? row.total : 'gone'}`,
    )

  check(
    'append',
    'each version has a row, also those of one load, and a replay adds none',
    async (warehouse) => {
      const changes = [upsert('a', 1, 10), upsert('a', 2, 20), upsert('b', 1, 10)]
      const { tables } = await warehouse.load(loadOf('append', changes))
      assert.deepEqual(tables.get('things'), { rows: 3, deleted: 0 })
      await warehouse.load(loadOf('append', [upsert('a', 3, 30)]))
      await warehouse.load(loadOf('append', [...changes, upsert('a', 0, 5)]))
      assert.deepEqual(await rows(warehouse), ['a 0 5', 'a 1 10', 'a 2 20', 'a 3 30', 'b 1 10'])
    },
  )

  check(
    'incremental',
    'the rows of a table that is to keep every version are the first ones',
    async (warehouse) => {
      await warehouse.load(loadOf('incremental', [upsert('a', 1, 10), upsert('b', 1, 10)]))
      for (let again = 0; again < 2; again++) {
        await warehouse.prepare(tablesOf(data, 'append'))
        await warehouse.load(loadOf('append', [upsert('a', 2, 20), gone('b', 2)]))
      }
      assert.deepEqual(await rows(warehouse), ['a 1 10', 'a 2 20', 'b 1 10', 'b 2 gone'])
    },
  )

  check('append', 'a deletion is one more row; who comes back has another', async (warehouse) => {
    await warehouse.load(loadOf('append', [upsert('a', 1, 10), gone('a', 2)]))
    await warehouse.load(loadOf('append', [gone('a', 2), upsert('a', 3, 10)], 'hard'))
    assert.deepEqual(await rows(warehouse), ['a 1 10', 'a 2 gone', 'a 3 10'])
  })

  check('append', 'a prune adds a row for each object whose newest it finds', async (warehouse) => {
    const of = (id: string, version: number, parent: string) => upsert(id, version, version, [parent])
    await warehouse.load(
      loadOf('append', [of('a', 1, 'p'), of('a', 2, 'p'), of('b', 1, 'p'), of('b', 3, 'q'), of('c', 5, 'p')]),
    )
    const prune: Change = {
      op: 'prune',
      stream: 'things',
      version: 5,
      within: { column: 'parent', equals: 'p' },
    }
    const load = loadOf('append', [prune])
    assert.deepEqual((await warehouse.load(load)).tables.get('things'), { rows: 0, deleted: 1 })
    assert.deepEqual((await warehouse.load(loadOf('append', [prune]))).tables.get('things'), {
      rows: 0,
      deleted: 0,
    })
    assert.deepEqual(await rows(warehouse), ['a 1 1', 'a 2 2', 'a 5 gone', 'b 1 1', 'b 3 3', 'c 5 5'])
  })
}

function histories(check: Check): void {
  check('history', 'other content closes an interval and opens the next', async (warehouse) => {
    await warehouse.load(loadOf('history', [upsert('a', 10, 1), upsert('a', 20, 2), upsert('b', 10, 7)]))
    await warehouse.load(loadOf('history', [upsert('a', 30, 1)]))
    assert.deepEqual(await intervals(warehouse, 'a'), ['10→20 1', '20→30 2', '30→… 1'])
    assert.deepEqual(await intervals(warehouse, 'b'), ['10→… 7'])
  })

  check('history', 'the same content opens none, however it is spelled; it was seen', async (warehouse) => {
    const note = (json: string) => [null, null, json]
    await warehouse.load(loadOf('history', [upsert('a', 10, 1, note('{"x":1,"y":[2,9007199254740993]}'))]))
    for (const [at, json] of [
      '{"y":[2,9007199254740993],"x":1}',
      '{ "x": 1, "y": [2, 9007199254740993] }',
    ].entries()) {
      await warehouse.load(loadOf('history', [upsert('a', 20 + at * 10, 1, note(json))]))
    }
    assert.deepEqual(await intervals(warehouse, 'a'), ['10→… 1'])
    const [row] = await contents(warehouse, history)
    assert.deepEqual([row?._version, row?._seen], [30, '[20]'])
    await warehouse.load(loadOf('history', [upsert('a', 40, 1, note('{"x":1,"y":[2,9007199254740992]}'))]))
    assert.deepEqual(await intervals(warehouse, 'a'), ['10→40 1', '40→… 1'])
  })

  check('history', 'a deletion closes, coming back opens, and a gap stays between', async (warehouse) => {
    await warehouse.load(loadOf('history', [upsert('a', 10, 1)]))
    await warehouse.load(loadOf('history', [gone('a', 20)]))
    assert.deepEqual(await intervals(warehouse, 'a'), ['10→20 1', '20 gone'])
    await warehouse.load(loadOf('history', [upsert('a', 30, 1)], 'hard'))
    assert.deepEqual(await intervals(warehouse, 'a'), ['10→20 1', '20 gone', '30→… 1'])
  })

  check('history', 'what comes late goes to its place', async (warehouse) => {
    await warehouse.load(loadOf('history', [gone('a', 30)]))
    assert.deepEqual(await intervals(warehouse, 'a'), ['30 gone'])
    await warehouse.load(loadOf('history', [upsert('a', 40, 1), upsert('a', 10, 1)]))
    assert.deepEqual(await intervals(warehouse, 'a'), ['10→30 1', '30 gone', '40→… 1'])
    await warehouse.load(loadOf('history', [upsert('a', 60, 1), upsert('a', 50, 1)]))
    await warehouse.load(loadOf('history', [upsert('a', 45, 2)]))
    await warehouse.load(loadOf('history', [upsert('a', 55, 2)]))
    assert.deepEqual(await intervals(warehouse, 'a'), [
      '10→30 1',
      '30 gone',
      '40→45 1',
      '45→50 2',
      '50→55 1',
      '55→60 2',
      '60→… 1',
    ])
    await warehouse.load(loadOf('history', [upsert('a', 45, 1), upsert('a', 55, 1)]))
    assert.deepEqual(await intervals(warehouse, 'a'), ['10→30 1', '30 gone', '40→… 1'])
  })

  check(
    'history',
    'times of seeing are forgotten when they are a day older than the newest',
    async (warehouse) => {
      await warehouse.load(
        loadOf(
          'history',
          [1, 2, 3].map((version) => upsert('a', version, 1)),
        ),
      )
      const last = historyMemory + 2
      await warehouse.load(loadOf('history', [upsert('a', last, 1)]))
      const [row] = await contents(warehouse, history)
      assert.deepEqual([row?._version, row?._seen], [last, '[3]'])
    },
  )

  check(
    'history',
    'a prune closes what it finds open, in the load that did not bring it',
    async (warehouse) => {
      const of = (id: string, version: number, parent: string) => upsert(id, version, 1, [parent])
      await warehouse.load(
        loadOf('history', [
          of('a', 10, 'p'),
          of('b', 10, 'p'),
          of('c', 10, 'q'),
          of('d', 30, 'p'),
          upsert('a', 5, 9, ['p']),
        ]),
      )
      const prune: Change = {
        op: 'prune',
        stream: 'things',
        version: 20,
        within: { column: 'parent', equals: 'p' },
      }
      const { tables } = await warehouse.load(loadOf('history', [of('b', 20, 'p'), prune]))
      assert.deepEqual(tables.get('things_history'), { rows: 1, deleted: 1 })
      assert.deepEqual(await intervals(warehouse), [
        'a 5→10 9',
        'a 10→20 1',
        'a 20 gone',
        'b 10→… 1',
        'c 10→… 1',
        'd 30→… 1',
      ])
      await warehouse.load(loadOf('history', [{ op: 'prune', stream: 'things', version: 25 }]))
      await warehouse.load(loadOf('history', [of('a', 15, 'q'), of('c', 24, 'q')]))
      assert.deepEqual(await intervals(warehouse), [
        'a 5→10 9',
        'a 10→15 1',
        'a 15→20 1',
        'a 20 gone',
        'b 10→25 1',
        'b 25 gone',
        'c 10→25 1',
        'c 25 gone',
        'd 30→… 1',
      ])
    },
  )

  check(
    'history',
    'a column that is new and empty opens no interval; with a value it does',
    async (warehouse) => {
      await warehouse.load(loadOf('history', [upsert('a', 10, 1)]))
      const wider: Table = {
        ...data,
        columns: [...data.columns, { name: 'more', type: 'text', nullable: true }],
      }
      await warehouse.prepare(tablesOf(wider, 'history'))
      const load = (version: number, more: string | null) => {
        const pack = packer({
          account,
          tables: new Map([['things', wider]]),
          modes: new Map([['things', 'history']]),
          limits: { rows: 10, bytes: 10 },
          clock: () => 1,
          newId: () => `modes ${++loads}`,
        })
        const row = ['a', 1, null, null, null, more]
        pack.add({
          kind: 'page',
          stream: 'things',
          changes: [{ op: 'upsert', stream: 'things', row, version }],
          bytes: 1,
        })
        return warehouse.load(pack.take())
      }
      await load(20, null)
      assert.deepEqual(await intervals(warehouse, 'a'), ['10→… 1'])
      await load(30, 'x')
      assert.deepEqual(await intervals(warehouse, 'a'), ['10→30 1', '30→… 1'])
    },
  )
}

function removals(check: Check): void {
  const table = tableNamed('incremental', 'things')
  const rows = async (warehouse: Warehouse) =>
    (await contents(warehouse, table)).map(
      (row) => `${row.id} ${row._version} ${row._deleted_at === null ? row.total : 'gone'}`,
    )
  const hard = (...changes: readonly Change[]) => loadOf('incremental', changes, 'hard')

  check(
    'incremental',
    'a hard delete takes the row, and nothing older brings it back',
    async (warehouse, at) => {
      await warehouse.load(hard(upsert('a', 10, 1), upsert('b', 10, 1)))
      const { tables } = await warehouse.load(hard(gone('a', 20), gone('b', 9), gone('c', 20)))
      assert.deepEqual(tables.get('things'), { rows: 0, deleted: 2 })
      assert.deepEqual(await rows(warehouse), ['b 10 1'])
      await using another = await at.open()
      await another.readState()
      for (const deletes of ['hard', 'soft'] as const) {
        const late = await another.load(
          loadOf('incremental', [upsert('a', 19, 2), upsert('c', 19, 2)], deletes),
        )
        assert.deepEqual(late.tables.get('things'), { rows: 0, deleted: 0 })
      }
      assert.deepEqual(await rows(another), ['b 10 1'])
      await another.load(hard(upsert('a', 21, 3), upsert('c', 20, 4)))
      assert.deepEqual(await rows(another), ['a 21 3', 'b 10 1', 'c 20 4'])
      // Undeleted, they are as any other row.
      await another.load(hard(upsert('a', 22, 5), gone('c', 19)))
      assert.deepEqual(await rows(another), ['a 22 5', 'b 10 1', 'c 20 4'])
    },
  )

  check('incremental', 'what a hard prune takes stays away in its older versions', async (warehouse) => {
    const of = (id: string, version: number, parent: string) => upsert(id, version, 1, [parent])
    await warehouse.load(hard(of('a', 10, 'p'), of('b', 30, 'p'), of('c', 10, 'q'), of('d', 10, 'q')))
    const prune: Change = {
      op: 'prune',
      stream: 'things',
      version: 20,
      within: { column: 'parent', equals: 'p' },
    }
    assert.deepEqual((await warehouse.load(hard(prune))).tables.get('things'), { rows: 0, deleted: 1 })
    await warehouse.load(hard(of('d', 40, 'q'), { op: 'prune', stream: 'things', version: 40 }))
    assert.deepEqual(await rows(warehouse), ['d 40 1'])
    await warehouse.load(hard(of('a', 19, 'p'), of('c', 39, 'q'), of('b', 40, 'p')))
    assert.deepEqual(await rows(warehouse), ['b 40 1', 'd 40 1'])
  })

  check('incremental', 'deletes that are ignored leave the rows as they are', async (warehouse) => {
    await warehouse.load(loadOf('incremental', [upsert('a', 10, 1)], 'ignore'))
    const { batches } = loadOf(
      'incremental',
      [gone('a', 20), { op: 'prune', stream: 'things', version: 30 }],
      'ignore',
    )
    assert.deepEqual(batches, [])
  })
}

interface Fact {
  readonly id: string
  readonly version: number
  /** Undefined when it was gone. */
  readonly total: number | undefined
}

/** What was, of a few objects, in loads of any cut and order, some of which come again. */
const shuffledLoads = fc
  .uniqueArray(
    fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      version: fc.integer({ min: 1, max: 12 }),
      total: fc.constantFrom(1, 2, undefined),
    }),
    { selector: ({ id, version }) => `${id} ${version}`, minLength: 1, maxLength: 20 },
  )
  .chain((facts) =>
    fc
      .record({
        cut: fc.array(fc.nat(4), { minLength: facts.length, maxLength: facts.length }),
        again: fc.array(fc.subarray(facts, { minLength: 1 }), { maxLength: 2 }),
      })
      .chain(({ cut, again }) => {
        const once = [...Map.groupBy(facts, (_, at) => cut[at]).values()]
        const all = [...once, ...again]
        return fc.shuffledSubarray(all, { minLength: all.length })
      })
      .map((groups) => ({
        facts: facts as readonly Fact[],
        batches: groups.map((group) =>
          group.map(({ id, version, total }) =>
            total === undefined ? gone(id, version) : upsert(id, version, total),
          ),
        ),
      })),
  )

/** The history as one writes it down when things happen one after the other. */
function expected(facts: readonly Fact[]): readonly string[] {
  return ['a', 'b', 'c'].flatMap((id) => {
    const changes = facts
      .filter((fact) => fact.id === id)
      .toSorted((a, b) => a.version - b.version)
      .filter((fact, at, all) => at === 0 || all[at - 1]?.total !== fact.total)
    return changes.map(({ version, total }, at) =>
      total === undefined
        ? `${id} ${version} gone`
        : `${id} ${version}→${changes[at + 1]?.version ?? '…'} ${total}`,
    )
  })
}

const version = fc.integer({ min: 1, max: 9 })
const id = fc.constantFrom('a', 'b', 'c', 'A')
const anyChange: fc.Arbitrary<Change> = fc.oneof(
  fc
    .record({
      id,
      version,
      total: fc.constantFrom(1, 2, null),
      parent: fc.constantFrom<Cell>(null, 'p', 'q'),
      note: fc.constantFrom<Cell>(null, '{}', '{"a":[1,{"b":null}]}'),
    })
    .map(({ id, version, total, parent, note }) => upsert(id, version, total, [parent, 100, note])),
  fc.record({ id, version }).map((one) => gone(one.id, one.version)),
  fc
    .record({
      version,
      within: fc.constantFrom<Prune['within']>(
        undefined,
        { column: 'parent', equals: 'p' },
        { column: 'parent', equals: null },
        { column: 'created', from: 50, to: 150 },
      ),
    })
    .map(
      ({ version, within }): Change => ({
        op: 'prune',
        stream: 'things',
        version,
        ...(within ? { within } : {}),
      }),
    ),
)

const randomRuns = fc.record({
  mode: fc.constantFrom<Mode>('incremental', 'append', 'history'),
  runs: fc.array(
    fc.record({
      changes: fc.array(anyChange, { minLength: 1, maxLength: 8 }),
      deletes: fc.constantFrom<Deletes>('soft', 'hard', 'hard', 'ignore'),
    }),
    { minLength: 1, maxLength: 7 },
  ),
})

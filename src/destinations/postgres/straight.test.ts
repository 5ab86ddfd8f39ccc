/** Rows that go into their table as they are, and those that cannot. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Client } from 'pg'
import { numberedTable } from '../../../test/conformance/numbered.ts'
import { batchOf, loadOf, rowOf, tableOf } from '../../../test/conformance/rows.ts'
import { startProxy } from '../../../test/support/pg-proxy.ts'
import { postgresPlace } from '../../../test/support/postgres-place.ts'
import type { Row } from '../../core/model.ts'

const { cluster, ask, opened, refer } = await postgresPlace()
after(() => cluster[Symbol.asyncDispose]())

/** Rows of `things` with these numbers as keys, in version 5 unless told. */
function thingsOf(from: number, to: number, total: number, version = 5) {
  return Array.from({ length: to - from }, (_, at) =>
    rowOf(numberedTable, { id: `${from + at}`, total }, { version }),
  )
}

test('postgres: rows go straight into their table; what they replace is looked for where it is not guessed that they are new', async () => {
  await using proxy = await startProxy(cluster.port)
  await using warehouse = await opened('straight', [numberedTable], { port: proxy.port })
  /** Whether this statement was said, after which the connection breaks once unless told; and the receipt. */
  const load = async (upserts: readonly Row[], at: string, how?: 'pass') => {
    proxy.fault = { at, when: 'after', times: 1, ...(how === undefined ? {} : { how }) }
    const { tables } = await warehouse.load(loadOf([batchOf(numberedTable, { upserts })]))
    const said = proxy.fault.times === 0
    proxy.fault = undefined
    return { said, ...tables.get('things') }
  }
  const looks = 'gone as (delete'
  const totals = async (ids: string) =>
    (await ask(`select id || ':' || total from straight.things where id in (${ids}) order by id`)).flat()

  const whole = { rows: 1_000, deleted: 0 }
  assert.deepEqual(await load(thingsOf(0, 1_000, 1), 'copy "straight"."things"'), { said: true, ...whole })
  assert.deepEqual(await load(thingsOf(1_000, 2_000, 1), 'release savepoint'), { said: true, ...whole })
  assert.deepEqual(await load(thingsOf(2_000, 3_000, 1), looks), { said: false, ...whole })
  // Two that are there, not among those that the guess is made from; one is newer there.
  const known = [...thingsOf(7, 8, 2, 4), ...thingsOf(8, 9, 2, 6)]
  const mixed = (upserts: readonly Row[]) => [...upserts.slice(0, 9), ...known, ...upserts.slice(9)]
  const third = await load(mixed(thingsOf(3_000, 4_000, 2)), 'rollback to savepoint')
  assert.deepEqual(third, { said: true, rows: 1_001, deleted: 0 })
  assert.deepEqual(await totals(`'7', '8', '3000', '3999'`), ['3000:2', '3999:2', '7:1', '8:2'])
  // After a wrong guess one load is looked for without another; after the next one in a row two.
  const looked: boolean[] = []
  for (const from of [4_000, 5_000, 6_000, 7_000, 8_000]) {
    const upserts = thingsOf(from, from + 1_000, 3)
    looked.push((await load(from === 5_000 ? mixed(upserts) : upserts, looks, 'pass')).said)
  }
  assert.deepEqual(looked, [true, true, true, true, false])
  assert.deepEqual(await ask('select count(*)::int from straight.things'), [[9_000]])
  assert.deepEqual(await ask('select count(*)::int from straight._sluice_loads'), [[9]])
  // All known, in the same version but for one.
  assert.deepEqual(await load(thingsOf(0, 1_000, 4), looks), { said: true, rows: 999, deleted: 0 })
  assert.deepEqual(await totals(`'7', '8', '9'`), ['7:4', '8:2', '9:4'])
  assert.deepEqual(await ask('select count(*)::int from straight.things'), [[9_000]])
  // A key twice is a bug of whoever packed the load: nothing of it stays.
  const twice = [...thingsOf(10_000, 10_100, 1), ...thingsOf(10_000, 10_100, 1)]
  await assert.rejects(warehouse.load(loadOf([batchOf(numberedTable, { upserts: twice })])), /21000/)
  assert.deepEqual(await ask(`select count(*)::int from straight.things where length(id) = 5`), [[0]])
})

test('postgres: a row that others refer to is replaced and never deleted, and an older one changes nothing', async () => {
  await using warehouse = await opened('referred', [numberedTable])
  const load = async (upserts: readonly Row[]) =>
    (await warehouse.load(loadOf([batchOf(numberedTable, { upserts })]))).tables.get('things')
  await load(thingsOf(0, 100, 1))
  await refer('referred')
  await ask(`insert into referred.notes values ('7', 'acct_1', 'mine')`)
  assert.deepEqual(await load([...thingsOf(0, 50, 2, 6), ...thingsOf(50, 99, 2, 4)]), {
    rows: 50,
    deleted: 0,
  })
  assert.deepEqual(await ask('select total::int, count(*)::int from referred.things group by 1 order by 1'), [
    [1, 50],
    [2, 50],
  ])
  assert.deepEqual(await ask('select note from referred.notes'), [['mine']])
})

test('postgres: what was removed for good does not come back, and a column of another type gets its values', async () => {
  await using warehouse = await opened('not_straight', [numberedTable])
  const load = (parts: Parameters<typeof batchOf>[1], deletes?: 'hard') =>
    warehouse.load({
      ...loadOf([batchOf(numberedTable, parts)]),
      ...(deletes === undefined ? {} : { deletes }),
    })
  await load({ upserts: thingsOf(0, 2, 1) })
  await load({ deletes: thingsOf(0, 1, 1, 9) }, 'hard')
  const { tables } = await load({ upserts: [...thingsOf(0, 1, 2), ...thingsOf(2, 3, 2)] })
  assert.deepEqual(tables.get('things'), { rows: 1, deleted: 0 })
  // Every integer is held by such a column; in binary one would be read as another number.
  await using again = await opened('other_type', [numberedTable])
  await ask('alter table other_type.things alter total type numeric')
  await again.load(loadOf([batchOf(numberedTable, { upserts: thingsOf(3, 4, 77) })]))
  assert.deepEqual(await ask('select id, total::text from not_straight.things order by id'), [
    ['1', '1'],
    ['2', '2'],
  ])
  assert.deepEqual(await ask('select id, total::text from other_type.things'), [['3', '77']])
})

test('postgres: what the server refuses in the second table leaves nothing of the first, nor a checkpoint', async () => {
  const second = tableOf('second', { total: 'integer' })
  await using warehouse = await opened('refused', [numberedTable, second])
  await ask('alter table refused.second add check (total < 5)')
  const load = (total: number) =>
    warehouse.load(
      loadOf(
        [
          batchOf(numberedTable, { upserts: thingsOf(0, 3, 1) }),
          batchOf(second, { upserts: [rowOf(second, { id: 'a', total })] }),
        ],
        { checkpoints: [{ scope: 'things', cursor: total }] },
      ),
    )
  await assert.rejects(load(7))
  assert.deepEqual(await ask('select count(*)::int from refused.things'), [[0]])
  assert.deepEqual(await warehouse.readState({ peek: true }), new Map())
  await load(4)
  assert.deepEqual(await warehouse.readState({ peek: true }), new Map([['things', 4]]))
})

test('postgres: a row that another program is about to insert is waited for, and the newer one stays', async () => {
  await using warehouse = await opened('beside', [numberedTable])
  const holder = new Client({ connectionString: cluster.url() })
  await holder.connect()
  await holder.query(`begin; insert into beside.things (_account_id, _version, _synced_at, id, total)
    values ('acct_1', 6, now(), '50', 1), ('acct_1', 4, now(), '60', 1)`)
  const loading = warehouse.load(loadOf([batchOf(numberedTable, { upserts: thingsOf(0, 100, 2) })]))
  const waits = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like 'copy "beside"%'`
  while ((await ask(waits)).length === 0);
  await holder.query('commit')
  await holder.end()
  assert.deepEqual((await loading).tables.get('things'), { rows: 99, deleted: 0 })
  assert.deepEqual(
    await ask(`select id, total::int from beside.things where id in ('50', '60') order by 1`),
    [
      ['50', 1],
      ['60', 2],
    ],
  )
})

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { stopDatabases } from '../../../../test/support/databases.ts'
import { type Service, startService } from '../../../../test/support/service.ts'
import { longTest } from '../../../../test/support/thorough.ts'
import { startWorker, type Worker } from '../../../worker/worker.ts'
import { createDestination, listDestinations } from '../destinations.ts'
import { ConflictError, FieldError } from '../errors.ts'
import type { Integration } from '../resources/integration.ts'
import { getRun, startRun } from '../runs/runs.ts'
import { countRows } from './counts.ts'
import { preview } from './preview.ts'
import { answer } from './query.ts'
import { tablesOfIntegration, tablesOfWarehouse } from './tables.ts'

let service: Service
let worker: Worker
let shop: Integration

before(async () => {
  service = await startService()
  shop = await service.integration()
  await assert.rejects(tablesOfIntegration(service.ctx, shop.id), ConflictError)
  await assert.rejects(preview(service.ctx, shop.id, { table: 'customers', limit: 5 }), ConflictError)
  await assert.rejects(countRows(service.ctx, shop.id), ConflictError)
  worker = await startWorker(service.ctx, { name: 'test', concurrency: 1 })
  const { id } = await startRun(service.ctx, shop.id, { tables: null, full_refresh: false })
  while ((await getRun(service.ctx, id)).ended_at === null) await sleep(50)
  assert.equal((await getRun(service.ctx, id)).status, 'succeeded')
})
after(async () => {
  await worker.stop(5_000)
  await service[Symbol.asyncDispose]()
  await stopDatabases()
})

const destination = () => shop.destination?.id ?? assert.fail()
const ask = (sql: string, limit = 10) => answer(service.ctx, { destination_id: destination(), sql, limit })
const refused = (sql: string, why: RegExp) =>
  assert.rejects(
    ask(sql),
    (error: unknown) => {
      assert.ok(error instanceof FieldError, `${sql}: ${error}`)
      assert.equal(error.field, 'sql')
      assert.match(error.message, why)
      return true
    },
    sql,
  )

test('the tables of an integration with their columns, keys and descriptions; the first rows of one', async () => {
  const tables = await tablesOfIntegration(service.ctx, shop.id)
  assert.deepEqual(
    tables.map(({ schema, name, stream }) => [schema, name, stream]),
    [
      [shop.name, 'customers', 'customers'],
      [shop.name, 'products', 'products'],
    ],
  )
  const columns = new Map(tables[0]?.columns.map((column) => [column.name, column]))
  assert.deepEqual(
    [columns.get('id')?.key, columns.get('id')?.type, columns.get('created')?.type],
    [true, 'VARCHAR', 'TIMESTAMP WITH TIME ZONE'],
  )
  assert.equal((await tablesOfWarehouse(service.ctx, destination())).length, 2)
  const rows = await preview(service.ctx, shop.id, { table: 'customers', limit: 3 })
  assert.deepEqual([rows.rows.length, rows.more], [3, true])
  assert.equal(rows.columns.length, columns.size)
  await assert.rejects(preview(service.ctx, shop.id, { table: 'charges', limit: 3 }), FieldError)
})

test('rows are counted in the warehouse', async () => {
  const counts = await countRows(service.ctx, shop.id)
  assert.deepEqual(
    counts.map(({ stream, deleted }) => [stream, deleted]),
    [
      ['customers', 0],
      ['products', 0],
    ],
  )
  const { rows } = await ask(`select count(*) from ${shop.name}.customers`)
  assert.equal(String(counts[0]?.rows), rows[0]?.[0])
})

test('SQL is answered with types, up to a limit; what it is guilty of is told', async () => {
  const counted = await ask(`select count(*) as n, max(created) as last from ${shop.name}.customers`)
  assert.deepEqual(counted.columns, [
    { name: 'n', type: 'BIGINT' },
    { name: 'last', type: 'TIMESTAMP WITH TIME ZONE' },
  ])
  assert.equal(counted.rows.length, 1)
  const many = await ask('from range(100)', 7)
  assert.deepEqual([many.row_count, many.more], [7, true])
  assert.equal((await ask(`describe ${shop.name}.customers`, 1)).row_count, 1)
  await refused('select nothing_of_that_name', /nothing_of_that_name/)
  await refused('selec 1', /syntax error/i)
})

test('SQL can write nothing and read no other file', async () => {
  await refused(`delete from ${shop.name}.customers`, /more than read/)
  await refused("select * from read_text('/etc/hostname')", /disabled by configuration/)
})

test('SQL that would never end is given up when nobody waits for it', async () => {
  const sql = 'select count(*) from range(1000000) a, range(1000000) b'
  await assert.rejects(
    answer(service.ctx, { destination_id: destination(), sql, limit: 1 }, AbortSignal.timeout(700)),
    /given up/,
  )
  const large = await ask("select repeat('x', 100000) from range(1000)", 10_000)
  assert.ok(large.more && large.row_count < 1_000, 'as many as fit')
})

longTest('SQL, schema and first rows of SQLite and of files, as of any other warehouse', async () => {
  const { ctx, folder } = service
  const kinds = [
    { kind: 'sqlite', address: 'sqlite:./other.db', table: (name: string) => `${name}_customers` },
    { kind: 'files', address: 'files:./lake?format=parquet', table: (name: string) => `${name}.customers` },
  ]
  for (const { kind, address, table } of kinds) {
    const { id: destination_id, queryable } = await createDestination(ctx, { name: kind, address })
    assert.equal(queryable, true)
    const one = await service.integration({ name: `in_${kind}`, destination_id })
    const { id } = await startRun(ctx, one.id, { tables: null, full_refresh: false })
    while ((await getRun(ctx, id)).ended_at === null) await sleep(50)
    assert.equal((await getRun(ctx, id)).status, 'succeeded', JSON.stringify(await getRun(ctx, id)))
    const found = await tablesOfIntegration(ctx, one.id)
    assert.deepEqual(
      found.map(({ stream }) => stream),
      ['customers', 'products'],
      kind,
    )
    assert.ok(found[0]?.columns.some((column) => column.key && column.name === 'id'))
    assert.equal((await preview(ctx, one.id, { table: 'customers', limit: 3 })).row_count, 3)
    const counted = { destination_id, sql: `select count(*) from ${table(one.name)}`, limit: 10 }
    const { world } = service.sandbox.account.store
    assert.equal(String((await answer(ctx, counted)).rows[0]?.[0]), String(world.count('customers')))
    for (const sql of [
      `vacuum into '${folder}/stolen.db'`,
      `attach '${folder}/stolen.db' as other`,
      `explain analyze copy (select 1) to '${folder}/stolen.csv'`,
      `/* select */ delete from ${table(one.name)}`,
      `copy (select 1) to '${folder}/stolen.csv'`,
    ]) {
      await assert.rejects(answer(ctx, { destination_id, sql, limit: 10 }), FieldError, `${kind}: ${sql}`)
    }
  }
  const data = readdirSync(`${folder}/lake/in_files/customers/changes`)[0] ?? ''
  const destination_id =
    (await listDestinations(ctx)).find(({ kind }) => kind === 'files')?.id ?? assert.fail()
  for (const sql of [
    `explain analyze copy (select 1 from in_files.customers) to '${folder}/lake/in_files/customers/changes/${data}'`,
    `select * from read_text('/etc/hostname'), in_files.customers`,
  ]) {
    await assert.rejects(answer(ctx, { destination_id, sql, limit: 10 }), FieldError, sql)
  }
  const files = readdirSync(folder)
  assert.ok(files.includes('other.db') && files.includes('lake'), 'paths begin in the data folder')
  assert.ok(!files.some((name) => name.startsWith('stolen')))
})

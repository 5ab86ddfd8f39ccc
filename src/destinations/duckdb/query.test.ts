import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { ConfigError } from '../../core/errors.ts'
import { duckdb } from '../duckdb.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-query-'))
const file = join(folder, 'shop.duckdb')
const secret = join(folder, 'secret.csv')
const written = join(folder, 'written.csv')

before(async () => {
  const instance = await DuckDBInstance.create(file)
  const connection = await instance.connect()
  await connection.run(
    "create schema acme; create table acme.customers as select 'cus_1' as id, 5::bigint as n",
  )
  connection.closeSync()
  instance.closeSync()
  writeFileSync(secret, 'a,b\n1,2\n')
})
after(() => rmSync(folder, { recursive: true, force: true }))

const ask = (sql: string) =>
  duckdb.query?.(`duckdb:${file}`, sql, { limit: 10, workDir: folder, confined: true }) ?? assert.fail()

test('who is confined reads what stands in the warehouse, with types', async () => {
  const answer = await ask('select * from acme.customers')
  assert.deepEqual(answer.rows, [['cus_1', '5']])
  assert.deepEqual(answer.types, ['VARCHAR', 'BIGINT'])
  for (const sql of ['describe acme.customers', 'from acme.customers', 'explain select 1', 'select 1;']) {
    assert.ok((await ask(sql)).rows.length > 0, sql)
  }
  const columns = await ask(duckdb.columns ?? assert.fail())
  assert.deepEqual(columns.rows, [
    ['acme', 'customers', 'id', 'VARCHAR', true],
    ['acme', 'customers', 'n', 'BIGINT', true],
  ])
})

const faults = [
  'delete from acme.customers',
  'create table acme.mine as select 1',
  'create temp table mine as select 1',
  `copy (select 1) to '${written}'`,
  `attach '${folder}/other.duckdb'`,
  'set enable_external_access = true',
  'reset lock_configuration',
  "set memory_limit = '100GB'",
  'pragma database_list; select 1',
  'select 1; drop table acme.customers',
  'install httpfs',
  'load httpfs',
  'begin',
  `export database '${folder}/export'`,
  'call force_checkpoint()',
  'checkpoint',
  'prepare p as delete from acme.customers; execute p',
  'vacuum',
  'detach "_file"',
  'use memory',
  '',
  '-- nothing',
  `select * from read_csv('${secret}')`,
  `select * from '${secret}'`,
  `select content from read_text('${secret}')`,
  `select * from glob('${folder}/*')`,
  "select * from read_parquet('https://example.com/x.parquet')",
  `select * from read_blob('${secret}')`,
  `select * from sniff_csv('${secret}')`,
  `explain analyze copy (select 1) to '${written}'`,
  "with x as (select 1) insert into acme.customers (id) select 'x'",
]

for (const sql of faults) {
  test(`who is confined can't: ${sql.replaceAll(folder, '…')}`, async () => {
    await assert.rejects(ask(sql), ConfigError)
    assert.ok(!existsSync(written))
  })
}

test('more memory than is given ends the query', async () => {
  await assert.rejects(
    ask('select list(range) from range(100000000)'),
    (error: unknown) => error instanceof ConfigError && /memory/i.test(error.message),
  )
})

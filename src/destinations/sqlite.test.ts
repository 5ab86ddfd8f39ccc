import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { numberedLoad, numberedTable, wholeLoads } from '../../test/conformance/numbered.ts'
import { conformance } from '../../test/conformance/suite.ts'
import type { TransientError } from '../core/errors.ts'
import type { OpenOptions } from '../core/model.ts'
import { openSqlite, sqlite } from './sqlite.ts'

function folder() {
  const path = mkdtempSync(join(tmpdir(), 'sluice-sqlite-'))
  return {
    path,
    file: join(path, 'warehouse.db'),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  }
}

function options(workDir: string, more: Partial<OpenOptions> = {}): OpenOptions {
  return { integration: 'acme', workDir, signal: new AbortController().signal, report() {}, ...more }
}

conformance('sqlite', async () => {
  const at = folder()
  return {
    open: async (other = '') => open(at, `${other}acme`),
    [Symbol.asyncDispose]: async () => at[Symbol.dispose](),
  }
})

function open(at: { readonly path: string; readonly file: string }, integration = 'acme') {
  return openSqlite(`sqlite:${at.file}`, options(at.path, { integration }), 0)
}

function loading(at: { readonly path: string; readonly file: string }, integration: string, loads: number) {
  const script = join(import.meta.dirname, '../../test/conformance/children/load-into.ts')
  return spawn(process.execPath, [script, `sqlite:${at.file}`, integration, String(loads)], {
    cwd: at.path,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

test('sqlite: killed at any moment, the file holds the last committed load and nothing of the next', async () => {
  using at = folder()
  let before = 0
  for (let round = 0; round < 5; round++) {
    const child = loading(at, 'acme', 100_000)
    let told = before
    for await (const line of createInterface(child.stdout)) {
      assert.match(line, /^committed/)
      told = Number(line.split(' ')[1])
      if (told === before + 2) setTimeout(() => child.kill('SIGKILL'), Math.random() * 60)
    }
    await using warehouse = open(at)
    const last = await wholeLoads(warehouse)
    assert.ok(last >= told && told >= before + 2, `load ${told} was told committed, the file ends at ${last}`)
    before = last
  }
})

test('sqlite: two processes loading into one file take turns', async () => {
  using at = folder()
  const said = ['one', 'two'].map(async (integration) => {
    const lines: string[] = []
    for await (const line of createInterface(loading(at, integration, 8).stdout)) lines.push(line)
    return lines
  })
  const expected = Array.from({ length: 8 }, (_, number) => `committed ${number + 1}`)
  assert.deepEqual(await Promise.all(said), [expected, expected])
  for (const integration of ['one', 'two']) {
    await using warehouse = open(at, integration)
    assert.equal(await wholeLoads(warehouse), 8)
  }
})

test('sqlite: another program that writes is waited for, then told of; one that reads is not in the way', async () => {
  using at = folder()
  await using warehouse = open(at)
  await warehouse.readState()
  await warehouse.prepare([numberedTable])
  await warehouse.load(numberedLoad(1))
  using other = new DatabaseSync(at.file)
  other.exec('begin')
  assert.equal(other.prepare('select count(*) as rows from acme_things').get()?.rows, 200)
  await warehouse.load(numberedLoad(2))
  assert.equal(other.prepare('select count(*) as rows from acme_things').get()?.rows, 200, 'as it began')
  other.exec('commit')
  other.exec('begin immediate')
  await assert.rejects(warehouse.load(numberedLoad(3)), (error: TransientError) => {
    assert.equal(error.name, 'TransientError')
    assert.match(error.message, /warehouse\.db is being written by another process/)
    return true
  })
  other.exec('rollback')
  await warehouse.load(numberedLoad(3))
})

test('sqlite: names whose tables could not be told apart, and tables of others, are refused', async () => {
  using at = folder()
  {
    await using warehouse = open(at, 'acme')
    await warehouse.readState()
    await warehouse.prepare([numberedTable])
  }
  for (const name of ['acme_eu', 'ACME', '_sluice']) {
    await using warehouse = open(at, name)
    await assert.rejects(warehouse.readState(), { name: 'ConfigError' }, name)
  }
  await using sister = open(at, 'acmeeu')
  await sister.readState()
  {
    using db = new DatabaseSync(at.file)
    db.exec('create table shop_orders (id)')
  }
  await using shop = open(at, 'shop')
  await assert.rejects(shop.readState(), /already has shop_orders, which Sluice did not make/)
  await assert.rejects(shop.check(), { name: 'ConfigError' })
})

test('sqlite: what cannot be opened says why, and nothing is made', async () => {
  using at = folder()
  writeFileSync(at.file, 'something else entirely, long enough to be looked at'.repeat(20))
  await using other = open(at)
  await assert.rejects(other.readState(), /is no SQLite file, or a damaged one/)
  const nowhere = { path: at.path, file: join(at.path, 'no', 'such.db') }
  await using missing = open(nowhere)
  await assert.rejects(missing.check(), { name: 'ConfigError' })
  await assert.rejects(missing.readState(), /cannot be opened for writing/)
  await assert.rejects(sqlite.open('sqlite:', options(at.path)), { name: 'ConfigError' })
  await assert.rejects(
    sqlite.query?.(`sqlite:${nowhere.file}`, 'select 1', { limit: 1, workDir: at.path }) ?? Promise.resolve(),
    /no file/,
  )
})

test('sqlite: a query reads, gives exact numbers, and cannot write', async () => {
  using at = folder()
  await using warehouse = open(at)
  await warehouse.readState()
  await warehouse.prepare([numberedTable])
  await warehouse.load(numberedLoad(1))
  const query = (sql: string) => sqlite.query?.(`sqlite:${at.file}`, sql, { limit: 2, workDir: at.path })
  const result = await query(
    'select id, total, 9007199254740993 as big from acme_things order by cast(id as integer)',
  )
  assert.deepEqual(result, {
    columns: ['id', 'total', 'big'],
    rows: [
      ['50', '1', '9007199254740993'],
      ['51', '1', '9007199254740993'],
    ],
    more: true,
  })
  await assert.rejects(query('delete from acme_things') ?? Promise.resolve(), /the query does not run/)
})

test('sqlite: a table that was there before gets the indexes that it lacks', async () => {
  using at = folder()
  await using warehouse = open(at)
  await warehouse.readState()
  await warehouse.prepare([numberedTable])
  const indexes = () => {
    const file = new DatabaseSync(at.file, { readOnly: true })
    const found = file.prepare(`select name from sqlite_master where type = 'index' order by 1`).all()
    file.close()
    return found.map(({ name }) => name)
  }
  const [column] = numberedTable.columns.filter(({ name }) => !numberedTable.key.includes(name)).slice(-1)
  const before = indexes()
  const found = { ...numberedTable, lookups: [String(column?.name)] }
  assert.deepEqual(await warehouse.prepare([found]), [])
  const whole = [...before, `acme_things_by_${column?.name}`].sort()
  assert.deepEqual(indexes(), whole)
  await warehouse.prepare([found])
  assert.deepEqual(indexes(), whole)
})

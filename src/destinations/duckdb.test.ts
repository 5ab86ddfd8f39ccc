import assert from 'node:assert/strict'
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { test } from 'node:test'
import { batchOf, columnOf, contents, loadOf, rowOf, tableOf } from '../../test/conformance/rows.ts'
import { conformance } from '../../test/conformance/suite.ts'
import { longTest, times } from '../../test/support/thorough.ts'
import { ConfigError, TransientError } from '../core/errors.ts'
import type { OpenOptions, RunEvent, WholeWarehouse } from '../core/model.ts'
import { engine } from './duckdb/engine.ts'
import { newestStorage, storageHeader } from './duckdb/errors.ts'
import { attach } from './duckdb/hold.ts'
import { duckdb, openDuckdb } from './duckdb.ts'

const impatient = { lockWait: 0, tellAfter: 0 }

function folder() {
  const path = mkdtempSync(join(tmpdir(), 'sluice-duckdb-'))
  return {
    path,
    file: join(path, 'warehouse.duckdb'),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  }
}

function options(workDir: string, more: Partial<OpenOptions> = {}): OpenOptions {
  return { integration: 'acme', workDir, signal: new AbortController().signal, report() {}, ...more }
}

function open(
  at: { readonly path: string; readonly file: string },
  more: Partial<OpenOptions> = {},
): WholeWarehouse {
  return openDuckdb(`duckdb:${at.file}`, options(at.path, more), impatient)
}

conformance('duckdb', async () => {
  const at = folder()
  return {
    open: async (other = '') => open(at, { integration: `${other}acme` }),
    [Symbol.asyncDispose]: async () => at[Symbol.dispose](),
  }
})

const things = tableOf('things', { total: 'integer', text: 'text' })
const oneThing = (id: string, total: number, version = 1) =>
  loadOf([batchOf(things, { upserts: [rowOf(things, { id, total }, { version })] })])

// ---------------------------------------------------------------- other processes

type Child = ChildProcessByStdio<null, Readable, null>

const child = (script: string, ...args: string[]): Child =>
  spawn(process.execPath, [join(import.meta.dirname, '../../test/conformance/children', script), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })

async function lines(process: Child): Promise<string[]> {
  const all: string[] = []
  for await (const line of createInterface(process.stdout)) all.push(line)
  return all
}

/** What another program sees in the file. */
async function query(file: string, sql: string): Promise<unknown> {
  const [line = ''] = await lines(child('query.ts', file, sql))
  return line === 'refused' ? line : JSON.parse(line)
}

/** Asserts that the file holds exactly the loads 1 to n of `children/load.ts`, and returns n. */
async function wholeLoads(at: { readonly path: string; readonly file: string }): Promise<number> {
  await using warehouse = open(at)
  const last = Number((await warehouse.readState()).get('things') ?? 0)
  await warehouse.prepare([things])
  const rows = await contents(warehouse, things)
  const expected = new Map<string, number>()
  for (let number = 1; number <= last; number++) {
    for (let key = 0; key < 200; key++) expected.set(`${number * 50 + key}`, number)
  }
  assert.equal(rows.length, new Set(rows.map(({ id }) => id)).size, 'no key twice')
  assert.deepEqual(new Map(rows.map(({ id, total }) => [id, total])), new Map([...expected].sort(byText)))
  return last
}

const byText = ([a]: [string, unknown], [b]: [string, unknown]) =>
  JSON.stringify(['acct_1', a]) < JSON.stringify(['acct_1', b]) ? -1 : 1

test('duckdb: killed at any moment, the file holds the last committed load and nothing of the next', async () => {
  using at = folder()
  let before = 0
  for (let round = 0; round < times(3, 12); round++) {
    const loading = child('load.ts', at.file, at.path, 'acme', '100000')
    let told = before
    const patience = Math.random() * 120
    for await (const line of createInterface(loading.stdout)) {
      assert.match(line, /^committed/)
      told = Number(line.split(' ')[1])
      // From the second load on, somewhere in the midst of a load.
      if (told === before + 2) setTimeout(() => loading.kill('SIGKILL'), patience)
    }
    if (loading.exitCode === null && loading.signalCode === null) await once(loading, 'exit')
    const last = await wholeLoads(at)
    assert.ok(last >= told, `load ${told} was told committed, the file ends at ${last}`)
    before = last
  }
})

test('duckdb: killed while the file is made, the next run begins as if there had been none', async () => {
  using at = folder()
  for (let round = 0; round < times(3, 12); round++) {
    const loading = child('load.ts', at.file, at.path, 'acme', '1')
    const timer = setTimeout(() => loading.kill('SIGKILL'), 120 + Math.random() * 200)
    for (const line of await lines(loading)) assert.match(line, /^committed/)
    clearTimeout(timer)
    await wholeLoads(at)
    rmSync(at.file, { force: true })
    rmSync(`${at.file}.wal`, { force: true })
  }
})

longTest(
  'duckdb: out of space in the midst of loads: one line, and the loads before it are whole',
  async () => {
    using at = folder()
    const script = join(import.meta.dirname, '../../test/conformance/children/load.ts')
    // A limit on the size of files fails like a full disk, in the same places.
    const command = `ulimit -f 1500; exec "${process.execPath}" "${script}" "${at.file}" "${at.path}" acme 100000`
    const loading: Child = spawn('sh', ['-c', command], { stdio: ['ignore', 'pipe', 'inherit'] })
    const said = await lines(loading)
    assert.match(said.at(-1) ?? '', /^failed TransientError: no space left for /)
    const told = said.filter((line) => line.startsWith('committed')).length
    assert.ok(told > 2)
    const last = await wholeLoads(at)
    assert.ok(last === told || last === told + 1)
  },
)

longTest('duckdb: two processes loading into one file take turns', async () => {
  using at = folder()
  const both = [
    child('load.ts', at.file, at.path, 'one', '8'),
    child('load.ts', at.file, at.path, 'two', '8'),
  ]
  for (const said of await Promise.all(both.map(lines))) {
    assert.deepEqual(
      said,
      Array.from({ length: 8 }, (_, number) => `committed ${number + 1}`),
    )
  }
  const counts = 'select count(*)::int, count(distinct id)::int from'
  assert.deepEqual(await query(at.file, `${counts} one.things`), [[550, 550]])
  assert.deepEqual(await query(at.file, `${counts} two.things`), [[550, 550]])
})

test('duckdb: another program can query the file between loads', async () => {
  using at = folder()
  await using warehouse = open(at)
  await warehouse.readState()
  await warehouse.prepare([things])
  await warehouse.load(oneThing('a', 1))
  assert.deepEqual(await query(at.file, 'select id, total::int from acme.things'), [['a', 1]])
  await warehouse.load(oneThing('a', 2))
  assert.deepEqual(await query(at.file, 'select id, total::int from acme.things'), [['a', 2]])
  assert.deepEqual(
    await query(at.file, `select load_number::int, tables->>'$.things.rows' from _sluice.loads`),
    [
      [1, '1'],
      [2, '1'],
    ],
  )
})

test('duckdb: a file that another process holds is waited for, and its holder named', async () => {
  using at = folder()
  const events: RunEvent[] = []
  const report = (event: RunEvent) => {
    events.push(event)
  }
  await using warehouse = openDuckdb(at.file, options(at.path, { report }), {
    lockWait: 20_000,
    tellAfter: 0,
  })
  await warehouse.readState()
  await warehouse.prepare([things])

  const holder = child('query.ts', at.file, 'select 1', 'stay')
  await once(holder.stdout, 'data')
  await assert.rejects(open(at).readState(), (error) => {
    assert.ok(error instanceof TransientError)
    assert.match(error.message, new RegExp(`^${at.file} is held by process ${holder.pid} \\(.*query\\.ts`))
    assert.match(String(error.cure), /close it/)
    return true
  })
  const loading = warehouse.load(oneThing('a', 1))
  while (events.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  holder.kill('SIGKILL')
  await loading
  assert.deepEqual(await columnOf(warehouse, things, 'total'), [1])
  const logs = events.filter((event) => event.type === 'log')
  assert.equal(logs.length, 1)
  assert.match(logs[0]?.message ?? '', new RegExp(`process ${holder.pid} .*waiting up to 20 s`))
})

test('duckdb: the wait for a held file ends when the run is stopped', async () => {
  using at = folder()
  await open(at).readState()
  const holder = child('query.ts', at.file, 'select 1', 'stay')
  await once(holder.stdout, 'data')
  const stop = new AbortController()
  const report = () => stop.abort()
  const waiting = openDuckdb(at.file, options(at.path, { signal: stop.signal, report }), {
    lockWait: 60_000,
    tellAfter: 0,
  })
  await assert.rejects(waiting.readState(), { name: 'AbortError' })
  holder.kill('SIGKILL')
})

// ---------------------------------------------------------------- one process

longTest(
  'duckdb: warehouses of one file in one process take turns, whatever name they have for it',
  async () => {
    using at = folder()
    const link = join(at.path, 'link.duckdb')
    const one = open(at, { integration: 'one' })
    await one.readState()
    symlinkSync(at.file, link)
    const two = open({ ...at, file: link }, { integration: 'two' })
    await two.readState()
    const loads = [one, two].map(async (warehouse) => {
      await warehouse.prepare([things])
      for (let number = 0; number < 10; number++) await warehouse.load(oneThing(`${number}`, number))
      return columnOf(warehouse, things, 'total')
    })
    for (const totals of await Promise.all(loads)) assert.deepEqual(totals, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    await one[Symbol.asyncDispose]()
    await two[Symbol.asyncDispose]()
  },
)

test('duckdb: a load of many rows lets the event loop run', async () => {
  using at = folder()
  await using warehouse = open(at)
  await warehouse.readState()
  await warehouse.prepare([things])
  const rows = Array.from({ length: 50_000 }, (_, n) =>
    rowOf(things, { id: `${n}`, total: n, text: 'x'.repeat(50) }),
  )
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  await warehouse.load(loadOf([batchOf(things, { upserts: rows })]))
  clearInterval(timer)
  assert.ok(turns >= 5, `${turns} turns`)
})

// ---------------------------------------------------------------- bad input

async function refused(
  at: { readonly path: string; readonly file: string },
  message: RegExp,
  integration = 'acme',
) {
  for (const method of ['check', 'readState'] as const) {
    await using warehouse = open(at, { integration })
    await assert.rejects(warehouse[method](), (error) => {
      assert.ok(error instanceof ConfigError, String(error))
      assert.match(error.message, message)
      assert.ok(error.cure)
      assert.ok(!`${error.message}${error.cure}`.includes('\n'))
      return true
    })
  }
}

test('duckdb: a load has the memory that its columns take, unless a limit is named', async () => {
  using at = folder()
  const columns = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`c${i}`, 'text' as const]))
  const tables = Array.from({ length: 80 }, (_, i) => tableOf(`things${i}`, columns))
  const values = Object.fromEntries(Object.keys(columns).map((name) => [name, name]))
  const load = loadOf(
    tables.map((table) =>
      batchOf(table, { upserts: [rowOf(table, { id: 'a', ...values }, { version: 1 })] }),
    ),
  )
  {
    await using warehouse = openDuckdb(`duckdb:${at.file}?memory=64MB`, options(at.path), impatient)
    await warehouse.readState()
    await warehouse.prepare(tables)
    await assert.rejects(warehouse.load(load), (error) => {
      assert.ok(error instanceof TransientError, String(error))
      assert.match(`${error.cure}`, /memory=1GB/)
      return true
    })
  }
  await using warehouse = open(at)
  await warehouse.readState()
  const { tables: loaded } = await warehouse.load(load)
  assert.equal(loaded.size, 80)
})

test('duckdb: check proves that the file can be made, and leaves nothing', async () => {
  using at = folder()
  await open(at).check()
  assert.deepEqual(readdirSync(at.path), [])
  await open(at).readState()
  const bytes = readFileSync(at.file)
  await open(at).check()
  assert.deepEqual(readdirSync(at.path), ['warehouse.duckdb'])
  assert.equal(readFileSync(at.file).length, bytes.length)
})

test('duckdb: what is no DuckDB file is left as it is', async () => {
  using at = folder()
  for (const content of ['', 'hello', 'id,total\n'.repeat(5000), `SQLite format 3\0${'\0'.repeat(8192)}`]) {
    writeFileSync(at.file, content)
    await refused(at, /not a DuckDB file/)
    assert.equal(readFileSync(at.file, 'utf8'), content)
  }
})

test('duckdb: a damaged file', async () => {
  using at = folder()
  await open(at).readState()
  const bytes = readFileSync(at.file)
  bytes.fill(7, 4096, 12_288)
  writeFileSync(at.file, bytes)
  await refused(at, /^DuckDB cannot use .*: Corrupt database file/)
  assert.deepEqual(readFileSync(at.file), bytes)
})

test('duckdb: a file of a newer DuckDB', async () => {
  using at = folder()
  const db = engine({ memory: '64MB', threads: 1, spill: at.path })
  await db.run(`attach '${at.file}' as newest (type duckdb, storage_version 'latest')`)
  await db.run('checkpoint newest')
  await db.run('detach newest')
  assert.equal(storageHeader(at.file), newestStorage, 'what this DuckDB calls its latest')
  const newer = readFileSync(at.file)
  newer.writeBigUInt64LE(BigInt(newestStorage + 1), 12)
  writeFileSync(at.file, newer)
  await refused(at, new RegExp(`newer DuckDB \\(storage version ${newestStorage + 1}\\)`))
  db.reset()
})

test('duckdb: a file is made in the format of DuckDB 1.4, and one that is there keeps its own', async () => {
  using at = folder()
  const loaded = async () => {
    await using warehouse = open(at)
    await warehouse.readState()
    await warehouse.prepare([things])
    await warehouse.load(oneThing('a', 1))
    return contents(warehouse, things)
  }
  const rows = await loaded()
  assert.equal(storageHeader(at.file), 67)

  rmSync(at.file)
  const db = engine({ memory: '64MB', threads: 1, spill: at.path })
  await db.run(`attach '${at.file}' as older (type duckdb, storage_version 'v1.0.0')`)
  await db.run('checkpoint older')
  await db.run('detach older')
  db.reset()
  assert.deepEqual(await loaded(), rows)
  assert.equal(storageHeader(at.file), 64)
})

test('duckdb: a folder in place of the file, no folder, a file in place of the folder', async () => {
  using at = folder()
  mkdirSync(at.file)
  await refused(at, /is a folder, not a file/)
  await refused({ ...at, file: join(at.path, 'none', 'w.duckdb') }, /the folder .*none does not exist/)
  writeFileSync(join(at.path, 'plain'), '')
  await refused({ ...at, file: join(at.path, 'plain', 'w.duckdb') }, /is not a folder/)
})

test('duckdb: a folder and a file that may not be written', async () => {
  using at = folder()
  const seen = join(at.path, 'seen')
  mkdirSync(seen)
  copyFileSync(await emptyDatabase(at), join(seen, 'there.duckdb'))
  chmodSync(join(seen, 'there.duckdb'), 0o444)
  chmodSync(seen, 0o555)
  chmodSync(at.path, 0o755)
  // The superuser may write everything: be somebody else for a while.
  const superuser = process.geteuid?.() === 0
  if (superuser) process.seteuid?.(65534)
  try {
    await refused({ ...at, file: join(seen, 'new.duckdb') }, /cannot be written: no permission/)
    await refused({ ...at, file: join(seen, 'there.duckdb') }, /cannot be written: no permission/)
  } finally {
    if (superuser) process.seteuid?.(0)
    chmodSync(seen, 0o755)
  }
})

async function emptyDatabase(at: { readonly path: string; readonly file: string }): Promise<string> {
  await using warehouse = open(at)
  await warehouse.readState()
  return at.file
}

test('duckdb: no space left', async () => {
  using at = folder()
  const db = engine({ memory: '64MB', threads: 1, spill: at.path })
  await assert.rejects(attach(db, '/dev/full', options(at.path), impatient), (error) => {
    assert.ok(error instanceof TransientError)
    assert.equal(error.message, 'no space left for /dev/full')
    return true
  })
  db.reset()
})

test('duckdb: the file taken away or replaced in the midst of a run', async () => {
  using at = folder()
  await using warehouse = open(at)
  await warehouse.readState()
  await warehouse.prepare([things])
  rmSync(at.file)
  await assert.rejects(warehouse.load(oneThing('a', 1)), /is not there any more/)
  assert.ok(!readdirSync(at.path).includes('warehouse.duckdb'))
  await emptyDatabase(at)
  await assert.rejects(warehouse.load(oneThing('a', 1)), { name: 'FenceError' })
})

test('duckdb: schemas and tables of another program are left alone', async () => {
  using at = folder()
  await query(at.file, 'create schema shop; create table shop.things (id int); create schema empty')
  await refused(at, /schema called shop, which Sluice did not make/, 'shop')
  await refused(at, /schema called SHOP, which/, 'SHOP')
  for (const name of ['information_schema', 'temp', 'System']) {
    await refused(at, /is a name of DuckDB itself/, name)
  }

  // An empty schema may be taken; then a table of that name comes in beside ours.
  await using warehouse = open(at, { integration: 'empty' })
  await warehouse.readState()
  await warehouse.prepare([things])
  await query(at.file, 'create table empty.other (id int)')
  await assert.rejects(warehouse.prepare([tableOf('other', {})]), (error) => {
    assert.ok(error instanceof ConfigError)
    assert.match(error.message, /table empty\.other that Sluice did not make/)
    assert.match(String(error.cure), /another name/)
    return true
  })
  await refused(at, /already has an integration called empty/, 'Empty')
})

test('duckdb: a drop leaves what others put beside the tables, and the schema with it', async () => {
  using at = folder()
  await using warehouse = open(at)
  await warehouse.readState()
  await warehouse.prepare([things])
  await warehouse.load(oneThing('a', 1))
  const ask = async (sql: string) => {
    const db = engine({ threads: 1, spill: at.path })
    try {
      await attach(db, at.file, options(at.path), impatient)
      return await db.rows(sql)
    } finally {
      db.reset()
    }
  }
  await ask('create table warehouse.acme.mine as select 1 as one')
  assert.deepEqual(await warehouse.drop(), ['things'])
  assert.deepEqual(await ask('from warehouse.acme.mine'), [[1]])
  await ask('drop table warehouse.acme.mine')
  await using next = open(at, { integration: 'shop' })
  await next.readState()
  await next.prepare([things])
  await next.drop()
  const schemas = `select schema_name from duckdb_schemas() where database_name = 'warehouse' and not internal`
  assert.deepEqual(await ask(schemas), [['acme']])
})

test('duckdb: a column of another type is kept where it holds the values, and refused where it does not', async () => {
  using at = folder()
  await using warehouse = open(at)
  await warehouse.readState()
  await warehouse.prepare([things])
  await warehouse.load(oneThing('a', 7))
  await query(at.file, 'alter table acme.things alter total type decimal(38,12)')
  assert.deepEqual(await warehouse.prepare([things]), [])
  await warehouse.load(oneThing('b', 8))
  assert.deepEqual(await columnOf(warehouse, things, 'total'), [7, 8])
  await query(at.file, 'alter table acme.things alter total type varchar')
  await assert.rejects(warehouse.prepare([things]), (error) => {
    assert.ok(error instanceof ConfigError)
    assert.match(error.message, /acme\.things\.total is VARCHAR .* BIGINT/)
    return true
  })
})

test('duckdb: addresses', async () => {
  using at = folder()
  const opened = (address: string) => duckdb.open(address, options(at.path))
  for (const address of [
    'duckdb:',
    'duckdb:?memory=1GB',
    'duckdb:a.duckdb?memory=much',
    'duckdb:a.duckdb?threads=0',
  ]) {
    await assert.rejects(opened(address), ConfigError, address)
  }
  await assert.rejects(opened(`duckdb:${at.file}?memroy=1GB`), /unknown setting memroy/)
  await using warehouse = await opened(`${at.file}?memory=128MB&threads=2`)
  assert.deepEqual(await warehouse.readState(), new Map())
})

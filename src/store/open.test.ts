import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { dumpSchema } from '../../test/store/dump.ts'
import { newDatabase, stopDatabases } from '../../test/support/databases.ts'
import { ConfigError, TransientError } from '../core/errors.ts'
import { migrate, migrations } from './migrate.ts'
import { openStore } from './open.ts'

const folders: string[] = []
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-store-'))
  folders.push(folder)
  return folder
}
const serverIn = (folder: string) => {
  const file = join(folder, 'postgres', 'postmaster.pid')
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n', 1)[0]) : undefined
}
after(async () => {
  await stopDatabases()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

test('the embedded database is shared by those who use it, and stopped by the last of them', async () => {
  const dataDir = newFolder()
  const [first, second] = await Promise.all([
    openStore({ dataDir, migrate: true }),
    openStore({ dataDir, migrate: true }),
  ])
  assert.equal(first.migrated.length + second.migrated.length, migrations().length, 'each migration ran once')
  // What is committed has reached the disk, and half a page is mended: what a power cut takes, no kill of a process shows.
  const { rows } = await second.pool.query(
    `select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses')
     order by name`,
  )
  assert.deepEqual(
    rows.map(({ name, setting }) => [name, setting]),
    [
      ['fsync', 'on'],
      ['full_page_writes', 'on'],
      ['listen_addresses', ''],
      ['synchronous_commit', 'on'],
    ],
  )
  await first[Symbol.asyncDispose]()
  assert.ok(serverIn(dataDir), 'the second still uses it')
  await second.pool.query('select 1')
  await second[Symbol.asyncDispose]()
  assert.equal(serverIn(dataDir), undefined)

  await using again = await openStore({ dataDir, migrate: false })
  assert.deepEqual(again.migrated, [])
})

test('what was written is there after the process and its server were killed', async () => {
  const dataDir = newFolder()
  const node = [
    ...process.execArgv.filter((word) => !word.startsWith('--test')),
    'test/store/writer.ts',
    dataDir,
  ]
  let durable = -1
  // First the process alone, whose server the next one joins; then both, as when the power goes.
  for (const whole of [false, true]) {
    const writer = spawn(process.execPath, node, { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(writer, 'exit')
    let lines = 0
    for await (const line of createInterface(writer.stdout)) {
      durable = Number(line)
      if (++lines < 50) continue
      if (whole) process.kill(serverIn(dataDir) ?? assert.fail('no server'), 'SIGKILL')
      writer.kill('SIGKILL')
      break
    }
    await ended
    assert.ok(lines >= 50)
  }
  await using store = await openStore({ dataDir, migrate: true })
  const { rows } = await store.pool.query<{ n: number }>('select n from written order by ctid')
  const found = rows.map(({ n }) => n)
  const second = found.lastIndexOf(0)
  assert.ok(second >= 50, 'what the first had written outlived it')
  assert.ok(
    found.length - second > durable,
    `${found.length - second} rows, and ${durable} was said to be durable`,
  )
})

test('a server that is ended from outside is started again', async () => {
  const dataDir = newFolder()
  await using store = await openStore({ dataDir, migrate: true })
  const before = serverIn(dataDir) ?? assert.fail('no server')
  process.kill(before, 'SIGQUIT')
  const answered = async (): Promise<void> => store.pool.query('select 1').then(() => {}, answered)
  while (serverIn(dataDir) === before) await new Promise((resolve) => setTimeout(resolve, 5))
  await answered()
  assert.notEqual(serverIn(dataDir), before)
})

test('the schema is the golden one; SLUICE_GOLDEN=write makes it anew', async () => {
  await using store = await openStore({
    dataDir: newFolder(),
    databaseUrl: await newDatabase(),
    migrate: true,
  })
  const dump = await dumpSchema(store.pool)
  const golden = new URL('../../test/golden/store.txt', import.meta.url)
  if (process.env.SLUICE_GOLDEN === 'write') writeFileSync(golden, dump)
  assert.equal(dump, readFileSync(golden, 'utf8'))
})

test('migrations are numbered without a gap; one that fails leaves nothing behind', async () => {
  assert.deepEqual(
    migrations().map(({ id }) => id),
    migrations().map((_, index) => index + 1),
  )
  const databaseUrl = await newDatabase()
  await using store = await openStore({ dataDir: newFolder(), databaseUrl, migrate: true })
  const next = migrations().length + 1
  const bad = { id: next, name: 'bad', sql: 'create table sluice.half (a int); select no_such_function()' }
  await assert.rejects(migrate(store.pool, [...migrations(), bad]), /no_such_function/)
  const { rows } = await store.pool.query("select to_regclass('sluice.half') as half")
  assert.deepEqual(rows, [{ half: null }])
})

test('an older store is refused until it is migrated, and a newer one always', async () => {
  const databaseUrl = await newDatabase()
  const dataDir = newFolder()
  const open = (migrate: boolean) => openStore({ dataDir, databaseUrl, migrate })
  const refused = (why: RegExp, cure: RegExp) => (error: unknown) =>
    error instanceof ConfigError && why.test(error.message) && cure.test(error.cure ?? '')
  await assert.rejects(open(false), refused(/older than this sluice/, /sluice migrate/))
  {
    await using store = await open(true)
    await store.pool.query("insert into sluice.migrations (id, name) values (9999, 'from the future')")
  }
  for (const migrate of [true, false]) {
    await assert.rejects(open(migrate), refused(/newer sluice has upgraded.*9999/, /newer sluice/))
  }
})

test('an address that is none, is refused or leads nowhere says so without its password', async () => {
  const dataDir = newFolder()
  const open = (databaseUrl: string) => openStore({ dataDir, databaseUrl, migrate: true })
  const said = (kind: typeof ConfigError | typeof TransientError, why: RegExp) => (error: unknown) =>
    error instanceof kind && why.test(error.message) && !error.message.includes('hunter2')
  await assert.rejects(open('mysql://u:hunter2@h/d'), said(ConfigError, /not the address of a PostgreSQL/))
  await assert.rejects(open('postgres://u:hunter2@h'), said(ConfigError, /not the address/))
  const missing = (await newDatabase()).replace(/\/[^/]*$/, '/nowhere')
  await assert.rejects(open(missing), said(ConfigError, /refuses: .*"nowhere" does not exist/))
  await assert.rejects(
    open('postgres://u:hunter2@127.0.0.1:1/d'),
    said(TransientError, /127\.0\.0\.1:1 cannot/),
  )
  await assert.rejects(
    openStore({ dataDir: join(dataDir, 'x'.repeat(120)), migrate: true }),
    said(ConfigError, /too long for a socket/),
  )
})

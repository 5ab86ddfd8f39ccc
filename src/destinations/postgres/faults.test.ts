/** Connections that break or go dead, servers that crash, processes that are killed, and others at the same tables. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { Client } from 'pg'
import { numberedLoad, numberedTable, wholeLoads } from '../../../test/conformance/numbered.ts'
import { startProxy } from '../../../test/support/pg-proxy.ts'
import { postgresPlace } from '../../../test/support/postgres-place.ts'
import { times } from '../../../test/support/thorough.ts'

const { cluster, ask, open, opened, refer } = await postgresPlace()
after(() => cluster[Symbol.asyncDispose]())

test('postgres: a connection that breaks at any step is made anew, and each load counts once', async () => {
  await using proxy = await startProxy(cluster.port)
  const ways = {
    straight: [
      'begin;',
      'savepoint straight',
      'gone as (delete',
      'copy "',
      'release',
      'insert into',
      'commit',
    ],
    merged: ['begin;', 'create temp table', 'copy pg_temp', 'on conflict', 'commit'],
  }
  for (const when of ['before', 'after'] as const) {
    for (const [way, steps] of Object.entries(ways)) {
      const name = `broken_${when}_${way}`
      await using warehouse = await opened(name, [numberedTable], { port: proxy.port })
      if (way === 'merged') await refer(name)
      // The first one tells nothing of what is done with rows that are there.
      for (const [at, step] of [undefined, ...steps].entries()) {
        const before = proxy.broken
        proxy.fault = step === undefined ? undefined : { at: step, when, times: 2 }
        const { tables } = await warehouse.load(numberedLoad(at + 1))
        assert.deepEqual(tables.get('things'), { rows: 200, deleted: 0 }, `${name} ${step}`)
        assert.equal(proxy.broken - before, step === undefined ? 0 : 2, `${name} ${step}`)
      }
      proxy.fault = undefined
      assert.equal(await wholeLoads(warehouse), steps.length + 1)
      assert.deepEqual(await ask(`select count(*)::int from ${name}._sluice_loads`), [[steps.length + 1]])
    }
  }
})

test('postgres: what stays broken ends the run with an error that may pass', async () => {
  await using proxy = await startProxy(cluster.port)
  await using warehouse = await opened('stays', [numberedTable], { port: proxy.port, patience: 500 })
  proxy.fault = { at: 'commit', when: 'before', times: 1_000 }
  await assert.rejects(warehouse.load(numberedLoad(1)), { name: 'TransientError' })
  proxy.fault = undefined
  await warehouse.load(numberedLoad(1))
  assert.equal(await wholeLoads(warehouse), 1)
})

/** Of a connection that goes dead without a word, at each of what a load says. */
const lastWords = [
  { at: 'begin;', when: 'before' },
  { at: 'pg_advisory_xact_lock', when: 'after' },
  { at: 'copy "', when: 'before' },
  { at: 'insert into', when: 'before' },
  { at: 'insert into', when: 'after' },
  { at: 'commit', when: 'before' },
  { at: 'commit', when: 'after' },
] as const

test('postgres: one connection goes dead without a word, and the load goes on through another', async () => {
  await using proxy = await startProxy(cluster.port)
  await using warehouse = await opened('dead', [numberedTable], { port: proxy.port, silence: 200 })
  for (const [at, words] of lastWords.entries()) {
    proxy.fault = { ...words, times: 1, how: 'hole' }
    const { tables } = await warehouse.load(numberedLoad(at + 1))
    assert.deepEqual(tables.get('things'), { rows: 200, deleted: 0 }, words.at)
    assert.deepEqual([proxy.fault.times, proxy.broken], [0, at + 1], words.at)
  }
  assert.equal(await wholeLoads(warehouse), lastWords.length)
  assert.deepEqual(await ask('select count(*)::int from dead._sluice_loads'), [[lastWords.length]])
})

test('postgres: the server goes dead without a word: the run ends, and the next one carries on', async () => {
  await using proxy = await startProxy(cluster.port)
  const how = { port: proxy.port, silence: 500, patience: 0, query: '?connect_timeout=1&sslmode=disable' }
  await (await opened('gone', [numberedTable], how))[Symbol.asyncDispose]()
  for (const [at, words] of lastWords.filter((_, at) => at % 2 === 0).entries()) {
    await using warehouse = open('gone', how)
    await warehouse.readState()
    proxy.fault = { ...words, times: 1, how: 'hole for all' }
    await assert.rejects(warehouse.load(numberedLoad(at + 1)), {
      name: 'TransientError',
      message: /nothing was heard for \d+ s, and it cannot be reached/,
    })
    // The same run, if it is tried on, ends what it left behind and does not wait for the server to notice.
    proxy.hole = false
    assert.equal(proxy.fault.times, 0, words.at)
    assert.deepEqual((await warehouse.load(numberedLoad(at + 1))).tables.get('things'), {
      rows: 200,
      deleted: 0,
    })
    assert.equal(await wholeLoads(warehouse), at + 1)
  }
})

test('postgres: a connection that went dead is closed all the same', async () => {
  await using proxy = await startProxy(cluster.port)
  const warehouse = await opened('closes', [numberedTable], { port: proxy.port, silence: 200 })
  proxy.fault = { at: 'X', when: 'before', times: 1, how: 'hole' }
  await warehouse[Symbol.asyncDispose]()
})

test('postgres: a server that works at a statement for long is asked, and let work', async () => {
  await using proxy = await startProxy(cluster.port)
  await using warehouse = await opened('works', [numberedTable], {
    port: proxy.port,
    silence: 50,
    patience: 0,
  })
  const holder = new Client({ connectionString: cluster.url() })
  await holder.connect()
  await holder.query('begin; lock table works.things in access exclusive mode')
  const before = proxy.made
  const loading = warehouse.load(numberedLoad(1))
  while (proxy.made < before + 4) await new Promise((resolve) => setImmediate(resolve))
  await holder.query('rollback')
  await holder.end()
  await loading
  assert.equal(await wholeLoads(warehouse), 1)
})

test('postgres: the server crashes in the midst of loads, and the run goes on', async () => {
  await using warehouse = await opened('crashed', [numberedTable], { patience: 60_000 })
  let crashing: Promise<void> | undefined
  for (let number = 1; number <= 12; number++) {
    const loading = warehouse.load(numberedLoad(number))
    if (number % 4 === 2) crashing = cluster.crash()
    await loading
    await crashing
  }
  assert.equal(await wholeLoads(warehouse), 12)
})

test('postgres: killed in the midst of loads, the last committed load is there and nothing of the next', async () => {
  let before = 0
  for (let round = 1; round <= times(2, 8); round++) {
    const script = join(import.meta.dirname, '../../../test/conformance/children/load-into.ts')
    const loading = spawn(process.execPath, [script, cluster.url(), 'killed', '100000'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let told = before
    for await (const line of createInterface(loading.stdout)) {
      assert.match(line, /^committed/)
      told = Number(line.split(' ')[1])
      if (told === before + round) loading.kill('SIGKILL')
    }
    await using warehouse = open('killed')
    const last = await wholeLoads(warehouse)
    assert.ok(last >= told, `load ${told} was told committed, the warehouse ends at ${last}`)
    before = last
  }
})

test('postgres: many loads at once of the same keys: none waits in a circle, and the older fence loses', async () => {
  const count = async () =>
    Number((await ask(`select deadlocks from pg_stat_database where datname = 'postgres'`))[0]?.[0])
  const before = await count()
  await using first = await opened('crowd', [numberedTable])
  const loaded = await Promise.allSettled(
    Array.from({ length: 40 }, async (_, at) => {
      if (at % 4 > 0) return first.load(numberedLoad(at % 10))
      // Another run takes over, and loads the same keys.
      await using other = open('crowd')
      await other.readState()
      return await other.load(numberedLoad(at % 10))
    }),
  )
  for (const result of loaded) {
    if (result.status === 'rejected') assert.equal((result.reason as Error).name, 'FenceError')
  }
  assert.ok(loaded.some(({ status }) => status === 'fulfilled'))
  assert.equal(await count(), before)
})

test('postgres: a lock that another program holds is waited for', async () => {
  await using warehouse = await opened('locked', [numberedTable], { patience: 20_000 })
  const holder = new Client({ connectionString: cluster.url() })
  await holder.connect()
  await holder.query('begin; lock table locked.things in access exclusive mode')
  const loading = warehouse.load(numberedLoad(1))
  const waits = async () =>
    (
      await ask(
        `select 1 from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'sluice'`,
      )
    ).length
  while ((await waits()) === 0);
  await holder.query('rollback')
  await holder.end()
  await loading
  assert.equal(await wholeLoads(warehouse), 1)
})

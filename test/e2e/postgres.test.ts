/** The command line between a sandbox and a PostgreSQL database. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Client } from 'pg'
import { query } from '../../src/app/query.ts'
import { startSandbox } from '../../src/sandbox/server.ts'
import { folder, lastJson, run } from '../cli/spawn.ts'
import { key, lists } from '../support/integration.ts'
import { npmPrograms, startCluster } from '../support/postgres.ts'
import { idsOf } from '../support/served.ts'
import { viewsShowTheAccount } from '../support/stable-views.ts'

const cluster = await startCluster({ programs: npmPrograms() })
after(() => cluster[Symbol.asyncDispose]())

test('an account in PostgreSQL: check, sync, again, verify, query', async (context) => {
  const sandbox = await startSandbox({ port: 0, scale: 60, rateLimit: 'off', seed: 'postgres' })
  context.after(() => sandbox.close())
  const cwd = await folder(context)
  const env = { STRIPE_API_KEY: key, STRIPE_API_BASE: sandbox.url }
  const to = cluster.url().replace('postgres@', 'postgres:a-password@')
  const sluice = async (command: string, ...more: readonly string[]) => {
    const done = await run([command, ...more, '--to', to], { cwd, env })
    assert.equal(done.code, 0, done.stderr)
    assert.ok(!`${done.stdout}${done.stderr}`.includes('a-password'))
    return done
  }
  const named = ['--name', 'acme', '--rate', '100%'] as const
  const asked = async (sql: string) => (await query(to, sql, 1_000_000)).rows

  await sluice('check', ...named)
  const first = lastJson((await sluice('sync', ...named, '--json')).stdout)
  assert.equal(first.status, 'succeeded')
  for (const [table, listings] of Object.entries(lists)) {
    const upstream = await Promise.all(listings.map((listing) => idsOf(sandbox.url, key, listing)))
    const there = await asked(`select id from acme.${table} where _deleted_at is null`)
    assert.deepEqual(there.flat().sort(), [...new Set(upstream.flat())].sort(), table)
  }

  // Of the first run, once a table's rows were there.
  const indexes = `select count(*)::int from pg_indexes where schemaname = 'acme' and indexname = `
  for (const name of ['invoices_customer_idx', 'invoices_created_idx', 'charges_payment_intent_idx']) {
    assert.deepEqual(await asked(`${indexes}'${name}'`), [[1]], name)
  }

  const [[customer] = []] = await asked('select min(id) from acme.customers')
  await sandbox.update('customers', String(customer), { name: 'Renamed' })
  const sync = await sluice('sync', ...named)
  assert.match(sync.stdout, /into postgres:\/\/postgres:…@/)
  assert.deepEqual(await asked(`select name from acme.customers where id = '${String(customer)}'`), [
    ['Renamed'],
  ])

  const counted = lastJson((await sluice('query', 'select count(*) from acme.customers', '--json')).stdout)
  assert.deepEqual(counted.rows, await asked('select count(*) from acme.customers'))
  const { status } = lastJson((await sluice('verify', ...named, '--json')).stdout)
  assert.equal(status, 'equal')

  const client = new Client({ connectionString: to })
  await client.connect()
  context.after(() => client.end())
  await viewsShowTheAccount({
    sandbox,
    address: to,
    execute: async (sql) => void (await client.query(sql)),
    rows: asked,
    table: (name) => `acme.${name}`,
  })
  // The next sync writes beneath the views.
  await sandbox.update('customers', String(customer), { name: 'Renamed again' })
  await sluice('sync', ...named)
})

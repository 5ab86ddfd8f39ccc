/** The whole way, as a person goes it: a Stripe account (the sandbox) into a DuckDB file, by the command line. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { query } from '../../src/app/query.ts'
import { startSandbox } from '../../src/sandbox/server.ts'
import { folder, lastJson, run, start } from '../cli/spawn.ts'
import { idsOf, type Listing } from './truth.ts'

// A live key has the higher limits, so that the tests do not wait for Stripe's.
const key = 'rk_live_0123456789abcdefghij'
const address = 'duckdb:./acme.duckdb'

/** Tables and the lists that have the same objects; each with what its default leaves out. */
const lists: Readonly<Record<string, readonly Listing[]>> = {
  customers: [{ path: '/v1/customers' }],
  products: [{ path: '/v1/products' }],
  prices: [
    { path: '/v1/prices', params: { active: 'true' } },
    { path: '/v1/prices', params: { active: 'false' } },
  ],
  subscriptions: [{ path: '/v1/subscriptions', params: { status: 'all' } }],
  invoices: [{ path: '/v1/invoices' }],
  charges: [{ path: '/v1/charges' }],
  refunds: [{ path: '/v1/refunds' }],
  balance_transactions: [{ path: '/v1/balance_transactions' }],
}

interface TableRun {
  readonly stream: string
  readonly status: string
  readonly rows: number
  readonly deleted: number
  readonly reason: string | null
}

const tablesOf = (stdout: string) =>
  new Map((lastJson(stdout).tables as TableRun[]).map((table) => [table.stream, table]))

async function sandboxFor(context: TestContext, options: Parameters<typeof startSandbox>[0] = {}) {
  const sandbox = await startSandbox({ port: 0, scale: 60, rateLimit: 'off', seed: 'e2e', ...options })
  context.after(() => sandbox.close())
  const cwd = await folder(context)
  const env = { STRIPE_API_KEY: key, STRIPE_API_BASE: sandbox.url }
  const args = ['--name', 'acme', '--to', address, '--rate', '100%']
  const ids = async (table: string) => {
    const sql = `select id from acme.${table} where _deleted_at is null order by id`
    const { rows } = await query(`duckdb:${cwd}/acme.duckdb`, sql, 1_000_000)
    return rows.map(([id]) => String(id))
  }
  return {
    sandbox,
    cwd,
    env,
    ids,
    sync: (...more: readonly string[]) => run(['sync', ...args, '--json', ...more], { cwd, env }),
    start: (...more: readonly string[]) => start(['sync', ...args, ...more], { cwd, env }),
    check: (...more: readonly string[]) => run(['check', ...args, ...more], { cwd, env }),
    async sameAsSandbox(tables = Object.keys(lists)) {
      for (const [table, listings] of Object.entries(lists).filter(([name]) => tables.includes(name))) {
        const upstream = await Promise.all(listings.map((listing) => idsOf(sandbox.url, key, listing)))
        const expected = [...new Set(upstream.flat())].sort()
        assert.deepEqual(await ids(table), expected, table)
      }
    },
  }
}

test('a sync loads what the account has; the next one carries on and changes nothing', async (context) => {
  const { sync, check, sameAsSandbox, ids } = await sandboxFor(context)

  const before = await check('--json')
  assert.equal(before.code, 0, before.stderr + before.stdout)
  assert.equal(lastJson(before.stdout).name, 'free')

  const first = await sync()
  assert.equal(first.code, 0, first.stderr)
  const { tables: _, ...summary } = lastJson(first.stdout)
  assert.deepEqual(Object.keys(lastJson(first.stdout)), [
    'status',
    'integration',
    'tables',
    'requests',
    'rate_limited',
    'seconds',
  ])
  assert.equal(summary.status, 'succeeded')
  const tables = tablesOf(first.stdout)
  for (const table of Object.keys(lists)) assert.equal(tables.get(table)?.status, 'ok', table)
  await sameAsSandbox()
  assert.ok((await ids('invoices')).length > 0)
  assert.ok((await ids('invoice_lines')).length >= (await ids('invoices')).length)

  const second = await sync()
  assert.equal(second.code, 0, second.stderr)
  assert.ok(Number(lastJson(second.stdout).requests) < Number(summary.requests))
  await sameAsSandbox()

  const after = await check('--json')
  assert.equal(lastJson(after.stdout).name, 'ours')
  const third = await sync()
  assert.equal(third.code, 0, `a check must not disturb: ${third.stderr}`)
})

test('what is created, changed and deleted upstream arrives with the next sync', async (context) => {
  const { sandbox, sync, ids, cwd } = await sandboxFor(context)
  const selection = ['--tables', 'customers,products']
  assert.equal((await sync(...selection)).code, 0)
  const [changed, gone] = await ids('customers')
  assert.ok(changed && gone)
  // Stripe's times are whole seconds.
  await setTimeout(1_100)
  await sandbox.update('customers', changed, { description: 'changed after the first sync' })
  await sandbox.remove('customers', gone)
  await sandbox.create('customers', { id: 'cus_new', name: 'New' })
  const { code, stderr } = await sync(...selection)
  assert.equal(code, 0, stderr)
  const now = await ids('customers')
  assert.ok(now.includes('cus_new'), 'created')
  assert.ok(!now.includes(gone), 'deleted')
  const { rows } = await query(
    `duckdb:${cwd}/acme.duckdb`,
    `select description from acme.customers where id = '${changed}'`,
    1,
  )
  assert.deepEqual(rows, [['changed after the first sync']])
})

test('a key without a permission: that table says so, the others are loaded', async (context) => {
  const permissions = [
    'customer_read',
    'invoice_read',
    'product_read',
    'plan_read',
    'subscription_read',
    'event_read',
  ]
  const { sync, check, cwd, env } = await sandboxFor(context, { keys: { [key]: { permissions } } })
  const selection = ['--tables', 'customers,charges,invoices']
  const { code, stdout, stderr } = await sync(...selection)
  assert.equal(code, 3, stderr)
  assert.equal(lastJson(stdout).status, 'partial')
  const tables = tablesOf(stdout)
  assert.equal(tables.get('charges')?.status, 'no_permission')
  assert.match(tables.get('charges')?.reason ?? '', /charge_read.*https:\/\/dashboard\.stripe\.com/)
  assert.equal(tables.get('customers')?.status, 'ok')
  assert.ok((tables.get('customers')?.rows ?? 0) > 0)

  const discovered = await run(['discover'], { cwd, env })
  assert.equal(discovered.code, 0, discovered.stderr)
  assert.match(discovered.stdout, /^customers +core +window +customer_read +ok /m)
  assert.match(discovered.stdout, /^charges +core +window +charge_read +no permission /m)
  const one = await run(['discover', 'charges', '--json'], { cwd, env })
  assert.deepEqual(
    (lastJson(one.stdout).streams as { access: { permission: string } }[])[0]?.access.permission,
    'charge_read',
  )

  const checked = await check(...selection)
  assert.equal(checked.code, 3, checked.stderr)
  assert.match(checked.stdout, /charges +no permission/)
  assert.match(checked.stdout, /apikeys\/create\?.*rak_charge_read/)
})

test('fields that are not selected are not loaded', async (context) => {
  const { sync, cwd } = await sandboxFor(context)
  const { code, stderr } = await sync(
    ...[
      '--tables',
      'customers,products',
      '--fields',
      'products=name',
      '--exclude-fields',
      'customers=email,phone',
    ],
  )
  assert.equal(code, 0, stderr)
  const columns = async (table: string) =>
    (await query(`duckdb:${cwd}/acme.duckdb`, `select * from acme.${table} limit 1`, 1)).columns
  assert.deepEqual((await columns('products')).filter((name) => !name.startsWith('_')).sort(), [
    'created',
    'id',
    'name',
  ])
  const customers = await columns('customers')
  assert.ok(customers.includes('name') && !customers.includes('email') && !customers.includes('phone'))
})

// Enough requests, and slow enough, to be stopped in the middle.
const long = { scale: 150, latencyMs: 80 }
const some = ['customers', 'invoices', 'charges']

test('a killed sync is carried on, with no row lost or doubled', async (context) => {
  const { sandbox, start, sync, sameAsSandbox } = await sandboxFor(context, long)
  const running = start('--quiet', '--tables', some.join(','))
  await requestsSeen(sandbox, 12)
  running.kill('SIGKILL')
  assert.equal((await running.finished).code, null)
  const { code, stderr } = await sync('--tables', some.join(','))
  assert.equal(code, 0, stderr)
  await sameAsSandbox(some)
})

test('Ctrl-C keeps what is read, says so, and the next sync carries on', async (context) => {
  const { sandbox, start, sync, sameAsSandbox } = await sandboxFor(context, long)
  const running = start('--json', '--tables', some.join(','))
  await requestsSeen(sandbox, 12)
  running.kill('SIGINT')
  const { code, stdout, stderr } = await running.finished
  assert.equal(code, 130, stderr)
  assert.match(stderr, /^sluice: stopped; /m)
  assert.equal(lastJson(stdout).status, 'failed')
  assert.equal(lastJson(stdout).error, 'stopped by SIGINT')
  const again = await sync('--tables', some.join(','))
  assert.equal(again.code, 0, again.stderr)
  await sameAsSandbox(some)
})

test('the key is nowhere to be seen', {
  skip: process.platform !== 'linux' && 'needs /proc',
}, async (context) => {
  const { sandbox, cwd } = await sandboxFor(context, { latencyMs: 300 })
  const running = start(
    [
      'sync',
      '--name',
      'acme',
      '--api-key',
      key,
      '--api-base',
      sandbox.url,
      '--tables',
      'customers',
      '--json',
    ],
    { cwd },
  )
  await requestsSeen(sandbox, 1)
  const title = await readFile(`/proc/${running.pid}/cmdline`, 'utf8')
  const { stdout, stderr } = await running.finished
  assert.match(title, /^sluice/)
  for (const text of [title, stdout, stderr]) assert.ok(!text.includes(key.slice(8)), text)
})

async function requestsSeen(sandbox: Awaited<ReturnType<typeof startSandbox>>, count: number) {
  const deadline = performance.now() + 30_000
  while (sandbox.stats().requests < count) {
    if (performance.now() > deadline) assert.fail(`only ${sandbox.stats().requests} requests`)
    await setTimeout(20)
  }
}

/** The whole way, as a person goes it: a Stripe account (the sandbox) into a DuckDB file, by the command line. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { query } from '../../src/app/query.ts'
import { lastJson, run, start } from '../cli/spawn.ts'
import { integration, key, lists, requestsSeen, tablesOf } from '../support/integration.ts'

test('a sync loads what the account has; the next one carries on and changes nothing', async (context) => {
  const { sync, check, sameAsSandbox, ids } = await integration(context)

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
    'incidents',
    'requests',
    'rate_limited',
    'seconds',
    'reads_30_days',
    'reads_allowed',
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
  const { sandbox, sync, ids, cwd } = await integration(context)
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
  const { sync, check, cwd, env } = await integration(context, { keys: { [key]: { permissions } } })
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
  const { sync, cwd } = await integration(context)
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
  const { sandbox, start, sync, sameAsSandbox } = await integration(context, long)
  const running = start('--quiet', '--tables', some.join(','))
  await requestsSeen(sandbox, 12)
  running.kill('SIGKILL')
  assert.equal((await running.finished).code, null)
  const { code, stderr } = await sync('--tables', some.join(','))
  assert.equal(code, 0, stderr)
  await sameAsSandbox(some)
})

test('Ctrl-C keeps what is read, says so, and the next sync carries on', async (context) => {
  const { sandbox, start, sync, sameAsSandbox } = await integration(context, long)
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
  const { sandbox, cwd } = await integration(context, { latencyMs: 300 })
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

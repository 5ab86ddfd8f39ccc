/** What a key may not read, Stripe does not have, or fails to send: told table by table, and never in the way of the rest. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Incident } from '../../src/core/model.ts'
import { lastJson } from '../cli/spawn.ts'
import { integration, key, requestsSeen, tablesOf } from '../support/integration.ts'
import { longTest } from '../support/thorough.ts'

const all = [
  'customer_read',
  'invoice_read',
  'charge_read',
  'product_read',
  'plan_read',
  'subscription_read',
  'balance_read',
  'event_read',
  'issuing_card_read',
]
const without = (...missing: readonly string[]) => ({
  permissions: all.filter((permission) => !missing.includes(permission)),
})

test('two permissions are missing and a product is not enabled: the rest is loaded', async (context) => {
  const { sandbox, sync, sameAsSandbox, rows } = await integration(context, {
    keys: { [key]: without('charge_read', 'balance_read') },
    unavailable: ['issuing_*'],
  })
  const selection = 'customers,invoices,charges,balance_transactions,issuing_cards,prices'
  const { code, stdout, stderr } = await sync('--tables', selection)
  assert.equal(code, 3, stderr)
  assert.equal(lastJson(stdout).status, 'partial')
  const tables = tablesOf(stdout)
  const statuses = Object.fromEntries([...tables].map(([stream, { status }]) => [stream, status]))
  assert.deepEqual(statuses, {
    customers: 'ok',
    invoices: 'ok',
    charges: 'no_permission',
    balance_transactions: 'no_permission',
    issuing_cards: 'unavailable',
    prices: 'ok',
  })
  for (const [stream, permission] of [
    ['charges', 'charge_read'],
    ['balance_transactions', 'balance_read'],
  ] as const) {
    const { reason, rows } = tables.get(stream) ?? assert.fail(stream)
    assert.match(reason ?? '', new RegExp(`${permission}.*https://dashboard\\.stripe\\.com/`))
    assert.equal(rows, 0)
  }
  assert.match(tables.get('issuing_cards')?.reason ?? '', /Issuing/)
  assert.equal(tables.get('customers')?.reason, null)
  await sameAsSandbox(['customers', 'invoices', 'prices'])
  // A table that could not be read is not there: nobody takes it for an empty one.
  const names = (
    await rows("select table_name from duckdb_tables() where schema_name = 'acme' order by 1")
  ).flat()
  assert.deepEqual(names, ['customers', 'invoices', 'prices'])

  // Granted later: whole with the next sync.
  sandbox.setKey(key, without('balance_read'))
  const next = await sync('--tables', selection)
  assert.equal(next.code, 3, next.stderr)
  assert.equal(tablesOf(next.stdout).get('charges')?.status, 'ok')
  assert.equal(tablesOf(next.stdout).get('balance_transactions')?.status, 'no_permission')
  assert.equal(tablesOf(next.stdout).get('invoices')?.rows, 0)
  await sameAsSandbox(['customers', 'invoices', 'prices', 'charges'])

  // Taken away again: what was loaded stays.
  sandbox.setKey(key, without('charge_read', 'balance_read'))
  const taken = await sync('--tables', selection)
  assert.equal(taken.code, 3, taken.stderr)
  sandbox.setKey(key, { permissions: 'all' })
  await sameAsSandbox(['charges'])
  const whole = await sync('--tables', selection.replace(',issuing_cards', ''))
  assert.equal(whole.code, 0, whole.stderr)
  await sameAsSandbox(['customers', 'invoices', 'prices', 'charges', 'balance_transactions'])
})

test('events are forbidden: every run lists its tables again, and says so', async (context) => {
  const { sandbox, sync, start, rows, sameAsSandbox } = await integration(context, {
    keys: { [key]: without('event_read') },
  })
  const selection = ['--tables', 'customers,products']
  const told = (stdout: string) =>
    (lastJson(stdout).incidents as Incident[]).map(({ stream, kind, message }) => {
      assert.match(message, /event_read.*https:\/\/dashboard\.stripe\.com/)
      return [stream, kind]
    })
  const both = [
    ['customers', 'no_events'],
    ['products', 'no_events'],
  ]
  const first = await sync(...selection)
  assert.equal(first.code, 0, first.stderr)
  assert.deepEqual(told(first.stdout), both)
  const [[changed] = []] = await rows('select min(id) from acme.customers')
  const [[gone] = []] = await rows('select max(id) from acme.customers')
  await sandbox.update('customers', String(changed), { description: 'no event tells of it' })
  await sandbox.remove('customers', String(gone))
  const second = await sync(...selection)
  assert.equal(second.code, 0, second.stderr)
  assert.deepEqual(told(second.stdout), both, 'each told once')
  await sameAsSandbox(['products', 'customers'])
  assert.deepEqual(await rows(`select description from acme.customers where id = '${changed}'`), [
    ['no event tells of it'],
  ])
  assert.deepEqual(await rows('select id from acme.customers where _deleted_at is not null'), [[gone]])

  const { stdout } = await start(...selection).finished
  assert.match(stdout, /^no events: .*event_read.* \(customers, products\)$/m)
})

test('a key that is revoked in mid-run ends the run, and what was loaded is kept', async (context) => {
  const { sandbox, start, sync, rows, sameAsSandbox } = await integration(context, {
    keys: { [key]: { permissions: 'all' } },
    faults: 'slow@/v1:ms=150,times=all',
  })
  const running = start('--json', '--tables', 'invoices,customers')
  await requestsSeen(sandbox, 5)
  sandbox.revokeKey(key)
  const { code, stdout, stderr } = await running.finished
  assert.equal(code, 2, stderr)
  assert.match(stderr, /^sluice: .*has expired/m)
  const said = lastJson(stdout)
  assert.equal(said.status, 'failed')
  assert.match(String(said.error), /has expired/)
  const [[kept] = []] = await rows('select count(*) from acme.invoices')
  assert.ok(Number(kept) > 0, 'what was read before is kept')
  sandbox.setKey(key, { permissions: 'all' })
  sandbox.setFaults('')
  sandbox.resetStats()
  const again = await sync('--tables', 'invoices,customers')
  assert.equal(again.code, 0, again.stderr)
  await sameAsSandbox(['invoices', 'customers'])
})

test('429 storms, resets, cut answers and errors: the content is the same at the end', async (context) => {
  const { sandbox, sync, sameAsSandbox, rows } = await integration(context)
  sandbox.setFaults(
    // Of several that are due the first one happens.
    [
      '409@/v1/customers:times=1',
      '503@/v1/subscriptions:times=1',
      'rate_limit@/v1:after=3,times=12,reason=global-rate',
      'rate_limit@/v1/charges:after=1,times=3,reason=endpoint-rate,retry_after=1',
      'reset@/v1/invoices:after=1,times=1',
      'reset_body@/v1/invoices:after=3,times=2',
      'truncate@/v1/invoices:after=6,times=2',
      '500@/v1/invoices:after=9,times=2',
    ].join(';'),
  )
  const { code, stdout, stderr } = await sync()
  assert.equal(code, 0, stderr)
  assert.equal(lastJson(stdout).status, 'succeeded')
  assert.ok(Number(lastJson(stdout).rate_limited) >= 12, stdout)
  const { statuses } = sandbox.stats()
  assert.equal(statuses['0'], 5, 'broken connections')
  for (const status of [409, 500, 503]) assert.ok(statuses[status], `no ${status}`)
  sandbox.setFaults('')
  await sameAsSandbox()
  const [doubled] = await rows('select count(*) - count(distinct (invoice, id)) from acme.invoice_lines')
  assert.deepEqual(doubled, ['0'])
})

longTest(
  'a table that keeps failing is failed, the others are loaded; all of them failing is a failed run',
  async (context) => {
    const { sandbox, sync, sameAsSandbox } = await integration(context)
    sandbox.setFaults('400@/v1/charges:times=all')
    const some = await sync('--tables', 'customers,charges')
    assert.equal(some.code, 3, some.stderr)
    assert.equal(tablesOf(some.stdout).get('charges')?.status, 'failed')
    assert.match(tablesOf(some.stdout).get('charges')?.reason ?? '', /Invalid request/)
    await sameAsSandbox(['customers'])

    sandbox.setFaults('400@/v1/charges:times=all;400@/v1/refunds:times=all')
    const none = await sync('--tables', 'charges,refunds')
    assert.equal(none.code, 1, none.stderr)
    assert.equal(lastJson(none.stdout).status, 'failed')

    sandbox.setFaults('')
    const healed = await sync('--tables', 'customers,charges,refunds')
    assert.equal(healed.code, 0, healed.stderr)
    await sameAsSandbox(['customers', 'charges', 'refunds'])
  },
)

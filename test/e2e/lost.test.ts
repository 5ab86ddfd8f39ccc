/** A table that may not be read, or fails: it holds up nobody, and is right again as soon as it can be read. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { replica, replicaKey } from '../support/replica.ts'

const hour = 3600
const day = 24 * hour

async function setup(context: TestContext) {
  const made = await replica()
  context.after(made.close)
  const { sandbox, world } = made
  const all = sandbox.account.catalog.streams.flatMap(({ permission }) => permission ?? [])
  let changed = 0
  return {
    ...made,
    forbid: (missing: string) =>
      sandbox.setKey(replicaKey, { permissions: all.filter((permission) => permission !== missing) }),
    allow: () => sandbox.setKey(replicaKey, { permissions: 'all' }),
    /** An hour in which many customers change, and few of them. */
    async busyHour() {
      made.advance(hour)
      for (let index = 0; index < 240; index++) {
        await sandbox.update('customers', world('customers', index % 3).id, { name: `Change ${++changed}` })
      }
      made.advance(60)
    },
    /** Requests of a run: to list events, and all. */
    async cost(streams: string) {
      sandbox.resetStats()
      const { summary } = await made.sync(streams)
      const { requests, endpoints } = sandbox.stats()
      return { events: endpoints['/v1/events']?.requests ?? 0, requests, summary }
    },
  }
}

test('a table that may not be read costs each run a request, however long ago it was refused', async (context) => {
  const { sandbox, world, forbid, allow, busyHour, cost, sync, alive, deleted } = await setup(context)
  const tables = 'customers,charges'
  await sync(tables)
  forbid('charge_read')
  // An event of the table is what it is refused for at first.
  await sandbox.update('charges', world('charges', 1).id, { description: 'before' })
  const costs: { readonly events: number; readonly requests: number }[] = []
  for (let run = 0; run < 6; run++) {
    await busyHour()
    const { summary, ...spent } = await cost(tables)
    assert.equal(summary.tables.find(({ stream }) => stream === 'charges')?.status, 'no_permission')
    costs.push(spent)
  }
  const [, second, ...later] = costs
  for (const spent of later) assert.deepEqual(spent, second)
  assert.ok((second?.events ?? 99) <= 10, JSON.stringify(costs))

  await sandbox.update('charges', world('charges', 2).id, { description: 'meanwhile' }, { silent: true })
  await sandbox.remove('charges', world('charges', 3).id, { silent: true })
  allow()
  const { summary } = await cost(tables)
  assert.equal(summary.status, 'succeeded')
  assert.deepEqual(summary.incidents, [
    { stream: 'charges', kind: 'gap', message: 'listed whole: it could not be read before' },
  ])
  const descriptions = (await alive('charges')).flat()
  for (const word of ['before', 'meanwhile']) assert.ok(descriptions.includes(word), word)
  assert.deepEqual(
    (await deleted('charges')).map(([id]) => id),
    [world('charges', 3).id],
  )
  // From now on it is followed as the others are.
  const next = await cost(tables)
  assert.deepEqual([next.requests - next.events, next.summary.incidents], [1, []])
})

test('a child that may not be read is listed alone when it may; its parent is not listed again', async (context) => {
  const { sandbox, world, forbid, allow, cost, sync, alive, advance } = await setup(context)
  const tables = 'customers,customer_payment_methods'
  await sync(tables)
  const before = await alive('customer_payment_methods')
  assert.ok(before.length > 0)
  forbid('payment_method_read')
  advance(hour)
  await sandbox.update('customers', world('customers', 1).id, { name: 'Changed' })
  const refused = await cost(tables)
  assert.deepEqual(refused.summary.tables.map(({ stream, status }) => [stream, status]).sort(), [
    ['customer_payment_methods', 'no_permission'],
    ['customers', 'ok'],
  ])
  allow()
  advance(hour)
  const { summary } = await cost(tables)
  assert.equal(summary.tables.find(({ stream }) => stream === 'customers')?.rows, 0)
  assert.deepEqual(await alive('customer_payment_methods'), before)
})

test('a table that fails keeps its place for a week, and is listed whole after that', async (context) => {
  const { sandbox, world, cost, sync, alive, advance } = await setup(context)
  const tables = 'customers,coupons'
  const { id } = world('coupons', 1)
  const fail = () => sandbox.setFaults(`400@/v1/coupons:times=all`)
  const named = async (name: string) => (await alive('coupons')).some((row) => row.includes(name))
  await sync(tables)

  fail()
  await sandbox.update('coupons', id, { name: 'Once' })
  advance(day)
  assert.equal((await cost(tables)).summary.status, 'partial')
  sandbox.setFaults('')
  advance(hour)
  const soon = await cost(tables)
  assert.deepEqual(soon.summary.incidents, [])
  assert.equal(soon.summary.tables.find(({ stream }) => stream === 'coupons')?.rows, 1)
  assert.ok(await named('Once'))

  fail()
  await sandbox.update('coupons', id, { name: 'Twice' })
  advance(day)
  await cost(tables)
  advance(8 * day)
  assert.equal((await cost(tables)).summary.status, 'partial')
  advance(day)
  sandbox.setFaults('')
  const late = await cost(tables)
  assert.deepEqual(
    late.summary.incidents.map(({ stream, kind }) => [stream, kind]),
    [['coupons', 'gap']],
  )
  assert.ok(await named('Twice'))
})

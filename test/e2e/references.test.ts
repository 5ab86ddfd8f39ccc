/** Objects that rows refer to and no list returns: read by id, within a budget, once. Sandbox over HTTP, memory. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Run, replica, replicaKey } from '../support/replica.ts'

const day = 86_400
const selection = 'customers,charges,reviews'

async function replicaOf(context: Pick<TestContext, 'after'>) {
  const made = await replica()
  context.after(made.close)
  return made
}

async function setup(context: Pick<TestContext, 'after'>) {
  const made = await replicaOf(context)
  const { sandbox } = made
  const { world } = sandbox.account.store
  /** Customers that charges refer to, in the order of the world. */
  const buyers = [
    ...new Set(
      Array.from({ length: world.count('charges') }, (_, index) => world.object('charges', index).customer),
    ),
  ].filter((id) => typeof id === 'string')
  const ids = async (table: string) => ({
    alive: new Set((await made.alive(table)).map(([id]) => id)),
    deleted: new Set((await made.deleted(table)).map(([id]) => id)),
  })
  const charge = (index: number) => made.world('charges', index)
  return {
    ...made,
    buyers,
    ids,
    charge,
    sync: (heal: number, how = {}) => made.sync(selection, { heal, ...how }),
  }
}

const lookups = (run: Run) =>
  run.summary.incidents.filter(({ kind }) => kind === 'references').map(({ stream }) => stream)

const customersRead = (run: Run) => run.summary.tables.find(({ stream }) => stream === 'customers')?.requests

test('a customer who was deleted before the first run has a row that says so, and is asked for once', async (context) => {
  const { sandbox, buyers, ids, sync } = await setup(context)
  const gone = buyers.slice(0, 3)
  for (const id of gone) await sandbox.remove('customers', id, { silent: true })
  await sync(0)
  assert.equal((await ids('customers')).deleted.size, 0)
  const first = await sync(500)
  assert.equal(first.summary.status, 'succeeded')
  assert.deepEqual([...(await ids('customers')).deleted].sort(), [...gone].sort())
  assert.deepEqual([customersRead(first), lookups(first)], [3, []])
  assert.equal(customersRead(await sync(500)), 0)
})

test('what is alive but not listed is read, stays when its table is listed again, and follows its events', async (context) => {
  const { sandbox, charge, ids, sync, advance, alive } = await setup(context)
  await sandbox.create('reviews', { id: 'prv_closed', open: false, reason: 'approved' }, { silent: true })
  await sandbox.update('charges', charge(1).id, { review: 'prv_closed' })
  await sync(500)
  assert.ok((await ids('reviews')).alive.has('prv_closed'))
  advance(40 * day)
  const { summary } = await sync(500)
  assert.ok(summary.incidents.some(({ stream, kind }) => stream === 'reviews' && kind === 'gap'))
  assert.ok((await ids('reviews')).alive.has('prv_closed'), 'not to be listed is not to be gone')
  await sync(500, { fullRefresh: true })
  const row = (await alive('reviews')).find(([id]) => id === 'prv_closed')
  assert.ok(row?.includes('approved'))
})

test('the budget bounds a run; the next ones go on until nothing is left', async (context) => {
  const { sandbox, buyers, ids, sync } = await setup(context)
  for (const id of buyers.slice(0, 7)) await sandbox.remove('customers', id, { silent: true })
  const counts: number[] = []
  for (let run = 0; run < 4; run++) {
    const told = lookups(await sync(3))
    counts.push((await ids('customers')).deleted.size)
    assert.deepEqual(told, run < 2 ? ['customers'] : [], `run ${run}`)
  }
  assert.deepEqual(counts, [3, 6, 7, 7])
})

test('a key that may not read what is referred to is told of, and nothing else suffers', async (context) => {
  const { sandbox, buyers, sync, ids } = await setup(context)
  const all = sandbox.account.catalog.streams.flatMap(({ permission }) => permission ?? [])
  const permissions = [...new Set(all)].filter((name) => name !== 'customer_read')
  for (const id of buyers.slice(0, 2)) await sandbox.remove('customers', id, { silent: true })
  sandbox.setKey(replicaKey, { permissions })
  const run = await sync(500)
  assert.equal(run.summary.status, 'partial')
  assert.deepEqual(lookups(run), [], 'a table that is not there lacks nothing')
  sandbox.setKey(replicaKey, { permissions: [...permissions, 'customer_read'] })
  const next = await sync(500)
  assert.equal(next.summary.status, 'succeeded')
  assert.equal((await ids('customers')).deleted.size, 2)
})

test('references stay open when a run ends before it has asked', async (context) => {
  const { sandbox, buyers, sync, ids } = await setup(context)
  for (const id of buyers.slice(0, 2)) await sandbox.remove('customers', id, { silent: true })
  await sync(0)
  // Nothing changes any more: the next run knows all the same that it has to look.
  await sync(500)
  assert.equal((await ids('customers')).deleted.size, 2)
})

test('rows that come later are looked at, also when the run that brought them did not ask', async (context) => {
  const { sandbox, sync, ids, charge } = await setup(context)
  await sync(500)
  await sandbox.update('charges', charge(1).id, { customer: 'cus_never' })
  await sync(0)
  assert.deepEqual([...(await ids('customers')).deleted], [])
  await sync(500)
  assert.deepEqual([...(await ids('customers')).deleted], ['cus_never'])
})

test('what is deleted itself refers to nothing', async (context) => {
  const { sandbox, sync, deleted } = await replicaOf(context)
  await sandbox.create('invoices', { id: 'in_gone', customer: 'cus_never', status: 'draft' })
  await sync('customers,invoices', { heal: 0 })
  await sandbox.remove('invoices', 'in_gone')
  await sync('customers,invoices', { heal: 500 })
  const [row] = await deleted('invoices')
  assert.ok(row?.includes('cus_never'))
  assert.deepEqual(await deleted('customers'), [])
})

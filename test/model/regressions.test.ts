/** What the histories of model.test.ts and planted bugs once showed, each by its name. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { StartOptions } from '../../src/sandbox/settle.ts'
import { Died } from '../support/crashing.ts'
import { type Replica, replica, replicated } from '../support/replica.ts'
import { columnsOf, untrue } from '../support/truth.ts'

const day = 86_400

async function setup(context: Pick<TestContext, 'after'>, options: StartOptions = {}): Promise<Replica> {
  const made = await replica(options)
  context.after(made.close)
  await made.sync()
  return made
}

const ids = (rows: readonly (readonly unknown[])[]) => rows.map(([id]) => id)

test('a run that fails before it has read events does not forget how far they were read', async (context) => {
  const { sandbox, sync, alive } = await setup(context)
  sandbox.setFaults('500@/v1/events:times=all')
  await assert.rejects(sync('coupons,invoices'), /events/)
  sandbox.setFaults('')
  await sandbox.create('coupons', { id: 'MEANWHILE', percent_off: 10, duration: 'once' })
  await sync('coupons,invoices')
  assert.ok(ids(await alive('coupons')).includes('MEANWHILE'))
})

test('a run that dies before it has read events does not forget how far they were read', async (context) => {
  const { sandbox, sync, alive } = await setup(context)
  await sandbox.create('coupons', { id: 'MEANWHILE', percent_off: 10, duration: 'once' })
  await assert.rejects(sync(undefined, { flushEvery: 0, death: { at: 'loaded', count: 1 } }), Died)
  await sync()
  assert.ok(ids(await alive('coupons')).includes('MEANWHILE'))
})

test('an event of an object that could not be read then is news to the next run', async (context) => {
  const { sandbox, world, sync, alive, advance } = await setup(context, { lateEvents: 300_000 })
  await sandbox.update('customers', world('customers', 3).id, { name: 'Changed' })
  advance(60)
  // Follows the events beyond this one, which cannot be seen yet.
  await sync()
  advance(300)
  sandbox.setFaults('500@/v1/customers:times=all')
  assert.equal((await sync()).summary.status, 'partial')
  sandbox.setFaults('')
  await sync()
  assert.ok((await alive('customers')).some((row) => row.includes('Changed')))
})

test('what was deleted while its table was not selected is gone when it is selected again', async (context) => {
  const { sandbox, world, sync, alive } = await setup(context)
  const { id } = world('products', 3)
  await sync('coupons')
  await sandbox.remove('products', id)
  await sync('coupons')
  await sync()
  assert.ok(!ids(await alive('products')).includes(id))
})

test('a run of one table reads that one alone, and the next run of all reads what changed of the others', async (context) => {
  const { sandbox, world, sync, alive, advance, equalsFreshCopy } = await setup(context, {
    lateEvents: 300_000,
  })
  const asked = new Set<string>()
  const watched = (part: boolean) => ({
    part,
    onRequest: (_: number, stream: string | undefined) => void (stream !== undefined && asked.add(stream)),
  })
  const named = async (stream: string) =>
    (await alive(stream)).filter((row) => row.includes('Changed')).length
  await sandbox.update('customers', world('customers', 3).id, { name: 'Changed' })
  await sandbox.update('products', world('products', 3).id, { name: 'Changed' })
  await sandbox.remove('coupons', world('coupons', 1).id)
  advance(400)

  const { summary } = await sync('customers', watched(true))
  assert.deepEqual(
    summary.tables.map(({ stream, status }) => [stream, status]),
    [['customers', 'ok']],
  )
  assert.deepEqual([...asked], ['customers'])
  assert.deepEqual([await named('customers'), await named('products')], [1, 0])

  // Another part, which has a place of its own; and what was late for the first.
  await sandbox.update('customers', world('customers', 4).id, { name: 'Changed' })
  await sandbox.update('invoices', world('invoices', 2).id, { description: 'Changed' })
  await sync('invoices,invoice_lines', watched(true))
  advance(400)
  await sync('customers', watched(true))
  assert.equal(await named('customers'), 2)

  asked.clear()
  let requests = 0
  const all = await sync(undefined, { onRequest: () => void requests++ })
  assert.deepEqual(all.summary.incidents, [])
  assert.equal(await named('products'), 1)
  // Nothing is listed anew: the events, the objects that changed, and what no event tells of.
  assert.ok(requests < 20, `${requests} requests`)
  await equalsFreshCopy()
})

test('a run of one table that is cut short goes on; what was cut short before it is finished by the run of all', async (context) => {
  const { sandbox, world, sync, advance, equalsFreshCopy } = await setup(context)
  const change = async (stream: string, from: number) => {
    for (let index = from; index < from + 12; index++) {
      await sandbox.update(stream, world(stream, index).id, { metadata: { changed: `${from}` } })
    }
  }
  const cut = async (streams: string | undefined, part: boolean) => {
    const death = { at: 'request', count: part ? 4 : 5 } as const
    await assert.rejects(sync(streams, { part, death, flushEvery: 1, mostOwed: 4 }), Died)
  }
  await change('charges', 0)
  await change('customers', 0)
  advance(60)
  await cut(undefined, false)
  await change('charges', 20)
  advance(60)
  await cut('charges', true)
  await change('customers', 20)
  let requests = 0
  await sync('charges', { part: true, mostOwed: 4, onRequest: () => void requests++ })
  assert.ok(requests < 4, `it begins anew: ${requests} requests`)
  advance(60)
  await sync()
  await equalsFreshCopy()
})

test('lines that went while their table alone was not selected are gone when it is selected again', async (context) => {
  const { sandbox, world, sync, alive } = await setup(context)
  const { id } = world('invoices', 5)
  const lines = async () => (await alive('invoice_lines')).filter((row) => row.includes(id)).length
  assert.ok((await lines()) > 0)
  await sync('invoices')
  await sandbox.update('invoices', id, { lines: [] })
  await sync('invoices')
  await sync()
  assert.equal(await lines(), 0)
})

test('a walk that an earlier run began is not the end: what is new since then is found in the same run', async (context) => {
  const made = await replica()
  context.after(made.close)
  const { sandbox, sync, alive, advance } = made
  sandbox.setFaults('500@/v1/balance_transactions:after=1,times=all')
  assert.equal((await sync()).summary.status, 'partial')
  sandbox.setFaults('')
  advance(2 * day)
  await sandbox.create('balance_transactions', { id: 'txn_since', amount: 5 }, { silent: true })
  await sync()
  assert.ok(ids(await alive('balance_transactions')).includes('txn_since'))
})

test('an event that becomes visible while a long walk lasts is not lost', async (context) => {
  const made = await replica({ lateEvents: 300_000 })
  context.after(made.close)
  const { sandbox, world, sync, alive, advance } = made
  await sync('customers')
  await sandbox.update('customers', world('customers', 3).id, { name: 'Told late' })
  advance(60)
  // The second table is walked for the first time, for longer than runs read back.
  let asked = 0
  await sync('customers,charges', {
    onRequest(_count, stream) {
      if (stream === 'charges' && ++asked === 2) advance(1_200)
    },
  })
  await sync('customers,charges')
  assert.ok((await alive('customers')).some((row) => row.includes('Told late')))
})

test('what changes while the first walk lasts is not lost, however long it lasts', async (context) => {
  const made = await replica()
  context.after(made.close)
  const { sandbox, world, sync, alive, advance } = made
  const changed: Promise<unknown>[] = []
  let asked = 0
  await sync('customers,charges', {
    onRequest(_count, stream) {
      // The customers are one page, which has been read by then.
      if (stream !== 'charges' || ++asked !== 4) return
      const change = sandbox.update('customers', world('customers', 3).id, { name: 'Meanwhile' })
      // Only then: its event is to be long past when the walk ends.
      changed.push(change.then(() => advance(1_200)))
    },
  })
  await Promise.all(changed)
  assert.equal(changed.length, 1)
  await sync('customers,charges')
  assert.ok((await alive('customers')).some((row) => row.includes('Meanwhile')))
})

test('a page that had to be smaller is followed by the rest', async (context) => {
  const made = await replica()
  context.after(made.close)
  const { sandbox, sync, alive } = made
  sandbox.setFaults('truncate@/v1/charges:times=4')
  assert.equal((await sync('charges')).summary.status, 'succeeded')
  assert.deepEqual(await untrue(sandbox, 'charges', columnsOf('charges'), await alive('charges')), [])
})

test('a lost event of a table with full events is not found by sweeps, but by a full refresh', async (context) => {
  const { sandbox, world, sync, alive, advance } = await setup(context)
  await sandbox.update('customers', world('customers', 3).id, { name: 'Never told' }, { silent: true })
  advance(2 * day)
  await sync()
  const told = async () => (await alive('customers')).some((row) => row.includes('Never told'))
  assert.equal(await told(), false)
  await sync(replicated.join(), { fullRefresh: true })
  assert.equal(await told(), true)
})

test('the lines of an invoice that goes before invoices are selected go with it, also where windows are owed', async (context) => {
  const made = await replica()
  context.after(made.close)
  const { sandbox, world, alive, sync, advance } = made
  await sync('invoice_lines')
  advance(3_600 * 24)
  for (let index = 0; index < 12; index++) {
    await sandbox.update('invoices', world('invoices', 2 * index).id, { description: `Changed ${index}` })
  }
  await sandbox.remove('invoices', world('invoices', 3).id)
  advance(700)
  await sync('invoices,invoice_lines', { mostOwed: 4 })
  for (const table of ['invoices', 'invoice_lines'])
    assert.deepEqual(await untrue(sandbox, table, columnsOf(table), await alive(table)), [])
})

/**
 * After any history of changes the warehouse equals a fresh copy. Sandbox over real HTTP, two warehouses in
 * memory: one follows, the other is filled anew at the end; the full copy is proven against the lists elsewhere.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import type { RunSummary } from '../../src/core/model.ts'
import type { Sandbox } from '../../src/sandbox/server.ts'
import type { StartOptions } from '../../src/sandbox/settle.ts'
import type { SandboxObject } from '../../src/sandbox/world.ts'
import { replica, replicaKey, replicated } from '../support/replica.ts'

const day = 86_400

async function setup(context: Pick<TestContext, 'after'>, options: StartOptions = {}) {
  const made = await replica(options)
  context.after(made.close)
  return made
}

/** One thing that happens to an account; `pick` chooses whom it happens to. */
type Happening = (
  on: Sandbox,
  world: (stream: string, index: number) => SandboxObject,
  pick: number,
) => Promise<unknown>

const gone = (error: unknown) => {
  // What was chosen may have been deleted by an earlier step.
  if (!String(error).includes('No such') && !String(error).includes('deleted')) throw error
}
const change = (stream: string, fields: (pick: number) => Record<string, unknown>): Happening => {
  return (on, world, pick) => on.update(stream, world(stream, pick).id, fields(pick)).catch(gone)
}
const remove = (stream: string): Happening => {
  return (on, world, pick) => on.remove(stream, world(stream, pick).id).catch(gone)
}
let made = 0
const happenings: readonly Happening[] = [
  change('customers', (pick) => ({ name: `Renamed ${pick}`, metadata: { pick: String(pick) } })),
  change('invoices', (pick) => ({ status: 'paid', amount_paid: pick })),
  change('subscriptions', (pick) => ({ status: 'canceled', canceled_at: pick })),
  change('products', (pick) => ({ name: `Product ${pick}` })),
  change('prices', (pick) => ({ active: pick % 2 === 0, nickname: `n${pick}` })),
  change('charges', (pick) => ({ description: `charge ${pick}` })),
  change('tax_rates', (pick) => ({ display_name: `Tax ${pick}` })),
  remove('customers'),
  remove('products'),
  remove('coupons'),
  remove('invoices'),
  (on) => on.create('customers', { name: `New ${++made}`, email: null }),
  (on) => on.create('coupons', { id: `NEW${++made}`, percent_off: 10, duration: 'once' }),
  // A line goes, another comes: the invoice says so, the lines have no events of their own.
  async (on, world, pick) => {
    const invoice = world('invoices', pick)
    const lines = await on.account.store.children(
      on.account.catalog.streams.find(({ name }) => name === 'invoice_lines') ?? assert.fail(),
      invoice.id,
    )
    const [first, ...rest] = lines
    if (!first) return
    await on
      .update('invoices', invoice.id, { lines: [...rest, { ...first, id: `il_new${++made}` }] })
      .catch(gone)
  },
]

test('any history of changes, in any number of runs, with events late, twice and out of order', async (context) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          what: fc.nat({ max: happenings.length - 1 }),
          pick: fc.nat({ max: 400 }),
          next: fc.constantFrom('nothing', 'nothing', 'nothing', 'a minute', 'a run'),
        }),
        { minLength: 1, maxLength: 25 },
      ),
      async (history) => {
        const { sandbox, world, sync, advance, equalsFreshCopy } = await setup(context, {
          lateEvents: 120_000,
          lateEvery: 3,
          duplicateEvery: 4,
        })
        await sync()
        for (const { what, pick, next } of history) {
          await happenings[what]?.(sandbox, world, pick)
          if (next === 'a minute') advance(60)
          if (next === 'a run') assert.equal((await sync()).summary.status, 'succeeded')
        }
        // Events are at most two minutes late, and the run reads back further than that.
        advance(180)
        assert.equal((await sync()).summary.status, 'succeeded')
        await equalsFreshCopy()
        await sandbox.close()
      },
    ),
    { numRuns: 5, seed: 20_261_123 },
  )
})

const requestsOf = (summary: RunSummary) => summary.requests

test('a run without changes costs two requests, whatever the number of tables with events', async (context) => {
  const { sync } = await setup(context)
  const followed = 'invoices,customers,subscriptions,tax_rates,products,coupons,refunds'
  await sync(followed)
  // The account, and the events since the last run.
  assert.equal(requestsOf((await sync(followed)).summary), 2)
})

test('a change is read once, though its event is seen again by the runs after', async (context) => {
  const { sandbox, world, sync, advance } = await setup(context, { duplicateEvery: 1 })
  const followed = 'invoices,customers'
  await sync(followed)
  advance(2)
  await sandbox.update('customers', world('customers', 3).id, { name: 'Changed' })
  advance(2)
  const rows = async () => (await sync(followed)).summary.tables.reduce((sum, table) => sum + table.rows, 0)
  assert.equal(await rows(), 1)
  advance(2)
  const { summary } = await sync(followed)
  assert.equal(summary.requests, 2)
  assert.equal(await rows(), 0)
})

test('what is deleted stays, marked; what its parent lost is marked with it', async (context) => {
  const { sandbox, world, sync, deleted, alive } = await setup(context)
  await sync()
  const customer = world('customers', 3)
  const invoice = world('invoices', 5)
  const count = (await alive('customers')).length
  await sandbox.remove('customers', customer.id)
  await sandbox.update('invoices', invoice.id, { lines: [] })
  await sync()
  assert.equal((await alive('customers')).length, count - 1)
  const [row] = await deleted('customers')
  assert.equal(row?.[0], customer.id)
  assert.ok(row?.includes(String(customer.email)), 'the last values are kept')
  assert.ok((await deleted('invoice_lines')).length > 0)
})

test('new objects that no event tells of are found by the next run', async (context) => {
  const { sandbox, sync, alive } = await setup(context)
  await sync()
  await sandbox.create('balance_transactions', { id: 'txn_silent', amount: 5 }, { silent: true })
  await sync()
  assert.ok((await alive('balance_transactions')).some(([id]) => id === 'txn_silent'))
})

test('changes and deletions that no event tells of are found within a day', async (context) => {
  const { sandbox, sync, alive, deleted, advance } = await setup(context)
  const fields = { amount: 5, currency: 'usd', description: 'before' }
  await sandbox.create('payment_intents', { id: 'pi_kept', ...fields }, { silent: true })
  await sandbox.create('payment_intents', { id: 'pi_gone', ...fields }, { silent: true })
  await sync()
  await sandbox.update('payment_intents', 'pi_kept', { description: 'after' }, { silent: true })
  await sandbox.remove('payment_intents', 'pi_gone', { silent: true })
  advance(day + 60)
  await sync()
  const kept = (await alive('payment_intents')).find(([id]) => id === 'pi_kept')
  assert.ok(kept?.includes('after'))
  assert.deepEqual(
    (await deleted('payment_intents')).map(([id]) => id),
    ['pi_gone'],
  )
})

test('what was young after the last sweep is looked at again, however long ago that was', async (context) => {
  const { sandbox, sync, alive, advance } = await setup(context)
  const tables = 'customers,payment_intents'
  const fields = { amount: 5, currency: 'usd', description: 'before' }
  await sandbox.create('payment_intents', { id: 'pi_late', ...fields }, { silent: true })
  await sync(tables)
  advance(20 * day)
  await sync(tables)
  advance(14 * day)
  await sandbox.update('payment_intents', 'pi_late', { description: 'after' }, { silent: true })
  advance(15 * day)
  assert.deepEqual((await sync(tables)).summary.incidents, [])
  assert.ok((await alive('payment_intents')).find(([id]) => id === 'pi_late')?.includes('after'))
})

test('after more than the 30 days that events are kept, tables are listed again, and the run says so', async (context) => {
  const { sandbox, world, sync, advance, equalsFreshCopy, deleted } = await setup(context)
  await sync()
  await sandbox.update('customers', world('customers', 7).id, { name: 'Changed long ago' })
  await sandbox.remove('products', world('products', 2).id)
  advance(31 * day)
  const { summary } = await sync()
  assert.equal(summary.status, 'succeeded')
  assert.deepEqual(summary.incidents.map(({ stream }) => stream).sort(), [...replicated].sort())
  for (const { kind, message } of summary.incidents) {
    assert.equal(kind, 'gap')
    assert.match(message, /listed again: the last run was 31 days ago/)
  }
  await equalsFreshCopy()
  assert.equal((await deleted('products')).length, 1)
})

test('without the permission to read events, every run lists its tables again and says so', async (context) => {
  const { sandbox, world, sync, equalsFreshCopy } = await setup(context)
  sandbox.setKey(replicaKey, { permissions: permissionsWithout(sandbox, 'event_read') })
  await sync()
  await sandbox.update('customers', world('customers', 7).id, { name: 'Changed' })
  await sandbox.remove('coupons', world('coupons', 2).id)
  const { summary } = await sync()
  assert.deepEqual([...new Set(summary.incidents.map(({ stream }) => stream))].sort(), [...replicated].sort())
  for (const { kind, message } of summary.incidents) {
    assert.equal(kind, 'no_events')
    assert.match(message, /event_read/)
  }
  await equalsFreshCopy()
})

function permissionsWithout(sandbox: Sandbox, missing: string): readonly string[] {
  const all = sandbox.account.catalog.streams.flatMap(({ permission }) => permission ?? [])
  return [...new Set(all)].filter((permission) => permission !== missing)
}

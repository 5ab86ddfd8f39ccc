/** The clocks of sweeps: every how often, how far back, never. Real HTTP, a clock that is moved by hand. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Sweep } from '../../src/core/model.ts'
import { resolveStreams } from '../../src/stripe/selection.ts'
import { checkSweeps } from '../../src/stripe/sweep-choice.ts'
import { replica } from '../support/replica.ts'

const hour = 3600
const day = 24 * hour

/** Follows payment intents, one of which changes without an event after `age` seconds; whether a run then knew it. */
async function notices(
  context: Pick<TestContext, 'after'>,
  { age, wait, sweep }: { age: number; wait: number; sweep?: Sweep },
) {
  const made = await replica()
  context.after(made.close)
  const how = sweep === undefined ? {} : { sweeps: { payment_intents: sweep } }
  const fields = { amount: 5, currency: 'usd', description: 'before' }
  await made.sandbox.create('payment_intents', { id: 'pi_one', ...fields }, { silent: true })
  made.advance(age)
  await made.sync('payment_intents', how)
  await made.sandbox.update('payment_intents', 'pi_one', { description: 'after' }, { silent: true })
  made.advance(wait)
  const { summary } = await made.sync('payment_intents', how)
  const row = (await made.alive('payment_intents')).find(([id]) => id === 'pi_one')
  return { noticed: row?.includes('after') ?? false, incidents: summary.incidents }
}

test('once a day and 35 days back, unless told', async (context) => {
  const old = 36 * day
  assert.equal((await notices(context, { age: 0, wait: 23 * hour })).noticed, false)
  assert.equal((await notices(context, { age: 0, wait: 25 * hour })).noticed, true)
  assert.equal((await notices(context, { age: old, wait: 25 * hour })).noticed, false)
})

test('every so often, and so far back, as told', async (context) => {
  const hours = { every: 6 * hour * 1000 }
  assert.equal((await notices(context, { age: 0, wait: 5 * hour, sweep: hours })).noticed, false)
  assert.equal((await notices(context, { age: 0, wait: 7 * hour, sweep: hours })).noticed, true)
  const age = 50 * day
  const near = { ...hours, back: 40 * day * 1000 }
  const far = { ...hours, back: 60 * day * 1000 }
  assert.equal((await notices(context, { age, wait: 7 * hour, sweep: near })).noticed, false)
  assert.equal((await notices(context, { age, wait: 7 * hour, sweep: far })).noticed, true)
  assert.equal(
    (await notices(context, { age, wait: 7 * hour, sweep: { ...hours, back: 'all' } })).noticed,
    true,
  )
})

test('never, which each run says', async (context) => {
  const { noticed, incidents } = await notices(context, { age: 0, wait: 3 * day, sweep: 'off' })
  assert.equal(noticed, false)
  assert.deepEqual(
    incidents.map(({ stream, kind }) => [stream, kind]),
    [['payment_intents', 'unswept']],
  )
})

test('a table whose events tell everything is swept when asked, and finds an event that was lost', async (context) => {
  const made = await replica()
  context.after(made.close)
  const sweeps = { products: { every: hour * 1000, back: 'all' } } as const
  await made.sync('products', { sweeps })
  await made.sandbox.remove('products', made.world('products', 0).id, { silent: true })
  made.advance(2 * hour)
  await made.sync('products')
  assert.equal((await made.deleted('products')).length, 0)
  assert.deepEqual((await made.sync('products', { sweeps: { products: 'off' } })).summary.incidents, [])
  await made.sync('products', { sweeps })
  assert.equal((await made.deleted('products')).length, 1)
})

test('what cannot be swept so is refused', () => {
  const refuse = (name: string, sweep: Sweep, tables: string) =>
    checkSweeps(new Map([[name, sweep]]), resolveStreams(tables))
  const far = { every: 1, back: 1 }
  assert.throws(
    () => refuse('payouts', far, 'invoices'),
    /payouts is to be swept, and is not among the selected tables/,
  )
  assert.throws(() => refuse('payuots', far, 'invoices'), /payuots is to be swept, and is not among/)
  assert.throws(
    () => refuse('invoice_lines', far, 'invoice_lines'),
    /invoice_lines cannot be swept by itself: it is read with invoices/,
  )
  assert.throws(() => refuse('quotes', far, 'quotes'), /quotes cannot be listed by time/)
  refuse('quotes', { every: 1 }, 'quotes')
  refuse('invoices', far, 'invoice_lines')
})

/** The clock of the machine is wrong: what is read, and in which order it counts, goes by Stripe's. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { replica } from '../support/replica.ts'

const day = 86_400
const tables = 'customers,coupons,invoices,payouts,products'

test('what changes after a run on a machine whose clock is ahead is not lost', async (context) => {
  const made = await replica()
  context.after(made.close)
  const { sandbox, world, sync, alive, advance } = made
  const { id } = world('customers', 3)
  const nameIs = async (name: string) => (await alive('customers')).some((row) => row.includes(name))
  for (const [clockOff, name] of [
    [3 * day, 'While ahead'],
    [0, 'When it is right again'],
    [-2 * 3_600, 'While behind'],
    [0, 'And right'],
  ] as const) {
    await sandbox.update('customers', id, { name })
    await sandbox.create('coupons', { id: name.replaceAll(' ', ''), percent_off: 10, duration: 'once' })
    const { summary, warnings } = await sync(undefined, { clockOff })
    assert.equal(summary.status, 'succeeded')
    assert.deepEqual(summary.incidents, [])
    assert.equal(await nameIs(name), true, name)
    assert.match(warnings.join(), clockOff === 0 ? /^$/ : /the clock of this machine is \d+ (days|hours)/)
    advance(20)
  }
  await made.equalsFreshCopy()
})

test('a gap is one by the clock of Stripe, and nothing else is', async (context) => {
  const { sandbox, sync, advance, world, alive, ...made } = await replica()
  context.after(made.close)
  await sync(tables)
  advance(60)
  const { summary } = await sync(tables, { clockOff: 40 * day })
  assert.deepEqual(summary.incidents, [])
  await sandbox.update('customers', world('customers', 3).id, { name: 'Changed' })
  advance(40 * day)
  // Its clock says that only a minute has passed.
  const late = await sync(tables, { clockOff: -40 * day })
  assert.ok(late.summary.incidents.some(({ kind }) => kind === 'gap'))
  assert.ok((await alive('customers')).some((row) => row.includes('Changed')))
})

test('a table that is read whole in each run is, and its history is begun once', async (context) => {
  const { sync, advance, ...made } = await replica()
  context.after(made.close)
  const modes = { coupons: 'full_refresh', products: 'history' } as const
  const rowsOf = async (clockOff: number) => {
    const { summary } = await sync('coupons,products', { clockOff, modes })
    // Stripe tells the time in whole seconds.
    advance(2)
    return Object.fromEntries(summary.tables.map(({ stream, rows }) => [stream, rows > 0]))
  }
  assert.deepEqual(await rowsOf(2 * day), { coupons: true, products: true })
  for (const clockOff of [0, 3_600, -3_600, 2 * day]) {
    assert.deepEqual(await rowsOf(clockOff), { coupons: true, products: false }, `${clockOff} s off`)
  }
})

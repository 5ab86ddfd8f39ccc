/** The server on the billing world: the account that a person sees who tries Sluice. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { valueAt } from './json.ts'
import { startSandbox } from './server.ts'
import { expanded, get, listOf, now, walk } from './testing.ts'

const options = { scale: 60, seed: 'a word', rateLimit: 'off', clock: () => now * 1000 } as const
const sandbox = await startSandbox(options)
after(() => sandbox.close())
const { world } = sandbox.account.store

test('every list, paged, is the world', async () => {
  let streams = 0
  for (const stream of sandbox.account.catalog.streams) {
    const count = world.streams.has(stream.name) ? world.count(stream.name) : 0
    if (stream.parent !== undefined || count === 0 || stream.name === 'events') continue
    const found = new Set<string>()
    for (const variant of stream.variants) {
      const query = new URLSearchParams({ ...stream.fixed, ...variant })
      for (const id of await walk(sandbox, `${stream.path}?${query}`, 100)) found.add(id)
    }
    const expected = Array.from({ length: count }, (_, index) => world.id(stream.name, index))
    assert.deepEqual([...found].sort(), expected.sort(), stream.name)
    streams++
  }
  assert.ok(streams > 15)
})

test('the same seed serves the same objects, another one others', async () => {
  const [first, other] = [await startSandbox(options), await startSandbox({ ...options, seed: 7 })]
  try {
    const page = async (on: typeof first) => (await get(on, '/v1/invoices?limit=20')).body.data
    assert.deepEqual(await page(first), await page(sandbox))
    assert.notDeepEqual(await page(other), await page(sandbox))
  } finally {
    await first.close()
    await other.close()
  }
})

test('filters by another object find the same as looking at everything', async () => {
  const invoices = (await get(sandbox, '/v1/invoices?limit=100')).body.data
  const customer = String(invoices[0]?.customer)
  const all = []
  for (const id of await walk(sandbox, '/v1/invoices', 100)) {
    const index = world.index('invoices', id) ?? -1
    if (world.object('invoices', index).customer === customer) all.push(id)
  }
  assert.ok(all.length > 1)
  for (const limit of [1, 3, 100]) {
    assert.deepEqual(await walk(sandbox, `/v1/invoices?customer=${customer}`, limit), all)
  }
  const back = await walk(sandbox, `/v1/invoices?customer=${customer}`, 2, 'ending_before', all.at(-1))
  assert.deepEqual([...back, all.at(-1)], all)
  // A filter that is on no field of the object.
  const payouts = (await get(sandbox, '/v1/payouts?limit=100')).body.data
  let covered = 0
  for (const { id } of payouts.slice(0, 20)) {
    covered += (await get(sandbox, `/v1/balance_transactions?payout=${id}&limit=100`)).body.data.length
  }
  assert.ok(covered > 20)
})

test('a changed object is found by what it is now', async () => {
  const [first, second] = (await get(sandbox, '/v1/customers?limit=2')).body.data
  const charge = world.id('charges', 5)
  await sandbox.update('charges', charge, { customer: second?.id })
  assert.ok((await walk(sandbox, `/v1/charges?customer=${second?.id}`, 10)).includes(charge))
  await sandbox.update('charges', charge, { customer: first?.id })
  assert.ok(!(await walk(sandbox, `/v1/charges?customer=${second?.id}`, 10)).includes(charge))
})

test('a price expands to the price, not to the plan of the same id; discounts have no list', async () => {
  const [item] = listOf((await get(sandbox, '/v1/subscriptions?limit=1')).body.data[0]?.items).data
  const price = expanded(item?.price)
  const { body } = await get(sandbox, '/v1/promotion_codes?limit=1&expand[]=data.promotion.coupon')
  assert.equal(expanded(valueAt(body.data[0] ?? {}, ['promotion', 'coupon'])).object, 'coupon')
  assert.equal(sandbox.account.store.locate(price.id, 'price'), 'prices')
  assert.equal(sandbox.account.store.locate(price.id, 'plan'), 'plans')
  let seen = 0
  for (const id of await walk(sandbox, '/v1/subscriptions?status=all', 100)) {
    const index = world.index('subscriptions', id) ?? -1
    if ((world.object('subscriptions', index).discounts as unknown[]).length === 0) continue
    const { body: subscription } = await get(sandbox, `/v1/subscriptions/${id}?expand[]=discounts`)
    assert.equal(expanded((subscription.discounts as unknown[])[0]).object, 'discount')
    if (++seen === 3) break
  }
  assert.ok(seen > 0)
})

test('an item of a subscription by its own id, before and after a change', async () => {
  const [subscription] = (await get(sandbox, '/v1/subscriptions?limit=1')).body.data
  const [item] = listOf(subscription?.items).data
  const one = async () => (await get(sandbox, `/v1/subscription_items/${item?.id}`)).body
  assert.equal((await one()).subscription, subscription?.id)
  await sandbox.update('subscription_items', String(item?.id), { quantity: 77 })
  assert.equal((await one()).quantity, 77)
  const shown = (await get(sandbox, `/v1/subscriptions/${subscription?.id}`)).body
  assert.equal(listOf(shown.items).data[0]?.quantity, 77)
})

test('products that a usual account lacks, or its mode', async () => {
  const status = async (path: string, key: string) =>
    (await get(sandbox, path, { authorization: `Bearer ${key}` })).status
  for (const [path, live, inTest] of [
    ['/v1/issuing/cards', 400, 400],
    ['/v1/identity/verification_sessions', 400, 400],
    ['/v1/sigma/scheduled_query_runs', 200, 400],
    ['/v1/test_helpers/test_clocks', 400, 200],
    ['/v1/terminal/readers', 200, 200],
  ] as const) {
    assert.deepEqual([await status(path, 'sk_live_a'), await status(path, 'sk_test_a')], [live, inTest], path)
  }
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { get, now, smallWorld, start, walk } from './testing.ts'

const world = smallWorld(137)
const sandbox = await start({ world })
after(() => sandbox.close())

const newestFirst = Array.from({ length: 137 }, (_, index) => world.id('invoices', 136 - index))

test('pages from the newest to the oldest are the world', async () => {
  for (const limit of [1, 7, 100]) assert.deepEqual(await walk(sandbox, '/v1/invoices', limit), newestFirst)
})

test('pages from the oldest to the newest are the world', async () => {
  const oldest = newestFirst.at(-1) ?? ''
  const before = await walk(sandbox, '/v1/invoices', 9, 'ending_before', oldest)
  assert.deepEqual([...before, oldest], newestFirst)
})

test('ten objects without a limit, and the shape of a list', async () => {
  const { body } = await get(sandbox, '/v1/customers')
  assert.equal(body.data.length, 10)
  assert.deepEqual([body.object, body.has_more, body.url], ['list', true, '/v1/customers'])
})

test('has_more is exact: on the last page, on a full last page, beyond the last object', async () => {
  const last = newestFirst.at(-1)
  const [third] = newestFirst.slice(-3)
  const full = await get(sandbox, `/v1/invoices?limit=2&starting_after=${third}`)
  assert.deepEqual([full.body.data.length, full.body.has_more], [2, false])
  const short = await get(sandbox, `/v1/invoices?limit=1&starting_after=${third}`)
  assert.deepEqual([short.body.data.length, short.body.has_more], [1, true])
  const beyond = await get(sandbox, `/v1/invoices?starting_after=${last}`)
  assert.deepEqual([beyond.body.data.length, beyond.body.has_more], [0, false])
  const newest = await get(sandbox, `/v1/invoices?limit=3&ending_before=${newestFirst[3]}`)
  assert.deepEqual(
    [newest.body.data.map(({ id }) => id), newest.body.has_more],
    [newestFirst.slice(0, 3), false],
  )
})

test('any partition of time and any page size give every object exactly once', async () => {
  const first = world.created('invoices', 0)
  const last = world.created('invoices', 136)
  const cuts = fc.uniqueArray(fc.integer({ min: first - 10, max: last + 10 }), { maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(cuts, fc.integer({ min: 1, max: 100 }), fc.boolean(), async (times, limit, closed) => {
      const sorted = times.sort((a, b) => a - b)
      const bounds = [undefined, ...sorted].map((from, index) => [from, sorted[index]] as const)
      const found: string[] = []
      for (const [from, to] of bounds.reverse()) {
        // Half-open slices, written both ways that Stripe knows.
        const lower = from === undefined ? '' : closed ? `&created[gte]=${from}` : `&created[gt]=${from - 1}`
        const upper = to === undefined ? '' : closed ? `&created[lt]=${to}` : `&created[lte]=${to - 1}`
        found.push(...(await walk(sandbox, `/v1/invoices?${(lower + upper).slice(1)}`, limit)))
      }
      assert.deepEqual(found, newestFirst)
    }),
    { numRuns: 12, seed: 7 },
  )
})

test('an exact time of creation gives the objects of that second', async () => {
  const created = world.created('invoices', 60)
  const ids = await walk(sandbox, `/v1/invoices?created=${created}`, 1)
  const expected = newestFirst.filter(
    (id) => world.created('invoices', world.index('invoices', id) ?? -1) === created,
  )
  assert.ok(expected.length >= 2)
  assert.deepEqual(ids, expected)
})

test('a cursor may lie outside of the window that is asked for', async () => {
  const edge = world.created('invoices', 50)
  const within = newestFirst.filter(
    (id) => world.created('invoices', world.index('invoices', id) ?? -1) < edge,
  )
  assert.deepEqual(
    await walk(sandbox, `/v1/invoices?created[lt]=${edge}`, 50, 'starting_after', newestFirst[2]),
    within,
  )
})

test('filters by a field, and has_more with them', async () => {
  const all = (await get(sandbox, '/v1/invoices?limit=100')).body.data
  const [one] = all
  const status = String(one?.status)
  const { body } = await get(sandbox, `/v1/invoices?status=${encodeURIComponent(status)}&limit=1`)
  assert.deepEqual(
    body.data.map(({ id }) => id),
    [one?.id],
  )
  assert.equal(body.has_more, false)
  const products = await walk(sandbox, '/v1/products?active=true', 10)
  const inactive = await walk(sandbox, '/v1/products?active=false', 10)
  assert.equal(products.length + inactive.length, 137)
  const two = products.slice(4, 6)
  const named = await get(sandbox, `/v1/products?ids[]=${two[1]}&ids[]=${two[0]}`)
  assert.deepEqual(
    named.body.data.map(({ id }) => id),
    two,
  )
})

test('what the default lists leave out', async () => {
  await sandbox.create('subscriptions', { id: 'sub_canceled', status: 'canceled' })
  await sandbox.create('subscriptions', { id: 'sub_clock', status: 'active', test_clock: 'clock_1' })
  await sandbox.create('prices', { id: 'price_off', active: false })
  await sandbox.create('reviews', { id: 'prv_closed', open: false })
  await sandbox.create('tax_ids', { id: 'txi_customer', owner: { type: 'customer', customer: 'cus_1' } })
  const newest = async (path: string) => (await get(sandbox, path)).body.data[0]?.id
  assert.notEqual(await newest('/v1/subscriptions'), 'sub_canceled')
  assert.equal(await newest('/v1/subscriptions?status=all'), 'sub_canceled')
  assert.equal(await newest('/v1/subscriptions?status=ended'), 'sub_canceled')
  assert.equal(await newest('/v1/subscriptions?test_clock=clock_1'), 'sub_clock')
  assert.notEqual(await newest('/v1/prices'), 'price_off')
  assert.equal(await newest('/v1/prices?active=false'), 'price_off')
  assert.notEqual(await newest('/v1/reviews'), 'prv_closed')
  assert.equal((await get(sandbox, '/v1/reviews/prv_closed')).status, 200)
  assert.notEqual(await newest('/v1/tax_ids'), 'txi_customer')
  assert.equal(await newest('/v1/tax_ids?owner[type]=customer'), 'txi_customer')
})

test('created objects stand among the others by their time, changed ones keep their place', async () => {
  const own = await start({ world: smallWorld(20) })
  try {
    const middle = own.account.store.world.created('charges', 10)
    await own.create('charges', { id: 'ch_new_1', created: middle })
    await own.create('charges', { id: 'ch_new_2', created: middle })
    await own.create('charges', { id: 'ch_last', created: now })
    const changed = own.account.store.world.id('charges', 5)
    await own.update('charges', changed, { description: 'changed' })
    const all = await walk(own, '/v1/charges', 100)
    assert.equal(all[0], 'ch_last')
    const base = (index: number) => own.account.store.world.id('charges', index)
    const sameSecond = all.indexOf('ch_new_2')
    assert.deepEqual(all.slice(sameSecond, sameSecond + 3), ['ch_new_2', 'ch_new_1', base(11)])
    assert.equal(all.at(-6), changed)
    for (const limit of [1, 2, 3]) {
      assert.deepEqual(await walk(own, '/v1/charges', limit), all)
      const back = await walk(own, '/v1/charges', limit, 'ending_before', all.at(-1))
      assert.deepEqual([...back, all.at(-1)], all)
    }
  } finally {
    await own.close()
  }
})

test('lists of children: by path and by parameter, paged, of a parent that exists', async () => {
  const invoice = newestFirst[0] ?? ''
  const lines = await walk(sandbox, `/v1/invoices/${invoice}/lines`, 100)
  assert.equal(lines.length, 137)
  assert.deepEqual(await walk(sandbox, `/v1/invoices/${invoice}/lines`, 11), lines)
  const back = await walk(sandbox, `/v1/invoices/${invoice}/lines`, 11, 'ending_before', lines.at(-1))
  assert.deepEqual([...back, lines.at(-1)], lines)
  const [subscription] = (await get(sandbox, '/v1/subscriptions?limit=1')).body.data
  assert.equal(
    (await walk(sandbox, `/v1/subscription_items?subscription=${subscription?.id}`, 50)).length,
    137,
  )
  const none = await get(sandbox, '/v1/invoices/in_none/lines')
  assert.deepEqual([none.status, none.body.error.code], [404, 'resource_missing'])
  const wrong = await get(sandbox, '/v1/subscription_items?subscription=sub_none')
  assert.deepEqual([wrong.status, wrong.body.error.param], [400, 'subscription'])
  const [first] = (await get(sandbox, '/v1/transfers?limit=1')).body.data
  const reversals = (await get(sandbox, `/v1/transfers/${first?.id}/reversals`)).body.data
  const one = await get(sandbox, `/v1/transfers/${first?.id}/reversals/${reversals[3]?.id}`)
  assert.deepEqual(one.body, reversals[3])
})

test('every list of the catalog answers, and retrieves what it lists', async () => {
  const own = await start({ world: smallWorld(3), unavailable: [] })
  try {
    let lists = 0
    for (const stream of own.account.catalog.streams) {
      const { parent } = stream
      const owner = parent === undefined ? '' : own.account.store.world.id(parent.stream, 1)
      const extra = { tax_locations: 'type=performance', apps_secrets: 'scope[type]=account' }[stream.name]
      const query = parent?.in === 'query' ? `${parent.param}=${owner}` : extra
      const more =
        stream.name === 'billing_meter_event_summaries' ? 'customer=cus_1&start_time=1&end_time=2' : query
      const path = stream.path.replace(/\{[^}]*\}/, owner || 'x')
      const { status, body } = await get(own, more === undefined ? path : `${path}?${more}`)
      if (stream.name === 'apps_secrets') {
        // The parameter exists, the field behind it does too; nothing made up matches it.
        assert.equal(status, 200, JSON.stringify(body))
        continue
      }
      assert.equal(status, 200, `${stream.name}: ${JSON.stringify(body)}`)
      lists++
      const [first] = body.data
      if (first === undefined || parent?.in === 'query') continue
      const one = await get(own, `${path}/${first.id}`)
      assert.deepEqual([one.status, one.body.id], [200, first.id], stream.name)
    }
    assert.ok(lists > 100)
  } finally {
    await own.close()
  }
})

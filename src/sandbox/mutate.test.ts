import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Sandbox, startSandbox } from './server.ts'
import type { StartOptions } from './settle.ts'
import { get, listOf, now, start, walk } from './testing.ts'
import type { SandboxObject } from './world.ts'

const sandbox = await start()
after(() => sandbox.close())

type Event = SandboxObject & {
  readonly type: string
  readonly api_version: string
  readonly data: { readonly object: SandboxObject; readonly previous_attributes?: object }
}

/** What the change wrote, oldest first. */
async function eventsOf(change: () => Promise<unknown>, on: Sandbox = sandbox): Promise<readonly Event[]> {
  const [last] = (await get(on, '/v1/events?limit=1')).body.data
  await change()
  const after = last === undefined ? '' : `&ending_before=${last.id}`
  return ((await get(on, `/v1/events?limit=100${after}`)).body.data as readonly Event[]).toReversed()
}

const types = async (change: () => Promise<unknown>) => (await eventsOf(change)).map(({ type }) => type)

async function own(options: StartOptions, run: (sandbox: Sandbox) => Promise<void>) {
  const started = await start(options)
  try {
    await run(started)
  } finally {
    await started.close()
  }
}

test('creating, changing and deleting write what Stripe writes', async () => {
  const created = await eventsOf(() => sandbox.create('customers', { id: 'cus_1', email: 'a@example.com' }))
  assert.deepEqual(
    created.map(({ type }) => type),
    ['customer.created'],
  )
  const [event] = created
  assert.equal(event?.data.object.id, 'cus_1')
  assert.deepEqual(
    [event?.object, event?.created, event?.api_version, event?.data.previous_attributes],
    ['event', now, sandbox.account.apiVersion, undefined],
  )
  const changed = await eventsOf(() =>
    sandbox.update('customers', 'cus_1', { email: 'b@example.com', metadata: { a: '1' } }),
  )
  assert.deepEqual(
    changed.map(({ type }) => type),
    ['customer.updated'],
  )
  assert.deepEqual(changed[0]?.data.previous_attributes, { email: 'a@example.com', metadata: null })
  assert.equal(changed[0]?.data.object.email, 'b@example.com')
  const again = await eventsOf(() => sandbox.update('customers', 'cus_1', { metadata: { a: '2', b: '3' } }))
  assert.deepEqual(again[0]?.data.previous_attributes, { metadata: { a: '1', b: null } })
  assert.deepEqual(await types(() => sandbox.remove('customers', 'cus_1')), ['customer.deleted'])
  assert.deepEqual((await get(sandbox, '/v1/customers/cus_1')).body, {
    id: 'cus_1',
    object: 'customer',
    deleted: true,
  } as never)
  assert.equal((await get(sandbox, `/v1/events/${event?.id}`)).body.id, event?.id)
})

test('doing the same again changes nothing and writes nothing', async () => {
  const fields = { id: 'cus_same', email: 'a@example.com' }
  await sandbox.create('customers', fields)
  assert.deepEqual(await types(() => sandbox.create('customers', fields)), [])
  assert.deepEqual(await types(() => sandbox.update('customers', 'cus_same', { email: 'a@example.com' })), [])
  await sandbox.remove('customers', 'cus_same')
  assert.deepEqual(await types(() => sandbox.remove('customers', 'cus_same')), [])
  await assert.rejects(sandbox.create('customers', fields), { name: 'ApiError' })
})

test('names of events that are not the name of the object', async () => {
  const subscription = { id: 'sub_1', status: 'active', customer: 'cus_x' }
  assert.deepEqual(await types(() => sandbox.create('subscriptions', subscription)), [
    'customer.subscription.created',
  ])
  assert.deepEqual(await types(() => sandbox.update('subscriptions', 'sub_1', { status: 'past_due' })), [
    'customer.subscription.updated',
  ])
  assert.deepEqual(await types(() => sandbox.update('subscriptions', 'sub_1', { status: 'canceled' })), [
    'customer.subscription.deleted',
  ])
  assert.deepEqual(await types(() => sandbox.create('disputes', { id: 'dp_1', status: 'needs_response' })), [
    'charge.dispute.created',
  ])
  assert.deepEqual(await types(() => sandbox.update('disputes', 'dp_1', { status: 'won' })), [
    'charge.dispute.updated',
    'charge.dispute.closed',
  ])
  assert.deepEqual(
    await types(() => sandbox.create('charges', { id: 'ch_1', status: 'succeeded', amount_refunded: 0 })),
    ['charge.succeeded'],
  )
  assert.deepEqual(await types(() => sandbox.update('charges', 'ch_1', { amount_refunded: 5 })), [
    'charge.updated',
    'charge.refunded',
  ])
  assert.deepEqual(await types(() => sandbox.create('invoices', { id: 'in_1', status: 'draft' })), [
    'invoice.created',
  ])
  assert.deepEqual(await types(() => sandbox.update('invoices', 'in_1', { status: 'open' })), [
    'invoice.updated',
    'invoice.finalized',
  ])
})

test('objects without events, or without some, stay silent', async () => {
  // No payment_intent.updated: only a new status tells.
  await sandbox.create('payment_intents', { id: 'pi_1', status: 'processing' })
  assert.deepEqual(await types(() => sandbox.update('payment_intents', 'pi_1', { metadata: { a: 'b' } })), [])
  assert.deepEqual(await types(() => sandbox.update('payment_intents', 'pi_1', { status: 'succeeded' })), [
    'payment_intent.succeeded',
  ])
  assert.deepEqual(await types(() => sandbox.create('balance_transactions', { id: 'txn_1' })), [])
  assert.deepEqual(
    await types(() => sandbox.remove('shipping_rates', sandbox.account.store.world.id('shipping_rates', 0))),
    [],
  )
  assert.deepEqual(await types(() => sandbox.create('checkout_sessions', { id: 'cs_1', status: 'open' })), [])
  assert.deepEqual(await types(() => sandbox.update('checkout_sessions', 'cs_1', { status: 'complete' })), [
    'checkout.session.completed',
  ])
  assert.deepEqual(await types(() => sandbox.create('payment_methods', { id: 'pm_1' })), [])
  assert.deepEqual(await types(() => sandbox.update('payment_methods', 'pm_1', { customer: 'cus_2' })), [
    'payment_method.attached',
  ])
  assert.deepEqual(await types(() => sandbox.create('customers', { id: 'cus_silent' }, { silent: true })), [])
})

test('a deleted object is gone from lists and filters, and is no cursor any more', async () => {
  const charge = sandbox.account.store.world.id('charges', 20)
  const before = await walk(sandbox, '/v1/charges', 10)
  assert.ok(before.includes(charge))
  const dispute = String((await get(sandbox, `/v1/charges/${charge}`)).body.transfer_group)
  const filter = `/v1/charges?transfer_group=${encodeURIComponent(dispute)}`
  assert.deepEqual(await walk(sandbox, filter, 10), [charge])
  await sandbox.remove('charges', charge)
  assert.deepEqual(
    await walk(sandbox, '/v1/charges', 10),
    before.filter((id) => id !== charge),
  )
  assert.deepEqual(await walk(sandbox, filter, 10), [])
  const asked = await get(sandbox, `/v1/charges?starting_after=${charge}`)
  assert.deepEqual(
    [asked.status, asked.body.error.code, asked.body.error.param],
    [400, 'resource_missing', 'starting_after'],
  )
  assert.equal((await get(sandbox, `/v1/charges/${charge}`)).status, 404)
})

test('a deleted customer takes its subscriptions along', async () => {
  await sandbox.create('customers', { id: 'cus_leaves' })
  await sandbox.create('subscriptions', { id: 'sub_stays', status: 'active', customer: 'cus_leaves' })
  assert.deepEqual(await types(() => sandbox.remove('customers', 'cus_leaves')), [
    'customer.subscription.deleted',
    'customer.deleted',
  ])
  assert.equal((await get(sandbox, '/v1/subscriptions/sub_stays')).body.status, 'canceled')
})

test('children change with their parent, and the parent with its children', async () => {
  const invoice = sandbox.account.store.world.id('invoices', 3)
  const lines = Array.from({ length: 12 }, (_, index) => ({
    id: `il_${index}`,
    object: 'line_item',
    amount: index,
  }))
  const [event] = await eventsOf(() => sandbox.update('invoices', invoice, { lines }))
  assert.equal(event?.type, 'invoice.updated')
  assert.equal(listOf(event?.data.object.lines).data.length, 10)
  assert.deepEqual(
    await walk(sandbox, `/v1/invoices/${invoice}/lines`, 5),
    lines.map(({ id }) => id),
  )
  const shown = (await get(sandbox, `/v1/invoices/${invoice}`)).body.lines as {
    data: SandboxObject[]
    has_more: boolean
  }
  assert.deepEqual([shown.data.length, shown.has_more], [10, true])
  // A line has no event of its own: its invoice's tells.
  assert.deepEqual(await types(() => sandbox.update('invoice_lines', 'il_1', { amount: 100 })), [
    'invoice.updated',
  ])
  assert.deepEqual(
    await types(() => sandbox.create('invoice_lines', { id: 'il_new' }, { parent: invoice })),
    ['invoice.updated'],
  )
  assert.deepEqual(await types(() => sandbox.remove('invoice_lines', 'il_2')), ['invoice.updated'])
  const ids = ['il_new', ...lines.map(({ id }) => id)].filter((id) => id !== 'il_2')
  assert.deepEqual(await walk(sandbox, `/v1/invoices/${invoice}/lines`, 100), ids)
  const now10 = (await get(sandbox, `/v1/invoices/${invoice}`)).body.lines as { data: SandboxObject[] }
  assert.deepEqual(
    now10.data.map(({ id }) => id),
    ids.slice(0, 10),
  )
  assert.equal(now10.data[2]?.amount, 100)
  const subscription = sandbox.account.store.world.id('subscriptions', 3)
  assert.deepEqual(
    await types(() => sandbox.create('subscription_items', { id: 'si_new' }, { parent: subscription })),
    ['customer.subscription.updated'],
  )
  assert.equal((await get(sandbox, '/v1/subscription_items/si_new')).body.subscription, subscription)
})

test('refunds inside of a charge are the refunds of the list', async () => {
  const charge = sandbox.account.store.world.id('charges', 4)
  await sandbox.create('refunds', { id: 're_1', charge, amount: 5 })
  const inside = async () => {
    const { body } = await get(sandbox, `/v1/charges/${charge}?expand[]=refunds`)
    return (body.refunds as { data: SandboxObject[] }).data.map(({ id, amount }) => [id, amount])
  }
  assert.deepEqual(await inside(), [['re_1', 5]])
  await sandbox.update('refunds', 're_1', { amount: 6 })
  assert.deepEqual(await inside(), [['re_1', 6]])
  await sandbox.remove('refunds', 're_1')
  assert.deepEqual(await inside(), [])
})

test('events: newest first, filters with wildcards, 30 days', async () => {
  await own({}, async (each) => {
    await each.create('customers', { id: 'cus_1' })
    await each.create('invoices', { id: 'in_1' })
    each.advance(60)
    await each.update('customers', 'cus_1', { email: 'x' })
    const list = async (query: string) =>
      ((await get(each, `/v1/events?${query}`)).body.data as readonly Event[]).map(({ type }) => type)
    assert.deepEqual(await list('limit=10'), ['customer.updated', 'invoice.created', 'customer.created'])
    assert.deepEqual(await list('type=customer.*'), ['customer.updated', 'customer.created'])
    assert.deepEqual(await list('types[]=invoice.created&types[]=customer.updated'), [
      'customer.updated',
      'invoice.created',
    ])
    assert.deepEqual(await list(`created[gt]=${now}`), ['customer.updated'])
    const many = Array.from({ length: 21 }, (_, i) => `types[]=a.${i}`).join('&')
    assert.equal((await get(each, `/v1/events?${many}`)).status, 400)
    const [, old] = (await get(each, '/v1/events')).body.data
    each.advance(30 * 86_400 - 30)
    assert.deepEqual(await list('limit=10'), ['customer.updated'])
    assert.equal((await get(each, `/v1/events/${old?.id}`)).status, 404)
    assert.equal((await get(each, `/v1/events?starting_after=${old?.id}`)).status, 400)
  })
})

test('events that come late overtake each other, and some come twice', async () => {
  await own({ lateEvents: 5000, lateEvery: 2, duplicateEvery: 3, apiVersion: '2020-08-27' }, async (each) => {
    for (const id of ['cus_1', 'cus_2', 'cus_3', 'cus_4']) await each.create('customers', { id })
    const about = async () =>
      ((await get(each, '/v1/events?limit=100')).body.data as readonly Event[]).map(
        (event) => event.data.object.id,
      )
    assert.deepEqual(await about(), ['cus_3', 'cus_3', 'cus_1'])
    each.advance(5)
    assert.deepEqual(await about(), ['cus_4', 'cus_3', 'cus_3', 'cus_2', 'cus_1'])
    const [first, second, third] = (await get(each, '/v1/events')).body.data as readonly Event[]
    assert.equal(first?.api_version, '2020-08-27')
    assert.notEqual(second?.id, third?.id)
  })
})

test('the same over HTTP', async () => {
  await own({}, async (each) => {
    const call = async (
      method: string,
      path: string,
      body?: object,
      headers: Record<string, string> = {},
    ) => {
      const response = await fetch(`${each.url}/_sandbox/${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    }
    const once = { 'idempotency-key': 'a' }
    const made = await call('POST', 'objects/customers', { email: 'a' }, once)
    assert.equal(made.status, 200)
    assert.equal((await call('POST', 'objects/customers', { email: 'a' }, once)).body.id, made.body.id)
    assert.equal((await get(each, '/v1/customers?limit=1')).body.data[0]?.id, made.body.id)
    await call('PUT', 'objects/customers/cus_put', { email: 'p' })
    await call('PATCH', 'objects/customers/cus_put', { email: 'q' })
    assert.equal((await get(each, '/v1/customers/cus_put')).body.email, 'q')
    assert.equal((await call('PATCH', 'objects/customers/cus_none', {})).status, 404)
    assert.equal((await call('PATCH', 'objects/nonsense/x', {})).status, 404)
    await call('DELETE', 'objects/customers/cus_put')
    assert.equal((await get(each, '/v1/customers/cus_put')).body.deleted, true)
    assert.deepEqual((await call('GET', 'clock')).body, { now })
    assert.deepEqual((await call('POST', 'clock', { advance: 10 })).body, { now: now + 10 })
    assert.deepEqual((await call('PUT', 'clock', { now: now + 100 })).body, { now: now + 100 })
    await call('PUT', 'keys/rk_live_x', { permissions: ['charge_read'] })
    assert.equal((await get(each, '/v1/invoices', { authorization: 'Bearer rk_live_x' })).status, 403)
    await call('DELETE', 'keys/rk_live_x')
    assert.equal((await get(each, '/v1/charges', { authorization: 'Bearer rk_live_x' })).status, 401)
    await call('PUT', 'faults', { faults: '500@/v1/charges' })
    assert.equal((await get(each, '/v1/charges')).status, 500)
    assert.equal((await call('PUT', 'faults', { faults: 'nonsense' })).status, 400)
    assert.equal((await call('PUT', 'keys/rk_live_x', { permissions: 5 })).status, 400)
    assert.equal((await call('GET', 'nothing')).status, 404)
    const before = (await call('GET', 'stats')).body.requests
    assert.ok(Number(before) > 5)
    await call('DELETE', 'stats')
    assert.equal((await call('GET', 'stats')).body.requests, 0)
  })
})

test('an id that the account chose comes back after it was deleted, with an event; others never do', async (context) => {
  const sandbox = await startSandbox({ scale: 60, rateLimit: 'off' })
  context.after(() => sandbox.close())
  const { store } = sandbox.account
  await sandbox.create('coupons', { id: 'SPRING', percent_off: 10, duration: 'once' })
  await sandbox.remove('coupons', 'SPRING')
  assert.equal(store.get('coupons', 'SPRING'), undefined)
  await sandbox.create('coupons', { id: 'SPRING', percent_off: 20, duration: 'once' })
  assert.equal(store.get('coupons', 'SPRING')?.percent_off, 20)
  const { objects } = await store.page('coupons', { limit: 1000 })
  assert.equal(objects.filter(({ id }) => id === 'SPRING').length, 1)
  const { objects: events } = await store.page('events', { limit: 3 })
  assert.deepEqual(
    events.map(({ type }) => type),
    ['coupon.created', 'coupon.deleted', 'coupon.created'],
  )
  const { id } = await sandbox.create('customers', { name: 'Once' })
  await sandbox.remove('customers', id)
  await assert.rejects(sandbox.create('customers', { id, name: 'Again' }), /no id is used twice/)
})

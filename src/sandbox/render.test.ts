import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { valueAt } from './json.ts'
import { expanded, get, key, listOf, start, walk } from './testing.ts'
import type { SandboxObject } from './world.ts'

const sandbox = await start()
after(() => sandbox.close())
const { world } = sandbox.account.store

test('lists inside of objects are cut at 10, and their url has the rest', async () => {
  const { body } = await get(sandbox, '/v1/invoices?limit=1')
  const [invoice] = body.data
  const lines = listOf(invoice?.lines)
  assert.deepEqual([lines.object, lines.data.length, lines.has_more], ['list', 10, true])
  assert.equal(lines.url, `/v1/invoices/${invoice?.id}/lines`)
  const all = await walk(sandbox, lines.url, 100)
  assert.equal(all.length, 25)
  assert.deepEqual(
    lines.data.map(({ id }) => id),
    all.slice(0, 10),
  )
  assert.equal('total_count' in lines, false)
  const items = listOf((await get(sandbox, '/v1/subscriptions?limit=1')).body.data[0]?.items)
  assert.equal((await walk(sandbox, items.url, 100)).length, 25)
})

test('lists that only come when asked for', async () => {
  const plain = await get(sandbox, '/v1/quotes?limit=1')
  assert.equal('line_items' in (plain.body.data[0] ?? {}), false)
  const asked = await get(
    sandbox,
    '/v1/quotes?limit=1&expand[]=data.line_items&expand[]=data.computed.upfront.line_items',
  )
  const [quote] = asked.body.data
  assert.equal(listOf(quote?.line_items).data.length, 10)
  assert.equal(listOf(valueAt(quote ?? {}, ['computed', 'upfront', 'line_items'])).data.length, 10)
})

test('fields that only come when asked for', async () => {
  await sandbox.create('prices', {
    id: 'price_tiers',
    tiers: [{ up_to: null }],
    currency_options: { usd: {} },
  })
  const one = async (query: string) => (await get(sandbox, `/v1/prices/price_tiers${query}`)).body
  const plain = await one('')
  assert.deepEqual(['tiers' in plain, 'currency_options' in plain], [false, false])
  const asked = await one('?expand[]=tiers&expand[]=currency_options')
  assert.deepEqual([asked.tiers, asked.currency_options], [[{ up_to: null }], { usd: {} }])
})

test('ids become objects, through objects, arrays and lists', async () => {
  const customer = world.id('customers', 2)
  const charge = world.id('charges', 2)
  const intent = world.id('payment_intents', 2)
  await sandbox.update('charges', charge, { customer, payment_intent: intent })
  await sandbox.update('payment_intents', intent, { customer })
  const query = 'expand[]=customer&expand[]=payment_intent.customer'
  const { body } = await get(sandbox, `/v1/charges/${charge}?${query}`)
  assert.equal((body.customer as SandboxObject).object, 'customer')
  assert.equal(((body.payment_intent as SandboxObject).customer as SandboxObject).id, customer)
  // Nothing more than was asked for.
  assert.equal((body.customer as { id: string }).id, customer)
  const plain = await get(sandbox, `/v1/charges/${charge}`)
  assert.equal(plain.body.customer, customer)

  const invoice = world.id('invoices', 2)
  const lines = [{ id: 'il_1', object: 'line_item', invoice, subscription: world.id('subscriptions', 1) }]
  await sandbox.update('invoices', invoice, {
    lines,
    account_tax_ids: [world.id('tax_ids', 1), world.id('tax_ids', 2)],
  })
  const deep = await get(
    sandbox,
    `/v1/invoices/${invoice}?expand[]=lines.data.subscription&expand[]=account_tax_ids`,
  )
  assert.equal(expanded(listOf(deep.body.lines).data[0]?.subscription).object, 'subscription')
  assert.deepEqual(
    (deep.body.account_tax_ids as SandboxObject[]).map(({ object }) => object),
    ['tax_id', 'tax_id'],
  )
})

test('a deleted object expands to its stub, a null stays null', async () => {
  const charge = world.id('charges', 7)
  await sandbox.create('customers', { id: 'cus_gone' })
  await sandbox.update('charges', charge, { customer: 'cus_gone', review: null })
  await sandbox.remove('customers', 'cus_gone')
  const { body } = await get(sandbox, `/v1/charges/${charge}?expand[]=customer&expand[]=review`)
  assert.deepEqual(body.customer, { id: 'cus_gone', object: 'customer', deleted: true })
  assert.equal(body.review, null)
})

test('compressed for who takes it, the same bytes inside', async () => {
  const read = (encoding: string) =>
    new Promise<{ encoding: string | undefined; bytes: Buffer }>((resolve, reject) => {
      const headers = { authorization: `Bearer ${key}`, 'accept-encoding': encoding }
      const asked = request(`${sandbox.url}/v1/invoices?limit=20`, { headers }, async (response) => {
        const parts: Buffer[] = []
        for await (const part of response) parts.push(part as Buffer)
        resolve({ encoding: response.headers['content-encoding'], bytes: Buffer.concat(parts) })
      })
      asked.on('error', reject).end()
    })
  const [plain, zipped] = [await read('identity'), await read('gzip, deflate')]
  assert.deepEqual([plain.encoding, zipped.encoding], [undefined, 'gzip'])
  assert.ok(zipped.bytes.length < plain.bytes.length / 4)
  assert.deepEqual(gunzipSync(zipped.bytes), plain.bytes)
})

test('the account, and the balance as the sum of its transactions', async () => {
  assert.equal((await get(sandbox, '/v1/account')).body.id, 'acct_tests')
  assert.equal((await get(sandbox, '/v1/accounts/acct_tests')).body.id, 'acct_tests')
  const sum = Array.from({ length: world.count('balance_transactions') }, (_, index) =>
    Number(world.object('balance_transactions', index).net),
  ).reduce((a, b) => a + b, 0)
  const { body } = await get(sandbox, '/v1/balance')
  const money = body as unknown as { available: { amount: number }[]; pending: { amount: number }[] }
  const total = [...money.available, ...money.pending].reduce((a, { amount }) => a + amount, 0)
  assert.equal(total, sum)
})

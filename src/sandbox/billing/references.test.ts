import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SandboxObject } from '../world.ts'
import { billingWorld } from './world.ts'

const NOW = 1_790_000_000
const world = billingWorld({ seed: 5, scale: 600, now: NOW })
const listed = [...world.streams].filter((stream) => world.count(stream) > 0)

/** Which stream an id belongs to, by its beginning. */
const STREAMS: Readonly<Record<string, string>> = {
  cus: 'customers',
  in: 'invoices',
  il: 'invoice_lines',
  sub: 'subscriptions',
  si: 'subscription_items',
  pm: 'payment_methods',
  pi: 'payment_intents',
  ch: 'charges',
  re: 'refunds',
  txn: 'balance_transactions',
  po: 'payouts',
  du: 'disputes',
  cnli: 'credit_note_lines',
  inpay: 'invoice_payments',
  price: 'prices',
  prod: 'products',
  txr: 'tax_rates',
  di: 'discounts',
  card: 'customer_sources',
  li: 'checkout_session_line_items',
}

/** Named by nothing but themselves. */
const OWN = /^(txi|cs|cn|seti|promo)_/

/** Fields that hold ids of what has no list here, or no id at all. */
const ELSEWHERE = new Set(['client_secret', 'invoice_item', 'tax_code', 'destination', 'request_log_url'])

function* ids(value: unknown, field: string): Generator<[field: string, id: string]> {
  if (typeof value === 'string') {
    if (!ELSEWHERE.has(field) && /^[a-z]{2,5}_[0-9A-Za-z]{14,}$/.test(value)) yield [field, value]
  } else if (value !== null && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) yield* ids(inner, Array.isArray(value) ? field : key)
  }
}

test('every reference leads to an object', () => {
  const checked = new Map<string, number>()
  for (const stream of listed) {
    for (let index = 0; index < world.count(stream); index++) {
      const object = world.object(stream, index)
      for (const [field, id] of ids(object, '')) {
        if (id === object.id || OWN.test(id)) continue
        const target = STREAMS[id.slice(0, id.indexOf('_'))]
        assert.ok(target, `${stream}.${field} is ${id}`)
        assert.ok(
          world.index(target, id) !== undefined,
          `${stream} ${object.id}: ${field} ${id} leads nowhere`,
        )
        checked.set(target, (checked.get(target) ?? 0) + 1)
      }
    }
  }
  for (const target of Object.values(STREAMS)) assert.ok(checked.has(target), `no reference to ${target}`)
})

test('what belongs to a customer comes after the customer', () => {
  for (const stream of ['subscriptions', 'invoices', 'payment_methods', 'setup_intents', 'charges']) {
    for (let index = 0; index < world.count(stream); index++) {
      const { customer, created, id } = world.object(stream, index)
      if (customer === null) continue
      const owner = world.index('customers', String(customer)) ?? -1
      assert.ok(world.created('customers', owner) <= Number(created), `${stream} ${id}`)
    }
  }
})

test('products and prices are older than the subscriptions to them', () => {
  for (let index = 0; index < world.count('subscriptions'); index++) {
    const { items, created } = world.object('subscriptions', index)
    for (const item of items as readonly { price: { created: number; product: string } }[]) {
      assert.ok(item.price.created <= Number(created))
      assert.ok(world.index('products', item.price.product) !== undefined)
    }
  }
})

test('filters by another object find what looking at all would find', () => {
  const filters = [
    ['subscriptions', 'customer', 'customers'],
    ['invoices', 'customer', 'customers'],
    ['charges', 'customer', 'customers'],
    ['payment_methods', 'customer', 'customers'],
    ['setup_intents', 'customer', 'customers'],
    ['credit_notes', 'customer', 'customers'],
    ['checkout_sessions', 'customer', 'customers'],
    ['credit_notes', 'invoice', 'invoices'],
    ['charges', 'payment_intent', 'payment_intents'],
    ['refunds', 'charge', 'charges'],
    ['disputes', 'charge', 'charges'],
    ['refunds', 'payment_intent', 'payment_intents'],
    ['prices', 'product', 'products'],
  ] as const
  for (const [stream, param, parents] of filters) {
    const expected = new Map<string, number[]>()
    for (let index = 0; index < world.count(stream); index++) {
      const id = String(world.object(stream, index)[param])
      const list = expected.get(id)
      if (list) list.push(index)
      else expected.set(id, [index])
    }
    for (let index = 0; index < world.count(parents); index++) {
      const id = world.id(parents, index)
      assert.deepEqual(world.find?.(stream, param, id), expected.get(id) ?? [], `${stream} ${param}=${id}`)
    }
    assert.deepEqual(world.find?.(stream, param, 'nobody'), [])
  }
  assert.equal(world.find?.('invoices', 'status', 'open'), undefined)
})

test('the world has what programs trip over', () => {
  const statuses = new Map<string, Set<unknown>>()
  const lines = new Set<number>()
  const items = new Set<number>()
  const currencies = new Set<unknown>()
  let text = ''
  let guests = 0
  for (const stream of listed) {
    const seen = new Set<unknown>()
    statuses.set(stream, seen)
    for (let index = 0; index < world.count(stream); index++) {
      const object: SandboxObject = world.object(stream, index)
      seen.add(object.status)
      if (stream === 'invoices') lines.add((object.lines as unknown[]).length)
      if (stream === 'subscriptions') items.add((object.items as unknown[]).length)
      if (stream === 'charges') {
        currencies.add(object.currency)
        if (object.customer === null) guests++
      }
      if (stream === 'customers' || stream === 'prices' || stream === 'coupons')
        text += JSON.stringify(object)
    }
  }
  const has = (stream: string, ...wanted: string[]) => {
    for (const status of wanted) assert.ok(statuses.get(stream)?.has(status), `no ${stream} are ${status}`)
  }
  has('invoices', 'draft', 'open', 'paid', 'void', 'uncollectible')
  has('subscriptions', 'active', 'trialing', 'past_due', 'canceled', 'paused')
  has('payment_intents', 'succeeded', 'canceled', 'requires_payment_method')
  has('charges', 'succeeded', 'failed')
  has('disputes', 'lost')
  has('checkout_sessions', 'complete', 'expired')
  for (const count of [1, 2, 3, 11, 100, 101, 1050])
    assert.ok(lines.has(count), `no invoice with ${count} lines`)
  assert.ok([...lines].some((count) => count >= 250 && count < 1000))
  assert.ok([...items].some((count) => count > 10))
  assert.deepEqual([...currencies].sort(), ['cad', 'eur', 'gbp', 'jpy', 'kwd', 'usd'])
  assert.ok(guests > 0)
  for (const odd of [
    '🌸',
    'شركة',
    '\\n',
    '\\"',
    '"name":""',
    '12.500000000001',
    'SAVE 1% – été',
    'gold_plan/0',
  ]) {
    assert.ok(text.includes(odd), `nowhere ${odd}`)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, TransientError } from '../core/errors.ts'
import { accessFromError, keyCreationUrl, probe } from './access.ts'
import type { CatalogStream } from './catalog.ts'
import { refusal, StripeError } from './errors.ts'
import { streamOf } from './testing/streams.ts'
import { type Answer, page, quickClient, refuse, wireServer } from './testing/wireServer.ts'

const { signal } = new AbortController()
const limit = ['limit']

const invoices = streamOf({ name: 'invoices', columns: [], params: limit, permission: 'invoice_read' })
const invoiceLines = streamOf({
  name: 'invoice_lines',
  path: '/v1/invoices/{invoice}/lines',
  columns: [],
  params: limit,
  permission: 'invoice_read',
  parent: { stream: 'invoices', column: 'invoice', in: 'path', param: 'invoice' },
})
const customers = streamOf({ name: 'customers', columns: [], params: limit, permission: 'customer_read' })
const methods = streamOf({
  name: 'customer_payment_methods',
  path: '/v1/customers/{customer}/payment_methods',
  columns: [],
  params: limit,
  permission: 'payment_method_read',
  parent: { stream: 'customers', column: 'customer', in: 'path', param: 'customer' },
})
const entitlements = streamOf({
  name: 'entitlements',
  columns: [],
  params: limit,
  permission: 'entitlement_read',
  parent: { stream: 'customers', column: 'customer', in: 'query', param: 'customer' },
})
const subscriptions = streamOf({
  name: 'subscriptions',
  columns: [],
  params: limit,
  fixed: { status: 'all' },
})
const cards = streamOf({ name: 'cards', columns: [], unavailable: ['not set up to use Issuing'] })
const secrets = streamOf({ name: 'secrets', columns: [], unreadable: 'needs a scope' })

const known = [invoices, invoiceLines, customers, methods, entitlements, subscriptions, cards, secrets]
const lookup = (name: string) => known.find((stream) => stream.name === name)

function stripeError(status: number, words: string, more: { code?: string; path?: string } = {}) {
  return new StripeError({ status, words, path: '/v1/invoices', ...more })
}

test('a missing permission is told with its name, the place to add it, and the catalog’s word if Stripe has none', () => {
  const edit = 'https://dashboard.stripe.com/acct_1/apikeys/mk_1/edit'
  const named = stripeError(403, `Enabling "Invoices Read" ('invoice_line_read') … permissions at ${edit}.`)
  assert.deepEqual(accessFromError(named, invoices), {
    status: 'no_permission',
    permission: 'invoice_line_read',
    reason: `the key lacks the permission invoice_line_read; add it at ${edit}`,
  })
  const unnamed = accessFromError(stripeError(403, 'not allowed'), invoices)
  assert.equal(unnamed?.permission, 'invoice_read')
  assert.match(unnamed?.reason ?? '', /https:\/\/dashboard\.stripe\.com\/apikeys$/)
  const unknown = accessFromError(stripeError(403, 'not for restricted keys'), subscriptions)
  assert.deepEqual([unknown?.status, unknown?.permission], ['no_permission', undefined])
  assert.match(unknown?.reason ?? '', /not for restricted keys/)
})

test('a product that the account does not have is unavailable', () => {
  for (const status of [400, 403, 404]) {
    const error = stripeError(status, 'Your account is not set up to use Issuing. Please visit …')
    assert.equal(accessFromError(error, cards)?.status, 'unavailable')
    assert.notEqual(accessFromError(error, invoices)?.status, 'unavailable')
  }
  const url = (path: string) => stripeError(404, `Unrecognized request URL (GET: ${path}).`, { path })
  assert.equal(accessFromError(url('/v1/invoices?limit=1'), invoices)?.status, 'unavailable')
  assert.equal(accessFromError(url('/v1/invoices/in_1/lines'), invoiceLines)?.status, 'unavailable')
  assert.equal(accessFromError(url('/v1/invoices/in_1'), invoices), undefined)
})

test('every other error is the reader’s to judge', () => {
  const missing = stripeError(404, 'No such customer', { code: 'resource_missing' })
  for (const error of [missing, stripeError(400, 'bad'), new TransientError('x'), new Error('x'), 'x']) {
    assert.equal(accessFromError(error, invoices), undefined)
  }
  const key = {
    kind: 'restricted',
    mode: 'test',
    masked: 'rk',
    reveal: () => 'rk_test_1',
    toJSON: () => '',
  } as const
  assert.ok(refusal({ status: 401, path: '/', words: '' }, key) instanceof ConfigError)
})

test('a page that makes a key with the permissions of the chosen streams', () => {
  assert.equal(
    keyCreationUrl(['invoice_read', 'customer_read', 'rak_invoice_read']),
    'https://dashboard.stripe.com/apikeys/create?name=Sluice&permissions[]=rak_customer_read&permissions[]=rak_invoice_read',
  )
})

async function probed(streams: readonly CatalogStream[], routes: Readonly<Record<string, Answer>>) {
  await using server = await wireServer((response, asked) => {
    const answer =
      routes[asked.path] ?? refuse(404, { message: `Unrecognized request URL (GET: ${asked.path}).` })
    answer(response, asked)
  })
  await using api = quickClient(server.base)
  const access = await probe(api, streams, lookup, signal)
  return { access, asked: server.asked.map(({ path, query }) => `${path}?${query}`) }
}

test('each list is asked once, for one object, with its own parameters', async () => {
  const { access, asked } = await probed([invoices, invoiceLines, subscriptions, cards, secrets], {
    '/v1/invoices': page({ id: 'in_1' }),
    '/v1/subscriptions': page(),
    '/v1/cards': refuse(400, { message: 'Your account is not set up to use Issuing.' }),
  })
  assert.deepEqual(asked.sort(), [
    '/v1/cards?',
    '/v1/invoices?limit=1',
    '/v1/subscriptions?status=all&limit=1',
  ])
  assert.deepEqual(
    [...access].map(([name, { status }]) => [name, status]),
    [
      ['invoices', 'ok'],
      ['invoice_lines', 'ok'],
      ['subscriptions', 'ok'],
      ['cards', 'unavailable'],
      ['secrets', 'unavailable'],
    ],
  )
})

test('a child that needs another permission is asked for with an object of its parent', async () => {
  const forbidden = refuse(403, { message: "Having the 'rak_payment_method_read' permission would …" })
  const { access, asked } = await probed([methods, entitlements], {
    '/v1/customers': page({ id: 'cus_1' }),
    '/v1/customers/cus_1/payment_methods': forbidden,
    '/v1/entitlements': page(),
  })
  assert.deepEqual(asked.sort(), [
    '/v1/customers/cus_1/payment_methods?limit=1',
    '/v1/customers?limit=1',
    '/v1/entitlements?customer=cus_1&limit=1',
  ])
  assert.equal(access.get('customer_payment_methods')?.permission, 'payment_method_read')
  assert.equal(access.get('customer_payment_methods')?.status, 'no_permission')
  assert.equal(access.get('entitlements')?.status, 'ok')
})

test('a child of what cannot be read cannot be read; one of nothing is unknown', async () => {
  const { access } = await probed([invoiceLines, methods], {
    '/v1/invoices': refuse(403, { message: "Having the 'rak_invoice_read' permission would …" }),
    '/v1/customers': page(),
  })
  assert.equal(access.get('invoice_lines')?.status, 'no_permission')
  assert.match(access.get('invoice_lines')?.reason ?? '', /^invoices cannot be read: .*invoice_read/)
  assert.equal(access.get('customer_payment_methods')?.status, 'unknown')
})

test('a list that fails otherwise is unknown, with the reason, and the others are told', async () => {
  const { access } = await probed([invoices, customers], {
    '/v1/invoices': refuse(400, { code: 'parameter_unknown', message: 'Received unknown parameter: x' }),
    '/v1/customers': page(),
  })
  assert.equal(access.get('invoices')?.status, 'unknown')
  assert.match(access.get('invoices')?.reason ?? '', /unknown parameter/)
  assert.equal(access.get('customers')?.status, 'ok')
})

test('a key that is not accepted stops the probing', async () => {
  await assert.rejects(
    probed([invoices, customers], {
      '/v1/invoices': refuse(401, { message: 'Invalid API Key provided' }),
      '/v1/customers': page(),
    }),
    ConfigError,
  )
})

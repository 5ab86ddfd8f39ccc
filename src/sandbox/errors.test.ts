import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { get, key, start } from './testing.ts'

const sandbox = await start({ unavailable: ['issuing_*', 'treasury_financial_accounts'] })
after(() => sandbox.close())

async function refused(path: string, headers?: Record<string, string>) {
  const { status, body } = await get(sandbox, path, headers)
  const { type, code, param } = body.error
  return [status, type, code, param]
}

test('parameters that are wrong', async () => {
  const invalid = 'invalid_request_error'
  const cases = {
    '/v1/invoices?limit=101': [400, invalid, undefined, 'limit'],
    '/v1/invoices?limit=0': [400, invalid, undefined, 'limit'],
    '/v1/invoices?limit=ten': [400, invalid, 'parameter_invalid_integer', 'limit'],
    '/v1/invoices?colour=red': [400, invalid, 'parameter_unknown', 'colour'],
    '/v1/payment_attempt_records?payment_record=x&ending_before=y': [
      400,
      invalid,
      'parameter_unknown',
      'ending_before',
    ],
    '/v1/reporting/report_types?limit=10': [400, invalid, 'parameter_unknown', 'limit'],
    '/v1/payment_methods?created[gte]=1': [400, invalid, 'parameter_unknown', 'created'],
    '/v1/invoices?created[after]=1': [400, invalid, 'parameter_unknown', 'created[after]'],
    '/v1/invoices?created[gte]=yesterday': [400, invalid, undefined, 'created[gte]'],
    '/v1/invoices?starting_after=a&ending_before=b': [400, invalid, undefined, 'ending_before'],
    '/v1/invoices?starting_after=in_none': [400, invalid, 'resource_missing', 'starting_after'],
    '/v1/invoices?ending_before=in_none': [400, invalid, 'resource_missing', 'ending_before'],
    '/v1/subscription_items': [400, invalid, 'parameter_missing', 'subscription'],
    '/v1/invoices?expand[]=data.colour': [400, invalid, undefined, 'expand'],
    '/v1/invoices?expand[]=customer': [400, invalid, undefined, 'expand'],
    '/v1/invoices?expand[]=data.a.b.c.d': [400, invalid, undefined, 'expand'],
    '/v1/account?limit=1': [400, invalid, 'parameter_unknown', 'limit'],
    '/v1/invoices/in_none': [404, invalid, 'resource_missing', 'id'],
    '/v1/nothing': [404, invalid, undefined, undefined],
    '/': [404, invalid, undefined, undefined],
  }
  for (const [path, expected] of Object.entries(cases)) assert.deepEqual(await refused(path), expected, path)
})

test('the words of messages that programs look at', async () => {
  const message = async (path: string) => (await get(sandbox, path)).body.error.message
  assert.equal(await message('/v1/invoices?colour=red'), 'Received unknown parameter: colour')
  assert.equal(await message('/v1/invoices/in_none'), "No such invoice: 'in_none'")
  assert.match(await message('/v1/nothing'), /^Unrecognized request URL \(GET: \/v1\/nothing\)\./)
  assert.match(await message('/v1/issuing/cards'), /Your account is not set up to use Issuing/)
  assert.match(await message('/v1/treasury/financial_accounts'), /Have you onboarded to Treasury/)
  assert.equal((await get(sandbox, '/v1/issuing/cards')).status, 400)
})

test('keys that are missing, wrong, publishable or revoked', async () => {
  const missing = await fetch(`${sandbox.url}/v1/invoices`)
  assert.equal(missing.status, 401)
  assert.match(await missing.text(), /You did not provide an API key/)
  assert.deepEqual(await refused('/v1/invoices', { authorization: 'Bearer sk_live_invalid' }), [
    401,
    'invalid_request_error',
    undefined,
    undefined,
  ])
  assert.deepEqual(await refused('/v1/invoices', { authorization: 'Bearer nonsense' }), [
    401,
    'invalid_request_error',
    undefined,
    undefined,
  ])
  const wrong = await get(sandbox, '/v1/invoices', { authorization: 'Bearer sk_live_0123456789invalid' })
  assert.equal(wrong.body.error.message, 'Invalid API Key provided: sk_live_*************alid')
  assert.equal(
    (await refused('/v1/invoices', { authorization: 'Bearer pk_live_x' }))[2],
    'secret_key_required',
  )
  sandbox.revokeKey('rk_live_old')
  assert.deepEqual(await refused('/v1/invoices', { authorization: 'Bearer rk_live_old' }), [
    401,
    'invalid_request_error',
    'api_key_expired',
    undefined,
  ])
  const basic = `Basic ${Buffer.from(`${key}:`).toString('base64')}`
  assert.equal((await get(sandbox, '/v1/invoices', { authorization: basic })).status, 200)
})

test('with a list of keys no other key is known', async () => {
  const own = await start({ keys: { rk_live_known: { permissions: ['invoice_read'] } } })
  try {
    const as = (name: string) => get(own, '/v1/invoices', { authorization: `Bearer ${name}` })
    assert.equal((await as('rk_live_known')).status, 200)
    assert.equal((await as('sk_live_other')).status, 401)
  } finally {
    await own.close()
  }
})

test('a restricted key reads what it may, and is told what is missing', async () => {
  sandbox.setKey('rk_live_narrow', { permissions: ['invoice_write', 'rak_charge_read'] })
  const as = { authorization: 'Bearer rk_live_narrow' }
  for (const path of ['/v1/invoices', '/v1/credit_notes', '/v1/charges', '/v1/refunds']) {
    assert.equal((await get(sandbox, path, as)).status, 200, path)
  }
  const { status, body } = await get(sandbox, '/v1/prices', as)
  assert.deepEqual(
    [status, body.error.type, body.error.code],
    [403, 'invalid_request_error', 'more_permissions_required'],
  )
  assert.match(
    body.error.message,
    /^The provided key 'rk_live_\*+rrow' does not have the required permissions for this endpoint on account 'acct_tests'\. Enabling "Prices Read" \('plan_read'\) permissions on this key would allow this request to continue\. You can edit permissions at https:\/\/dashboard\.stripe\.com\/\S+$/,
  )
  // The key's own account needs a permission of its own; the refusal names the account.
  const own = await get(sandbox, '/v1/account', as)
  assert.equal(own.status, 403)
  assert.match(own.body.error.message, /on account 'acct_tests'/)
  assert.equal((await get(sandbox, '/v1/balance', as)).status, 403)
  // Expanding needs the permission of what is expanded.
  const [charge] = (await get(sandbox, '/v1/charges?limit=1')).body.data
  const [customer] = (await get(sandbox, '/v1/customers?limit=1')).body.data
  await sandbox.update('charges', String(charge?.id), { customer: customer?.id })
  const expanded = await get(sandbox, '/v1/charges?limit=1&expand[]=data.customer', as)
  assert.equal(expanded.status, 403)
  assert.match(expanded.body.error.message, /'customer_read'/)
})

test('versions are echoed, and refused when there never was one', async () => {
  const version = async (name: string) => {
    const { status, headers } = await get(sandbox, '/v1/account', { 'stripe-version': name })
    return [status, headers.get('stripe-version')]
  }
  assert.deepEqual(await version('2022-11-15'), [200, '2022-11-15'])
  assert.deepEqual(await version('2025-03-31.basil'), [200, '2025-03-31.basil'])
  for (const wrong of ['2999-01-01', '2025-03-31', '2025-03-31.nonsense', 'latest']) {
    assert.equal((await version(wrong))[0], 400, wrong)
  }
  const plain = await get(sandbox, '/v1/account')
  assert.equal(plain.headers.get('stripe-version'), sandbox.account.apiVersion)
  assert.match(plain.headers.get('request-id') ?? '', /^req_\w+$/)
})

test('accounts: one that is not known is refused, a connected one has objects of its own', async () => {
  const { smallWorld } = await import('./testing.ts')
  const other = { ...smallWorld(2), account: { id: 'acct_other', object: 'account' } }
  const own = await start({ connected: [other] })
  try {
    const count = async (id: string) =>
      (await get(own, '/v1/invoices?limit=100', { 'stripe-account': id })).body.data.length
    assert.deepEqual([await count('acct_tests'), await count('acct_other')], [25, 2])
    const unknown = await get(own, '/v1/invoices', { 'stripe-account': 'acct_none' })
    assert.deepEqual([unknown.status, unknown.body.error.code], [403, 'account_invalid'])
  } finally {
    await own.close()
  }
})

test('options that make no sense are told in one line', async () => {
  await assert.rejects(start({ scale: 3 }), { name: 'ConfigError', message: /scale/ })
  await assert.rejects(start({ rateLimit: 'fast' }), { name: 'ConfigError', message: /100\/25/ })
  await assert.rejects(start({ port: sandbox.port }), { name: 'ConfigError', message: /another program/ })
})

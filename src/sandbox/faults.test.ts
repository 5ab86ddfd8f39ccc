import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { parseFaults } from './faults.ts'
import { get, key, start } from './testing.ts'

const sandbox = await start()
after(() => sandbox.close())

const statusOf = async (path: string) => (await get(sandbox, path)).status

/** The message of what went wrong with a request, or its status. */
async function outcome(path: string): Promise<string> {
  try {
    const response = await fetch(sandbox.url + path, { headers: { authorization: `Bearer ${key}` } })
    await response.json()
    return String(response.status)
  } catch (error) {
    return error instanceof Error
      ? `${error.name} ${(error.cause as { code?: string } | undefined)?.code ?? ''}`.trim()
      : 'unknown'
  }
}

test('a status after some requests, for some requests, on one path', async () => {
  sandbox.setFaults('500@/v1/invoices:after=2,times=2')
  const seen = []
  for (let i = 0; i < 6; i++)
    seen.push(await statusOf('/v1/invoices?limit=1'), await statusOf('/v1/charges?limit=1'))
  assert.deepEqual(
    seen.filter((_, i) => i % 2 === 0),
    [200, 200, 500, 500, 200, 200],
  )
  assert.deepEqual(new Set(seen.filter((_, i) => i % 2 === 1)), new Set([200]))
})

test('a regular expression sees the query: large pages fail, small ones do not', async () => {
  sandbox.setFaults('503@~^/v1/invoices.*limit=100:times=all')
  assert.equal(await statusOf('/v1/invoices?limit=100'), 503)
  assert.equal(await statusOf('/v1/invoices?limit=50'), 200)
  assert.equal(await statusOf('/v1/invoices?limit=100'), 503)
})

test('429 with and without its reason, 409, and headers that say when to retry', async () => {
  sandbox.setFaults(
    'rate_limit:reason=endpoint-rate,retry_after=2;rate_limit:after=1,reason=none;409:after=2;502:after=3,should_retry=false',
  )
  const [named, bare, lock, off] = [
    await get(sandbox, '/v1/invoices'),
    await get(sandbox, '/v1/invoices'),
    await get(sandbox, '/v1/invoices'),
    await get(sandbox, '/v1/invoices'),
  ]
  assert.deepEqual(
    [named.status, named.headers.get('stripe-rate-limited-reason'), named.headers.get('retry-after')],
    [429, 'endpoint-rate', '2'],
  )
  assert.deepEqual([bare.status, bare.headers.get('stripe-rate-limited-reason')], [429, null])
  assert.deepEqual([lock.status, lock.body.error.code], [409, 'lock_timeout'])
  assert.deepEqual(
    [off.status, off.body.error.type, off.headers.get('stripe-should-retry')],
    [502, 'api_error', 'false'],
  )
  assert.equal(await statusOf('/v1/invoices'), 200)
})

test('connections that break: before the answer, within it, and bodies that end early', async () => {
  for (const kind of ['reset', 'reset_body', 'truncate']) {
    sandbox.setFaults(`${kind}@/v1/invoices:times=1`)
    assert.match(await outcome('/v1/invoices?limit=20'), /Error/, kind)
    assert.equal(await outcome('/v1/invoices?limit=20'), '200', kind)
  }
})

test('a request that is never answered ends with its client, or with the server', async () => {
  sandbox.setFaults('hang@/v1/invoices')
  const asked = fetch(`${sandbox.url}/v1/invoices`, {
    headers: { authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(50),
  })
  await assert.rejects(asked, { name: 'TimeoutError' })
  const own = await start({ faults: 'hang' })
  const hanging = fetch(`${own.url}/v1/invoices`, { headers: { authorization: `Bearer ${key}` } })
  const failed = assert.rejects(hanging, TypeError)
  while (own.stats().maxInFlight === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  await own.close()
  await failed
})

test('slow answers are slow', async () => {
  sandbox.setFaults('slow@/v1/invoices:ms=300')
  const began = performance.now()
  const slow = get(sandbox, '/v1/invoices?limit=1').then(() => performance.now() - began)
  await get(sandbox, '/v1/charges?limit=1')
  // A timer may be a millisecond early.
  assert.ok((await slow) >= 299)
  sandbox.setFaults('')
})

test('what is held is answered when the script is replaced, as things are then', async () => {
  sandbox.setFaults('hold@/v1/invoices')
  const key = 'rk_test_isRevokedWhileItWaits0123456789'
  const held = fetch(`${sandbox.url}/v1/invoices`, { headers: { authorization: `Bearer ${key}` } })
  while (sandbox.held() === 0) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(await statusOf('/v1/invoices?limit=1'), 200, 'the next one is not')
  sandbox.revokeKey(key)
  sandbox.setFaults('')
  assert.deepEqual([(await held).status, sandbox.held()], [401, 0])
})

test('a script as text', () => {
  assert.deepEqual(parseFaults('500@/v1/invoices:after=3,times=2;reset_body@/v1/charges:after=1; hang ;'), [
    { kind: 'status', match: '/v1/invoices', after: 3, times: 2, status: 500 },
    { kind: 'reset_body', match: '/v1/charges', after: 1, times: 1 },
    { kind: 'hang', match: '/v1', after: 0, times: 1 },
  ])
  const wrong = {
    'explode@/v1': /no fault is called explode/,
    '200@/v1': /status must be 400 to 599/,
    '500@invoices': /must start with \/ or ~/,
    '500@~(': /not a regular expression/,
    '500@/v1:times=0': /times must be a whole number of at least 1/,
    '500@/v1:after=soon': /after must be/,
    '500@/v1:colour=red': /no option is called colour/,
    'slow@/v1': /slow needs ms/,
    '500 @ /v1': /cannot be read/,
  }
  for (const [text, message] of Object.entries(wrong)) {
    assert.throws(() => parseFaults(text), { name: 'ConfigError', message }, text)
  }
})

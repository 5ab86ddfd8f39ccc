import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { gzipSync } from 'node:zlib'
import { ConfigError, TransientError } from '../core/errors.ts'
import type { RunEvent } from '../core/model.ts'
import { stripeApi } from './client.ts'
import { stripeConfig } from './config.ts'
import { StripeError } from './errors.ts'
import { rawNumber } from './json.ts'
import {
  type Answer,
  call,
  impatient,
  json,
  page,
  quickClient,
  refuse,
  testKey,
  wireServer,
} from './testing/wireServer.ts'

/** An error that everything of is looked at: no part of it may hold the key. */
async function failure(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(
    () => assert.fail('no error'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof Error)
  const everything = `${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)} ${error.stack}`
  assert.ok(!everything.includes('ThisIsASecret'), 'the key is in the error')
  assert.ok(!error.message.includes('\n'), 'more than one line')
  return error
}

const listBody = JSON.stringify({ object: 'list', data: [{ id: 'in_1' }], has_more: false })
const zipped = gzipSync(listBody)

const cut: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' })
  response.write('{"object":"list","data":[', () => response.socket?.destroy())
}
const reset: Answer = (response) => response.socket?.resetAndDestroy()
const truncatedGzip: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
  response.end(zipped.subarray(0, zipped.length - 12))
}
const silent: Answer = () => {}
const stuck: Answer = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write('{"object":')
}

test('a request is what Stripe expects', async () => {
  await using server = await wireServer(page({ id: 'in_1' }))
  await using api = quickClient(server.base)
  const before = Date.now()
  const query = { expand: ['data.discounts', 'data.tax'], 'created[gte]': 5, status: 'a&b', none: undefined }
  const { body, askedAt, bytes } = await api.list('/v1/invoices', query, call)
  assert.deepEqual(body, { object: 'list', data: [{ id: 'in_1' }], has_more: false })
  assert.equal(bytes, listBody.length)
  assert.ok(askedAt >= before && askedAt <= Date.now())
  const [asked] = server.asked
  assert.equal(asked?.path, '/v1/invoices')
  assert.deepEqual(
    [...(asked?.query ?? [])],
    [
      ['expand[]', 'data.discounts'],
      ['expand[]', 'data.tax'],
      ['created[gte]', '5'],
      ['status', 'a&b'],
      ['limit', '100'],
    ],
  )
  assert.equal(asked?.headers.authorization, `Bearer ${testKey}`)
  assert.equal(asked?.headers['stripe-version'], '2026-10-28.endive')
  assert.equal(asked?.headers['user-agent'], 'sluice/1.2.3')
  assert.equal(asked?.headers['accept-encoding'], 'gzip')
  assert.equal(asked?.headers['stripe-account'], undefined)
})

test('an account, a context and a path in the base are sent along', async () => {
  await using server = await wireServer(page())
  for (const [more, name] of [
    [{ account: 'acct_1' }, 'stripe-account'],
    [{ context: 'acct_1' }, 'stripe-context'],
  ] as const) {
    const config = stripeConfig({ apiKey: testKey, apiBase: `${server.base}/base/`, ...more })
    await using api = stripeApi(config, { apiVersion: 'v', version: '1' })
    await api.list('/v1/invoices', { limit: undefined }, call)
    const asked = server.asked.at(-1)
    assert.equal(asked?.headers[name], 'acct_1')
    assert.equal(asked?.path, '/base/v1/invoices')
    assert.deepEqual([...(asked?.query ?? [])], [])
  }
})

test('zipped answers are unzipped, and numbers beyond a double keep their digits', async () => {
  const text = '{"object":"list","data":[{"id":"a","big":9007199254740993,"small":12}],"has_more":true}'
  await using server = await wireServer((response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
    response.end(gzipSync(text))
  })
  await using api = quickClient(server.base)
  const { body, bytes } = await api.list('/v1/invoices', {}, call)
  assert.equal(bytes, text.length)
  assert.equal(body.has_more, true)
  assert.equal(rawNumber(body.data[0]?.big), '9007199254740993')
  assert.equal(body.data[0]?.small, 12)
})

const mended: readonly (readonly [string, Answer])[] = [
  [
    '429 of the account',
    refuse(429, { code: 'rate_limit' }, { 'stripe-rate-limited-reason': 'global-rate' }),
  ],
  [
    '429 of the endpoint',
    refuse(429, { code: 'rate_limit' }, { 'stripe-rate-limited-reason': 'endpoint-rate' }),
  ],
  ['429 without a reason', refuse(429, {})],
  ['429 for a lock', refuse(429, { code: 'lock_timeout', message: 'locked' })],
  ['409 for a lock', refuse(409, { code: 'lock_timeout', message: 'locked' })],
  ['500', refuse(500, { message: 'oops' })],
  ['503 of a gateway', json('<html>bad gateway</html>', 503, { 'content-type': 'text/html' })],
  ['400 that may be retried', refuse(400, {}, { 'stripe-should-retry': 'true' })],
  ['a reset before the answer', reset],
  ['a reset within the body', cut],
  ['a gzip that ends too soon', truncatedGzip],
  ['JSON that ends too soon', json('{"object":"list","data":[')],
  [
    'a body that is not UTF-8',
    (r) => r.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.from([34, 0xff, 34])),
  ],
  ['no answer', silent],
  ['an answer that stops', stuck],
]

for (const [name, answer] of mended) {
  test(`tried again: ${name}`, async () => {
    await using server = await wireServer(answer, page({ id: 'in_1' }))
    const silence = answer === silent || answer === stuck
    await using api = quickClient(server.base, silence ? { timeouts: impatient } : {})
    const { body } = await api.list('/v1/invoices', {}, call)
    assert.deepEqual(body.data, [{ id: 'in_1' }])
    assert.equal(server.asked.length, 2)
    const { requests, limited, failed } = api.stats()
    const isLimit = name.startsWith('429') && !name.endsWith('lock')
    assert.deepEqual(
      { requests, limited, failed },
      { requests: 2, limited: isLimit ? 1 : 0, failed: isLimit ? 0 : 1 },
    )
  })
}

test('askedAt is when the request went out that was answered', async () => {
  let second = 0
  await using server = await wireServer(refuse(500, {}), (response) => {
    second = Date.now()
    setTimeout(() => page()(response, { path: '', query: new URLSearchParams(), headers: {} }), 60)
  })
  await using api = quickClient(server.base, {
    retry: { tries: 3, waitsMs: [100], limitedWaitsMs: [1], limitedForMs: 1 },
    random: () => 0.99,
  })
  const before = Date.now()
  const { askedAt } = await api.list('/v1/invoices', {}, call)
  assert.ok(askedAt >= before + 90, 'not the first attempt')
  assert.ok(askedAt <= second, 'not the answer')
})

test('an answer that trickles for ever is given up', async () => {
  await using server = await wireServer((response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const timer = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(timer))
  })
  await using api = quickClient(server.base, {
    timeouts: { ...impatient, headers: 5_000, body: 5_000, total: 150 },
    retry: { tries: 2, waitsMs: [1], limitedWaitsMs: [1], limitedForMs: 1 },
  })
  const error = await failure(api.get('/v1/invoices/in_1', {}, call))
  assert.ok(error instanceof TransientError)
  assert.match(error.message, /failed 2 times in .*: no answer in time \(TOTAL_TIMEOUT\)$/)
})

test('Retry-After is waited for', async () => {
  await using server = await wireServer(refuse(503, {}, { 'retry-after': '0.3' }), page())
  await using api = quickClient(server.base)
  const before = performance.now()
  await api.list('/v1/invoices', {}, call)
  assert.ok(performance.now() - before >= 299)
})

test('being limited is not failing: more often than there are tries', async () => {
  const limited = refuse(429, {}, { 'stripe-rate-limited-reason': 'resource-specific' })
  await using server = await wireServer(...Array.from({ length: 9 }, () => limited), page())
  await using api = quickClient(server.base)
  await api.list('/v1/invoices', {}, call)
  assert.equal(api.stats().limited, 9)
})

test('being limited for too long ends with a word about why', async () => {
  await using server = await wireServer(refuse(429, {}, { 'stripe-rate-limited-reason': 'global-rate' }))
  await using api = quickClient(server.base, {
    retry: { tries: 8, waitsMs: [1], limitedWaitsMs: [5], limitedForMs: 50 },
  })
  const error = await failure(api.get('/v1/invoices/in_1', {}, call))
  assert.ok(error instanceof TransientError)
  assert.match(error.message, /^GET \/v1\/invoices\/in_1 was rate limited for .*global-rate/)
})

test('what never mends ends as a TransientError with the last reason', async () => {
  await using server = await wireServer(refuse(503, { message: 'over capacity' }))
  await using api = quickClient(server.base)
  const error = await failure(api.get('/v1/invoices/in_1', {}, call))
  assert.ok(error instanceof TransientError)
  assert.match(
    error.message,
    /^GET \/v1\/invoices\/in_1 failed 8 times in .*HTTP 503, over capacity, request req_1$/,
  )
  assert.equal(server.asked.length, 8)
})

test('Stripe-Should-Retry: false is obeyed', async () => {
  await using server = await wireServer(refuse(500, {}, { 'stripe-should-retry': 'false' }), page())
  await using api = quickClient(server.base)
  assert.ok((await failure(api.list('/v1/invoices', {}, call))) instanceof TransientError)
  assert.equal(server.asked.length, 1)
})

for (const [name, answer] of [
  ['5xx', refuse(500, {})],
  ['truncation', truncatedGzip],
  ['cut bodies', cut],
  ['timeouts', silent],
] as const) {
  test(`a page that keeps failing by ${name} is asked for in smaller ones, and so are the next`, async () => {
    const answers: Answer[] = [answer, answer, answer, page({ id: 'in_1' })]
    await using server = await wireServer(...answers)
    await using api = quickClient(server.base, answer === silent ? { timeouts: impatient } : {})
    const limits = () => server.asked.map(({ query }) => query.get('limit'))
    await api.list('/v1/invoices', {}, call)
    assert.deepEqual(limits(), ['100', '100', '50', '25'])
    await api.list('/v1/invoices', {}, call)
    await api.list('/v1/invoices', { limit: 10 }, call)
    await api.list('/v1/customers', {}, { ...call, endpoint: '/v1/customers' })
    assert.deepEqual(limits().slice(4), ['25', '10', '100'])
  })
}

test('a page gets as small as one object, and pages grow again slowly', async () => {
  const bad = refuse(500, {})
  await using server = await wireServer(...Array.from({ length: 7 }, () => bad), page({ id: 'in_1' }))
  const config = stripeConfig({ apiKey: testKey.replace('_test_', '_live_'), apiBase: server.base, rate: 1 })
  await using fast = stripeApi(
    { ...config, limits: { account: 5_000, endpoint: 5_000, endpoints: {} } },
    {
      apiVersion: 'v',
      version: '1',
      retry: { tries: 8, waitsMs: [1], limitedWaitsMs: [1], limitedForMs: 1 },
    },
  )
  await fast.list('/v1/invoices', {}, call)
  assert.equal(server.asked.at(-1)?.query.get('limit'), '1')
  const sizes: string[] = []
  for (let i = 0; i < 125; i++) {
    await fast.list('/v1/invoices', {}, call)
    sizes.push(server.asked.at(-1)?.query.get('limit') ?? '')
  }
  assert.deepEqual([...new Set(sizes)], ['1', '2', '5', '10', '25', '50', '100'])
})

test('a key that Stripe does not accept is a ConfigError, never tried again', async () => {
  const message = `Invalid API Key provided: ${testKey}`
  await using server = await wireServer(
    refuse(401, { message }),
    refuse(401, { code: 'api_key_expired', message: `Expired API key provided: ${testKey}` }),
  )
  await using api = quickClient(server.base)
  const wrong = await failure(api.list('/v1/invoices', {}, call))
  assert.ok(wrong instanceof ConfigError)
  assert.equal(
    wrong.message,
    'Stripe does not accept the API key rk_test_…wxyz: Invalid API Key provided: rk_test_…wxyz',
  )
  const expired = await failure(api.list('/v1/invoices', {}, call))
  assert.ok(expired instanceof ConfigError)
  assert.match(expired.message, /has expired$/)
  assert.equal(server.asked.length, 2)
})

test('a missing permission comes with its name and the page to edit the key', async () => {
  const message = `The provided key '${testKey}' does not have the required permissions for this endpoint on account 'acct_1Abc'. Enabling "Prices Read" ('plan_read') permissions on this key would allow this request to continue. You can edit permissions at https://dashboard.stripe.com/acct_1Abc/apikeys/mk_1/edit.`
  const old = `The provided key 'rk_test_*********wxyz' does not have the required permissions for this endpoint on account 'acct_1Abc'. Having the 'rak_charge_read' permission would allow this request to continue.`
  await using server = await wireServer(
    refuse(403, { code: 'more_permissions_required', message }),
    refuse(403, { message: old }),
  )
  await using api = quickClient(server.base)
  const error = await failure(api.list('/v1/prices', {}, call))
  assert.ok(error instanceof StripeError)
  assert.equal(error.status, 403)
  assert.equal(error.code, 'more_permissions_required')
  assert.equal(error.permission, 'plan_read')
  assert.equal(error.editUrl, 'https://dashboard.stripe.com/acct_1Abc/apikeys/mk_1/edit')
  assert.equal(error.account, 'acct_1Abc')
  assert.equal(error.requestId, 'req_1')
  const second = await failure(api.list('/v1/charges', {}, call))
  assert.ok(second instanceof StripeError)
  assert.equal(second.permission, 'charge_read')
  assert.ok(!second.message.includes('wxyz'))
})

test('other refusals keep what Stripe said, and are not tried again', async () => {
  await using server = await wireServer(
    refuse(404, { code: 'resource_missing', param: 'id', message: "No such invoice: 'in_9'" }),
  )
  await using api = quickClient(server.base)
  const error = await failure(api.get('/v1/invoices/in_9', { expand: ['lines'] }, call))
  assert.ok(error instanceof StripeError)
  assert.deepEqual(
    { status: error.status, code: error.code, param: error.param, type: error.type, path: error.path },
    {
      status: 404,
      code: 'resource_missing',
      param: 'id',
      type: 'invalid_request_error',
      path: '/v1/invoices/in_9?expand[]=lines',
    },
  )
  assert.equal(server.asked.length, 1)
})

test('a connected account that the key cannot reach is a ConfigError', async () => {
  await using server = await wireServer(
    refuse(403, { code: 'account_invalid', message: 'no access to acct_2' }),
  )
  await using api = quickClient(server.base)
  assert.ok((await failure(api.list('/v1/invoices', {}, call))) instanceof ConfigError)
})

test('what is not Stripe is told from it', async () => {
  await using server = await wireServer(
    json('<html>hello</html>', 200, { 'content-type': 'text/html' }),
    json('', 301, { location: 'https://example.com/' }),
  )
  await using api = quickClient(server.base)
  assert.match(
    (await failure(api.list('/v1/invoices', {}, call))).message,
    /does not answer as Stripe's API does/,
  )
  assert.match((await failure(api.list('/v1/invoices', {}, call))).message, /is redirected \(HTTP 301\)/)
})

test('a host that is not there is a ConfigError within a second or two, with the cure', async () => {
  const closed = createServer()
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
  const address = closed.address()
  const port = typeof address === 'object' ? address?.port : undefined
  await new Promise((resolve) => closed.close(resolve))
  await using refused = quickClient(`http://127.0.0.1:${port}`)
  const error = await failure(refused.list('/v1/invoices', {}, call))
  assert.ok(error instanceof ConfigError)
  assert.equal(error.message, `cannot connect to 127.0.0.1:${port} (ECONNREFUSED)`)
  assert.match(error.cure ?? '', /check the address of Stripe's API \(now http/)
  assert.equal(error.option, '--api-base')

  await using unknown = quickClient('https://no-such-host.invalid')
  const notFound = await failure(unknown.list('/v1/invoices', {}, call))
  assert.ok(notFound instanceof ConfigError)
  assert.match(notFound.message, /^host not found: no-such-host.invalid \((ENOTFOUND|EAI_AGAIN)\)$/)
})

test('a server without TLS behind an https address is a ConfigError at once', async () => {
  await using server = await wireServer(page())
  await using api = quickClient(server.base.replace('http:', 'https:'))
  const error = await failure(api.list('/v1/invoices', {}, call))
  assert.ok(error instanceof ConfigError)
  assert.match(error.message, /^no secure connection to 127\.0\.0\.1:\d+ \(/)
})

test('a host that goes away later is bad weather', async () => {
  const server = await wireServer(page())
  await using api = quickClient(server.base)
  await api.list('/v1/invoices', {}, call)
  await server[Symbol.asyncDispose]()
  const error = await failure(api.list('/v1/invoices', {}, call))
  assert.ok(error instanceof TransientError)
  assert.match(error.message, /failed 8 times in .*ECONNREFUSED/)
})

test('an abort ends every kind of waiting at once, with its reason', async () => {
  const reason = new Error('enough')
  const waiting: readonly (readonly [string, Answer])[] = [
    ['for an answer', silent],
    ['for the rest of a body', stuck],
    ['to try again', refuse(503, {}, { 'retry-after': '500' })],
    [
      'after being limited',
      refuse(429, {}, { 'retry-after': '500', 'stripe-rate-limited-reason': 'global-rate' }),
    ],
  ]
  for (const [name, answer] of waiting) {
    await using server = await wireServer(answer)
    await using api = quickClient(server.base)
    const stop = new AbortController()
    const pending = api.list('/v1/invoices', {}, { ...call, signal: stop.signal })
    while (server.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    setTimeout(() => stop.abort(reason), 30)
    assert.equal(await failure(pending), reason, name)
    assert.equal(await failure(api.list('/v1/invoices', {}, { ...call, signal: stop.signal })), reason)
    assert.equal(server.asked.length, 1)
  }
})

test('every request is reported, to the run it belongs to', async () => {
  const limited = refuse(429, {}, { 'stripe-rate-limited-reason': 'endpoint-rate' })
  await using server = await wireServer(limited, page())
  const first: RunEvent[] = []
  const second: RunEvent[] = []
  await using api = quickClient(server.base, { report: (event) => first.push(event) })
  await api.list('/v1/invoices', {}, call)
  const { endpoint, signal } = call
  await api.reportingTo((event) => second.push(event)).list('/v1/invoices', {}, { endpoint, signal })
  // Without their times, which are the wall's.
  const told = (events: readonly RunEvent[]) =>
    events.map((event) => {
      if (event.type !== 'request' || !event.call) return event
      const { at, ended, ...rest } = event.call
      assert.ok(at > 0 && ended >= at)
      return { ...event, call: rest }
    })
  const answered = { endpoint: '/v1/invoices', status: 200 }
  const refused = { endpoint: '/v1/invoices', status: 429, reason: 'endpoint-rate' }
  assert.deepEqual(told(first), [
    { type: 'request', stream: 'invoices', limited: true, call: refused },
    { type: 'request', stream: 'invoices', call: answered },
  ])
  assert.deepEqual(told(second), [{ type: 'request', call: answered }])
})

test('the key cannot be seen in the client or its configuration', async () => {
  const config = stripeConfig({ apiKey: testKey })
  await using api = stripeApi(config, { apiVersion: 'v', version: '1' })
  for (const thing of [api, config]) {
    assert.ok(!inspect(thing, { depth: 12, showHidden: true }).includes('ThisIsASecret'))
    assert.ok(!JSON.stringify(thing).includes('ThisIsASecret'))
  }
  assert.ok(inspect(config).includes('rk_test_…wxyz'))
  assert.ok(`${config.apiKey}`.includes('rk_test_…wxyz'))
})

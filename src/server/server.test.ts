import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { stopDatabases } from '../../test/support/databases.ts'
import { type Ask, type Served, serve } from '../../test/support/server.ts'
import { sandboxKey } from '../../test/support/service.ts'
import { ConfigError } from '../core/errors.ts'
import { startServer } from './start.ts'

const web = mkdtempSync(join(tmpdir(), 'sluice-web-'))
const requests: string[] = []
let served: Served
let admin: Ask
let destination: string

before(async () => {
  mkdirSync(join(web, 'assets'))
  writeFileSync(join(web, 'index.html'), '<!doctype html><title>Sluice</title>')
  writeFileSync(join(web, 'assets', 'app-1a2b3c4d.js'), 'plain')
  writeFileSync(join(web, 'assets', 'app-1a2b3c4d.js.br'), 'brotli')
  served = await serve({ web, logRequest: (line) => requests.push(line) })
  const [email, password] = ['ada@sluice.example', 'correct horse battery']
  await served.nobody('POST', '/api/v1/session/sign-up', { email, name: 'Ada', password })
  admin = await served.signedIn(email, password)
  const address = `duckdb:${served.service.folder}/warehouse.duckdb`
  const made = await admin('POST', '/api/v1/destinations', { name: 'main', address })
  assert.equal(made.status, 201, made.text)
  destination = made.body.id
})
after(async () => {
  await served[Symbol.asyncDispose]()
  await stopDatabases()
  rmSync(web, { recursive: true, force: true })
})

const input = (name: string) => ({
  name,
  source: { kind: 'key', api_key: sandboxKey, api_base: served.service.sandbox.url },
  destination_id: destination,
  selection: { tables: [{ name: 'customers' }] },
  schedule: { kind: 'manual' },
})

test('an integration is made, edited as it was seen, run, paused and deleted; its key is never told', async () => {
  const made = await admin('POST', '/api/v1/integrations', input('acme'))
  assert.equal(made.status, 201, made.text)
  assert.equal(made.headers.get('location'), `/api/v1/integrations/${made.body.id}`)
  const path = `/api/v1/integrations/${made.body.id}`
  const seen = await admin('GET', path)
  assert.match(seen.headers.get('etag') ?? '', new RegExp(`^(W/)?"${seen.body.revision}"$`))
  const edit = (description: string, etag: string) =>
    admin('PATCH', path, { description }, { 'if-match': etag })
  const etag = seen.headers.get('etag') ?? ''
  const edited = await edit('first', etag)
  assert.deepEqual([edited.status, edited.body.description], [200, 'first'])
  const late = await edit('second', etag)
  assert.equal(late.status, 412)
  assert.equal(late.body.type, 'urn:sluice:problem:changed-meanwhile')
  const inBody = await admin('PATCH', path, { description: 'third', revision: seen.body.revision })
  assert.equal(inBody.status, 409)
  const unknown = await admin('PATCH', path, { naem: 'other', verify: { often: true } })
  assert.equal(unknown.status, 422)
  assert.deepEqual(
    unknown.body.errors.map(({ field, message }: { field: string; message: string }) => [field, message]),
    [
      ['verify.often', 'there is no such field'],
      ['naem', 'there is no such field'],
    ],
  )
  assert.match(unknown.body.cure, /leave it out/)
  for (const [field, value] of [
    ['name', 'other'],
    ['history', '1y'],
  ] as const) {
    const fixed = await admin('PATCH', path, { description: 'fourth', [field]: value })
    assert.deepEqual(
      [fixed.status, fixed.body.type, fixed.body.errors[0].field],
      [422, 'urn:sluice:problem:invalid', field],
    )
    assert.match(fixed.body.detail, /name and history are fixed when an integration is made/)
    assert.match(fixed.body.cure, /make another integration/)
  }
  assert.equal((await admin('GET', path)).body.description, 'first', 'nothing of it was done')
  const pages = await admin('GET', `${path}/runs?limit=1`)
  assert.equal(pages.status, 200)
  const json = { 'content-type': 'application/json' }
  assert.equal((await admin('POST', `${path}/pause`, '', json)).body.status, 'paused')
  assert.equal((await admin('POST', `${path}/runs`, {})).status, 409)
  assert.equal((await admin('POST', `${path}/activate`)).body.status, 'pending')
  assert.equal((await admin('DELETE', `${path}?drop_tables=perhaps`)).status, 422)
  assert.equal((await admin('DELETE', path)).status, 204)
  assert.equal((await admin('GET', path)).body.status, 'deleted')
  const log = await admin('GET', `/api/v1/audit?object_id=${made.body.id}`)
  assert.deepEqual(
    log.body.items.map(({ action }: { action: string }) => action),
    [
      'integration.delete',
      'integration.activate',
      'integration.pause',
      'integration.edit',
      'integration.create',
    ],
  )
  assert.equal(log.body.items.at(-1).details.name, 'acme')
  assert.ok(!JSON.stringify([made.body, edited.body, log.body]).includes(sandboxKey))
})

test('what is wrong with a request is said of its fields', async () => {
  const bad = await admin('POST', '/api/v1/integrations', { ...input('9lives'), history: 1 })
  assert.equal(bad.status, 422)
  assert.deepEqual(
    bad.body.errors.map(({ field }: { field: string }) => field),
    ['name', 'history'],
  )
  const deep = await admin('POST', '/api/v1/integrations', {
    ...input('deep'),
    source: { kind: 'key', api_key: 'rk_test_thisKeyIsRefused000', api_base: served.service.sandbox.url },
    selection: { tables: [{ name: 'costumers' }] },
  })
  assert.equal(deep.status, 422)
  assert.match(deep.body.errors[0].field, /^(source|selection)/)
  assert.equal((await admin('POST', '/api/v1/integrations', '{"name":')).status, 400)
  const form = await admin('POST', '/api/v1/integrations', 'name=x', { 'content-type': 'text/plain' })
  assert.equal(form.status, 415)
  const large = await admin('POST', '/api/v1/integrations', JSON.stringify({ name: 'x'.repeat(2 ** 20) }))
  assert.equal(large.status, 413)
  const missing = await admin('GET', '/api/v1/runs/00000000-0000-4000-8000-000000000000')
  assert.deepEqual([missing.status, missing.body.detail], [404, 'there is no such run'])
})

test('a create with an Idempotency-Key happens once', async () => {
  const create = (name: string, key: string) =>
    admin(
      'POST',
      '/api/v1/destinations',
      { name, address: `duckdb:${served.service.folder}/${name}.duckdb` },
      { 'idempotency-key': key },
    )
  const both = await Promise.all([create('once', 'k1'), create('once', 'k1')])
  // The second is answered the same, or told that the first is worked at.
  for (const { status } of both) assert.ok([201, 409].includes(status))
  const first = both.find(({ status }) => status === 201) ?? assert.fail()
  const again = await create('once', 'k1')
  assert.deepEqual([again.status, again.body], [201, first.body])
  assert.equal(again.headers.get('idempotency-replayed'), 'true')
  assert.equal((await create('other', 'k1')).status, 422)
  const taken = await create('once', 'k2')
  assert.equal(taken.status, 422, 'the name is taken')
  assert.equal((await create('twice', 'k2')).status, 201, 'what failed does not use up the key')
  const { body } = await admin('GET', '/api/v1/audit?action=destination.create')
  const names = body.items.map(({ object }: { object: { name: string } }) => object.name)
  assert.deepEqual(names, ['twice', 'once', 'main'])
})

test('a run is followed as it goes on, taken up where the stream broke, and its log is downloaded', async () => {
  const { body: made } = await admin('POST', '/api/v1/integrations', input('live'))
  const { pool } = served.service.ctx
  const { body: page } = await admin('GET', `/api/v1/integrations/${made.id}/runs`)
  const run = page.items[0]?.id ?? (await admin('POST', `/api/v1/integrations/${made.id}/runs`, {})).body.id
  const say = (message: string) =>
    pool.query(
      `insert into sluice.run_logs (run_id, attempt, at, level, message) values ($1, 1, now(), 'info', $2)`,
      [run, message],
    )
  await say('one')
  const follow = async (lastEventId: string) => {
    const response = await fetch(`${served.url}/api/v1/runs/${run}/events`, {
      headers: { cookie: await cookie(), 'last-event-id': lastEventId },
    })
    assert.equal(response.headers.get('content-type'), 'text/event-stream')
    return response
  }
  const broken = await follow('0')
  const reader = broken.body?.getReader() ?? assert.fail()
  let text = ''
  while (!text.includes('"message":"one"')) text += new TextDecoder().decode((await reader.read()).value)
  await reader.cancel()
  const last = [...text.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1] ?? assert.fail()
  await say('two')
  const rest = await follow(last)
  await pool.query(
    `update sluice.runs set status = 'succeeded', started_at = now(), ended_at = now() where id = $1`,
    [run],
  )
  const whole = await rest.text()
  assert.ok(!whole.includes('"message":"one"') && whole.includes('"message":"two"'), whole)
  assert.match(whole, /event: end\n/)
  const file = await admin('GET', `/api/v1/runs/${run}/logs.txt`)
  assert.match(file.headers.get('content-disposition') ?? '', /attachment; filename="run-/)
  assert.match(file.text, /info {2}#1 one\n.*info {2}#1 two\n/)
})

test('a verification is started once, told as it goes, cancelled, and in the audit log', async () => {
  const { body: made } = await admin('POST', '/api/v1/integrations', input('proven'))
  const path = `/api/v1/integrations/${made.id}/verifications`
  const wanted = { tables: ['customers'], repair: true, max_requests: 500 }
  const start = (key: string) => admin('POST', path, wanted, { 'idempotency-key': key })
  const early = await start('v0')
  assert.deepEqual([early.status, early.body.cure], [409, 'wait for its first run'])
  const { pool } = served.service.ctx
  await pool.query('update sluice.integrations set loaded_at = now() where id = $1', [made.id])
  const started = await start('v1')
  assert.equal(started.status, 201, started.text)
  assert.equal(started.headers.get('location'), `/api/v1/verifications/${started.body.id}`)
  assert.deepEqual([started.body.status, started.body.report], ['queued', null])
  assert.deepEqual((await start('v1')).body, started.body)
  assert.equal((await start('v2')).status, 409)
  const one = `/api/v1/verifications/${started.body.id}`
  const stream = await fetch(`${served.url}${one}/events`, { headers: { cookie: await cookie() } })
  const reader = stream.body?.getReader() ?? assert.fail()
  let told = ''
  while (!/event: verification\ndata: .*"queued"/.test(told)) {
    told += new TextDecoder().decode((await reader.read()).value)
  }
  assert.equal((await admin('POST', `${one}/cancel`)).body.status, 'cancelled')
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    told += new TextDecoder().decode(part.value)
  }
  assert.match(told, /event: end\ndata: .*"cancelled"/)
  const { body: list } = await admin('GET', path)
  assert.deepEqual([list.items.length, list.items[0].status, list.next], [1, 'cancelled', null])
  const { body: seen } = await admin('GET', `/api/v1/integrations/${made.id}`)
  assert.equal(seen.last_verification.id, started.body.id)
  const { body: log } = await admin('GET', '/api/v1/audit?action=verification.')
  assert.deepEqual(
    log.items.map((item: { action: string; details: unknown }) => [item.action, item.details]),
    [
      ['verification.cancel', {}],
      ['verification.start', wanted],
    ],
  )
  await admin('DELETE', `/api/v1/integrations/${made.id}`)
})

async function cookie(): Promise<string> {
  const { headers } = await served.nobody('POST', '/api/v1/session', {
    email: 'ada@sluice.example',
    password: 'correct horse battery',
  })
  return headers
    .getSetCookie()
    .map((one) => one.split(';', 1)[0])
    .join('; ')
}

test('the web app: hashed files for ever and compressed, its page for every path but those of the API', async () => {
  const { nobody } = served
  const script = await nobody('GET', '/assets/app-1a2b3c4d.js', undefined, { 'accept-encoding': 'identity' })
  assert.deepEqual(
    [script.text, script.headers.get('cache-control')],
    ['plain', 'public, max-age=31536000, immutable'],
  )
  const small = await fetch(`${served.url}/assets/app-1a2b3c4d.js`, {
    method: 'HEAD',
    headers: { 'accept-encoding': 'gzip, br' },
  })
  assert.equal(small.headers.get('content-encoding'), 'br')
  const accept = 'text/html,*/*'
  const page = await nobody('GET', '/integrations/x', undefined, { accept })
  assert.match(page.text, /<title>Sluice/)
  assert.equal(page.headers.get('cache-control'), 'no-cache')
  assert.match(
    page.headers.get('content-security-policy') ?? '',
    /script-src 'self';.*frame-ancestors 'none'/,
  )
  assert.equal(page.headers.get('x-content-type-options'), 'nosniff')
  assert.equal(page.headers.get('strict-transport-security'), null, 'not over plain HTTP')
  assert.equal((await nobody('GET', '/assets/gone-1a2b3c4d.js', undefined, { accept })).status, 404)
  assert.equal((await nobody('GET', '/..%2f..%2fetc/passwd', undefined, { accept })).text, page.text)
  assert.equal((await nobody('GET', '/api/v1/gone', undefined, { accept })).status, 401)
  const docs = await nobody('GET', '/api/docs')
  assert.match(docs.text, /<code>\/api\/v1\/integrations<\/code>/)
  assert.doesNotMatch(docs.text, /<script/)
})

test('health, readiness and figures; a line of JSON per request', async () => {
  assert.equal((await served.nobody('GET', '/healthz')).text, 'ok\n')
  assert.equal((await served.nobody('GET', '/readyz')).text, 'ok\n')
  assert.equal((await served.nobody('GET', '/metrics')).status, 401)
  const { body } = await admin('POST', '/api/v1/tokens', { name: 'prometheus' })
  const figures = await served.withToken(body.token)('GET', '/metrics')
  assert.match(figures.text, /^sluice_integration_rows_total\{integration="live"\} 0$/m)
  assert.match(figures.text, /^sluice_integration_runs\{integration="live",status="succeeded"\} 1$/m)
  assert.match(figures.text, /^sluice_queue_runs\{status="running"\} 0$/m)
  const [budget] = (await admin('GET', '/api/v1/system/read-budgets')).body.items
  assert.ok(budget.reads > 0, 'the check of a key is a read')
  assert.deepEqual([budget.integrations, budget.limit], [['live'], null])
  const system = await admin('GET', '/api/v1/system')
  assert.equal(system.body.queue.running, 0)
  assert.deepEqual(system.body.read_budgets, { accounts: 1, limited: 0, spent: 0, nearest: [] })
  const line = JSON.parse(requests.at(-1) ?? '')
  assert.deepEqual(
    [line.method, line.path, line.status, line.user],
    ['GET', '/api/v1/system', 200, 'ada@sluice.example'],
  )
  assert.ok(!requests.join('\n').includes('?'))
})

test('a port that is taken says so', async () => {
  const { port } = new URL(served.url)
  await assert.rejects(
    startServer({ ctx: served.service.ctx, host: '127.0.0.1', port: Number(port) }),
    (error: unknown) => error instanceof ConfigError && /is taken/.test(error.message),
  )
})

test('a text with a NUL, or half of a character, is refused before anything is done, wherever it stands', async () => {
  const email = 'whole@sluice.example'
  await served.nobody('POST', '/api/v1/session/sign-up', {
    email,
    name: 'x',
    password: 'correct horse battery',
  })
  const before = (await admin('GET', '/api/v1/destinations')).body.items.length
  const address = `duckdb:${served.service.folder}/whole.duckdb`
  for (const text of ['a\u0000', '\ud800', '\udc00a']) {
    for (const [method, path, body] of [
      ['POST', '/api/v1/destinations', { name: text, address }],
      ['POST', '/api/v1/destinations', { name: 'x', address, [text]: 1 }],
      ['POST', '/api/v1/query', { destination_id: crypto.randomUUID(), sql: text }],
      ['PATCH', '/api/v1/me', { name: text }],
    ] as const) {
      const answer = await admin(method, path, body)
      assert.deepEqual(
        [answer.status, answer.body.type],
        [400, 'urn:sluice:problem:bad-request'],
        answer.text,
      )
    }
  }
  for (const path of ['/api/v1/runs?q=a%00', '/api/v1/audit?action=%00', '/api/v1/integrations/%00']) {
    assert.equal((await admin('GET', path)).status, 400, path)
  }
  assert.equal((await admin('GET', '/api/v1/destinations')).body.items.length, before)
  assert.equal((await admin('POST', '/api/v1/destinations', { name: '\\u0000 🚰', address })).status, 201)
})

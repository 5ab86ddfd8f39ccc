/**
 * A service as an operator runs it, with secrets of every kind in use. Nothing that it keeps, says or answers has one in it:
 * the files of its database and their write-ahead log, what it logs, the answers of every question that only looks, what
 * the command line exports, and a backup. Large values are compressed in files: so every table is read as text, too.
 */
import assert from 'node:assert/strict'
import { chmodSync, globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { startSandbox } from '../../src/sandbox/server.ts'
import { openStore } from '../../src/store/open.ts'
import { folder, run, start } from '../cli/spawn.ts'

const secrets: Readonly<Record<string, string>> = {
  'the Stripe key': 'rk_test_scannedForEverywhere0123456789',
  'a key that is replaced': 'rk_test_wasThereUntilItWasReplaced99',
  'a key that is refused': 'rk_test_nobodyKnowsThisOneHere012345',
  'the password of a person': 'correct horse battery scanner',
  'the password of a warehouse': 'hunter2-scanned-for',
  'the address of a channel': 'T0SCANNED/B0SCANNED/xoxbScannedFor',
  'what Stripe signs with': 'whsec_scannedForEverywhere0123456789',
}

test('no secret is in the files of the store, its log, its answers, an export or a backup', async (context) => {
  const cwd = await folder(context)
  // PostgreSQL runs as nobody where the superuser runs this.
  chmodSync(cwd, 0o711)
  const sandbox = await startSandbox({ port: 0, scale: 60, rateLimit: 'off' })
  context.after(sandbox.close)
  const secret = (name: string) => secrets[name] ?? assert.fail(name)
  sandbox.revokeKey(secret('a key that is refused'))
  const serve = start(['serve', '--port', '0', '--data-dir', 'data'], { cwd })
  context.after(() => serve.kill('SIGKILL'))
  const [, url = ''] = await serve.seen(/sluice listens on (http:\S+)\n/)

  const said: string[] = []
  let cookie = ''
  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', origin: url, cookie },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    })
    const text = await response.text()
    said.push(`${method} ${path}: ${text} ${response.headers.get('location') ?? ''}`)
    return { response, text, json: () => JSON.parse(text) }
  }
  const made = async (path: string, body: unknown) => {
    const { response, text, json } = await ask('POST', `/api/v1/${path}`, body)
    assert.ok(response.ok, `${path}: ${text}`)
    return json()
  }
  const person = { email: 'ada@sluice.example', name: 'Ada', password: secret('the password of a person') }
  const signedUp = await ask('POST', '/api/v1/session/sign-up', person)
  cookie = signedUp.response.headers
    .getSetCookie()
    .map((one) => one.split(';', 1)[0])
    .join('; ')

  const warehouse = await made('destinations', { name: 'file', address: `duckdb:${cwd}/shop.duckdb` })
  const password = secret('the password of a warehouse')
  const far = { name: 'far', address: `postgres://sluice:${password}@127.0.0.1:1/shop` }
  const server = await made('destinations', far)
  await ask('POST', `/api/v1/destinations/${server.id}/test`)
  await ask('POST', '/api/v1/destinations/test', { address: far.address })
  const source = (key: string) => ({ kind: 'key', api_key: secret(key), api_base: sandbox.url })
  await ask('POST', '/api/v1/connectors/stripe/check', { source: source('a key that is refused') })
  const shop = (name: string, destination: string) => ({
    name,
    source: source('a key that is replaced'),
    destination_id: destination,
    selection: { tables: [{ name: 'customers' }] },
    schedule: { kind: 'manual' },
  })
  const one = await made('integrations', shop('shop', warehouse.id))
  const unreachable = await made('integrations', shop('unreachable', server.id))
  const edited = await ask('PATCH', `/api/v1/integrations/${one.id}`, { source: source('the Stripe key') })
  assert.equal(edited.response.status, 200, edited.text)
  const hook = await ask('PUT', `/api/v1/webhooks/${one.id}`, {
    signing_secret: secret('what Stripe signs with'),
  })
  assert.ok(hook.response.ok, hook.text)
  const slack = `http://127.0.0.1:1/services/${secret('the address of a channel')}`
  const channel = await made('alerts/channels', { kind: 'slack', name: 'ops', url: slack })
  await made('alerts/rules', { channel_id: channel.id, events: ['run_failed'] })
  await ask('POST', `/api/v1/alerts/channels/${channel.id}/test`)
  // What is shown once, to who asked for it, is a secret from then on.
  const token = (await made('tokens', { name: 'ci', scope: 'read' })).token
  const invitation = (await made('invitations', { email: 'eve@sluice.example', role: 'viewer' })).link
  said.splice(0, said.length, ...said.filter((text) => !/^POST .*(tokens|invitations)/.test(text)))

  const first = await made(`integrations/${one.id}/runs`, {})
  const failing = await made(`integrations/${unreachable.id}/runs`, {})
  const ended = async (id: string, far: (run: { status: string; error: unknown }) => boolean) => {
    for (let tries = 0; ; tries++) {
      const now = (await ask('GET', `/api/v1/runs/${id}`)).json()
      if (far(now)) return now
      assert.ok(tries < 300, JSON.stringify(now))
      await sleep(200)
    }
  }
  assert.equal((await ended(first.id, ({ status }) => /succeeded|failed/.test(status))).status, 'succeeded')
  await ended(failing.id, ({ error }) => error !== null)
  const proof = await made(`integrations/${one.id}/verifications`, { repair: true })

  const { paths } = (await ask('GET', '/api/v1/openapi.json')).json() as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>
  }
  const ids: Readonly<Record<string, readonly string[]>> = {
    destinations: [warehouse.id, server.id],
    runs: [first.id, failing.id],
    verifications: [proof.id],
    connectors: ['customers'],
  }
  const looked: string[] = []
  for (const [path, { get }] of Object.entries(paths)) {
    if (!get || /\/events$/.test(path)) continue
    const room = path.split('/')[3] ?? ''
    for (const id of path.includes('{') ? (ids[room] ?? [one.id, unreachable.id]) : ['']) {
      const asked = path.replace(/\{\w+\}/, id)
      const query = get.operationId === 'previewTable' ? '?table=customers' : ''
      await ask('GET', `${asked}${query}`)
    }
    looked.push(get.operationId)
  }
  assert.ok(looked.length > 30, `${looked.length}`)
  const metrics = await ask('GET', '/metrics')
  assert.match(metrics.text, /sluice_/)

  const exported = await run(['export', '--data-dir', 'data'], { cwd })
  const backup = await run(['backup', 'sluice.backup', '--data-dir', 'data'], { cwd })
  assert.deepEqual([exported.code, backup.code], [0, 0], exported.stderr + backup.stderr)
  // As the files are while it goes on: nothing is cleared away when it ends.
  const tables: string[] = []
  {
    await using store = await openStore({ dataDir: join(cwd, 'data'), migrate: false })
    await store.pool.query('checkpoint')
    const { rows } = await store.pool.query<{ name: string }>(
      `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p') and n.nspname in ('sluice', 'pgboss')`,
    )
    assert.ok(rows.some(({ name }) => name === 'sluice.secrets'))
    for (const { name } of rows) {
      const { rows: all } = await store.pool.query<{ text: string }>(`select t::text as text from ${name} t`)
      tables.push(...all.map(({ text }) => `${name}: ${text}`))
    }
  }
  const files = globSync('data/**/*', { cwd })
    .map((path) => join(cwd, path))
    .filter((path) => statSync(path).isFile())
  assert.ok(files.some((path) => path.includes('/pg_wal/')))
  const key = files.find((path) => path.endsWith('/master.key')) ?? assert.fail('no master key')
  const contents = files.filter((path) => path !== key).map((path) => ({ path, bytes: readFileSync(path) }))
  serve.kill('SIGTERM')
  const { stdout, stderr, code } = await serve.finished
  assert.equal(code, 0, stderr)
  const packed = readFileSync(join(cwd, 'sluice.backup'))

  const texts = [
    ...contents,
    { path: 'sluice.backup', bytes: packed[0] === 0x1f ? gunzipSync(packed) : packed },
    ...Object.entries({ stdout, stderr, export: exported.stdout + exported.stderr }).map(([path, text]) => ({
      path,
      bytes: Buffer.from(text),
    })),
    { path: 'the answers of the API', bytes: Buffer.from(said.join('\n')) },
    { path: 'the rows of the store', bytes: Buffer.from(tables.join('\n')) },
  ]
  const wanted = {
    ...secrets,
    'a token of the API': token as string,
    'a link that was sent': (invitation as string).split('invitation=')[1] ?? assert.fail(invitation),
    'the master key': readFileSync(key, 'utf8').trim(),
  }
  const found = Object.entries(wanted).flatMap(([name, text]) =>
    texts.flatMap(({ path, bytes }) => {
      // As it is, and as it would stand in a column of bytes that is read as text.
      const shapes = [
        text,
        Buffer.from(text).toString('hex'),
        Buffer.from(text).toString('base64').slice(0, -4),
      ]
      return shapes.some((shape) => bytes.includes(shape)) ? [`${name} is in ${path.replace(cwd, '')}`] : []
    }),
  )
  assert.deepEqual(found, [])
  // It would have been found: what is no secret is.
  const isKnown = (path: RegExp) =>
    texts.some((one) => path.test(one.path) && one.bytes.includes('ada@sluice.example'))
  for (const path of [/\/pg_wal\//, /\/base\//, /backup$/, /rows/, /answers/])
    assert.ok(isKnown(path), `${path}`)
})

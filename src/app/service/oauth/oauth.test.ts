/** Accounts that are connected on Stripe's pages: over HTTP, with tokens that end and are replaced. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { stopDatabases } from '../../../../test/support/databases.ts'
import { type Service, startService } from '../../../../test/support/service.ts'
import { ConfigError } from '../../../core/errors.ts'
import { startServer } from '../../../server/start.ts'
import { startWorker, type Worker } from '../../../worker/worker.ts'
import { applyConfig } from '../config/apply.ts'
import { exportConfig } from '../config/export.ts'
import type { ServiceContext } from '../context.ts'
import { createDestination } from '../destinations.ts'
import { FieldError } from '../errors.ts'
import { createIntegration, deleteIntegration, editIntegration, getIntegration } from '../integrations.ts'
import { integrationInput } from '../resources/integration.ts'
import { runInput } from '../resources/run.ts'
import { getRun, startRun } from '../runs/runs.ts'
import { bearerOf } from './tokens.ts'

let later = 0
let service: Service
let server: Awaited<ReturnType<typeof startServer>>
let worker: Worker
let cookie: string
before(async () => {
  service = await startService({ clock: () => Date.now() + later })
  server = await startServer({ ctx: service.ctx, host: '127.0.0.1', port: 0 })
  worker = await startWorker(service.ctx, { name: 'tester', concurrency: 2 })
  const person = { email: 'ada@sluice.example', name: 'Ada', password: 'correct horse battery' }
  cookie = cookieOf(await send('POST', '/api/v1/session/sign-up', person))
})
after(async () => {
  await worker.stop(5_000)
  await server[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
  await stopDatabases()
})

const send = (method: string, path: string, body?: unknown, as = '') =>
  fetch(new URL(path, server.url), {
    method,
    redirect: 'manual',
    headers: { 'content-type': 'application/json', origin: server.url, cookie: as },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((one) => one.split(';', 1)[0])
    .join('; ')

/** Where Stripe's page sends the person. */
async function approved(as = cookie): Promise<string> {
  const { url } = (await (await send('POST', '/api/v1/oauth/start', {}, as)).json()) as { url: string }
  const page = await fetch(url, { redirect: 'manual' })
  return page.headers.get('location') ?? assert.fail(`${page.status}`)
}

/** What the way back leads on to. */
async function cameBack(to: string, as = cookie): Promise<URLSearchParams> {
  const response = await send('GET', to, undefined, as)
  assert.equal(response.status, 303)
  const on = new URL(response.headers.get('location') ?? '', server.url)
  assert.equal(on.pathname, '/integrations/new')
  return on.searchParams
}

async function connected() {
  return (await cameBack(await approved())).get('grant') ?? assert.fail('not connected')
}

let made = 0
async function integration(grant: string) {
  const name = `granted${++made}`
  const address = `duckdb:${service.folder}/${name}.duckdb`
  const { id } = await createDestination(service.ctx, { name, address })
  return createIntegration(
    service.ctx,
    integrationInput.parse({
      name,
      source: { kind: 'oauth', grant_id: grant },
      destination_id: id,
      selection: { tables: [{ name: 'customers' }] },
      schedule: { kind: 'manual' },
    }),
  )
}

async function run(id: string) {
  const started = await startRun(service.ctx, id, runInput.parse({}))
  for (;;) {
    const now = await getRun(service.ctx, started.id)
    if (now.ended_at !== null) return now
    await sleep(20)
  }
}

const secretsOf = async (id: string) =>
  (
    await service.ctx.pool.query<{ source_secret: string }>(
      'select source_secret from sluice.integrations where id = $1',
      [id],
    )
  ).rows[0]?.source_secret ?? assert.fail()

/** Moves the clocks of both sides. */
function pass(ms: number) {
  later += ms
  service.sandbox.advance(ms / 1000)
}

test('an account is connected, read, and shown without its tokens', async () => {
  const grant = await connected()
  const one = await integration(grant)
  assert.deepEqual([one.source.kind, one.source.key_last4], ['oauth', null])
  assert.equal(one.account.id, service.sandbox.account.id)
  const done = await run(one.id)
  assert.equal(done.status, 'succeeded', JSON.stringify(done.error))
  assert.deepEqual(await service.differences(one, ['customers']), [])
  await assert.rejects(integration(grant), FieldError, 'it is good once')
  const { rows } = await service.ctx.pool.query<{ text: string }>(
    'select i::text as text from sluice.integrations i union all select g::text from sluice.oauth_grants g',
  )
  for (const { text } of rows) assert.doesNotMatch(text, /sk_test_oauth|rt_/)
  assert.ok(!service.logged.some((line) => /sk_test_oauth[0-9a-f]|rt_[0-9a-f]/.test(line)))
})

test('an export says that it is connected; applied, it stays so, and elsewhere a person is needed', async () => {
  const one = await integration(await connected())
  await editIntegration(service.ctx, one.id, { source: { kind: 'oauth', rate_percent: 40 } })
  const secret = await secretsOf(one.id)
  const { text, variables } = await exportConfig(service.ctx)
  assert.deepEqual(variables, [])
  assert.match(text, new RegExp(`${one.name}:[^]*?source:\\n +kind: oauth\\n +rate_percent: 40\\n`))
  const apply = (ctx: ServiceContext, file: string) =>
    applyConfig(ctx, {
      text: file,
      name: 'export',
      references: { env: {}, folder: service.folder, inline: false },
      prune: false,
      dryRun: false,
    })
  assert.ok((await apply(service.ctx, text)).every(({ action }) => action === 'none'))
  const steps = await apply(service.ctx, text.replace('rate_percent: 40', 'rate_percent: 50'))
  assert.deepEqual(
    steps.filter(({ action }) => action !== 'none').map(({ name, changes }) => [name, changes]),
    [[one.name, [{ field: 'source.rate_percent', before: '40', after: '50' }]]],
  )
  assert.equal(await secretsOf(one.id), secret)
  assert.equal((await run(one.id)).status, 'succeeded')

  await using other = await startService()
  await assert.rejects(
    apply(other.ctx, text),
    (error) => error instanceof ConfigError && /no file connects an account.*web app/.test(error.message),
  )
})

test('a way back is taken once, from the session that was sent, and in time', async () => {
  const invited = await (
    await send('POST', '/api/v1/invitations', { email: 'eve@sluice.example', role: 'editor' }, cookie)
  ).json()
  const { link } = invited as { link: string }
  const invitation = new URL(link, server.url).searchParams.get('invitation')
  const eve = cookieOf(
    await send('POST', '/api/v1/session/sign-up', {
      email: 'eve@sluice.example',
      name: 'Eve',
      password: 'another horse battery',
      invitation,
    }),
  )
  const way = await approved()
  assert.match((await cameBack(way, eve)).get('problem') ?? '', /not yours/)
  assert.match((await cameBack(way, '')).get('problem') ?? '', /Sign in/)
  assert.ok((await cameBack(way)).get('grant'))
  assert.match((await cameBack(way)).get('problem') ?? '', /taken before/)
  const forged = new URL(await approved())
  forged.searchParams.set('state', 'guessed')
  assert.match((await cameBack(forged.href)).get('problem') ?? '', /not yours/)
  const refused = new URL(await approved())
  refused.searchParams.delete('code')
  refused.searchParams.set('error', 'access_denied')
  assert.match((await cameBack(refused.href)).get('problem') ?? '', /access_denied/)
  const late = await approved()
  pass(31 * 60_000)
  assert.match((await cameBack(late)).get('problem') ?? '', /took too long/)
})

test('a token that ends is replaced before a run and in the midst of one; of many who need it one asks', async () => {
  const one = await integration(await connected())
  const secret = await secretsOf(one.id)
  const stored = async () => service.ctx.vault.get(service.ctx.pool, secret)
  const first = await stored()
  pass(2 * 3_600_000)
  const bearers = Array.from({ length: 8 }, () => bearerOf(service.ctx, secret))
  const given = new Set(await Promise.all(bearers.map((bearer) => bearer())))
  assert.equal(given.size, 1)
  const second = await stored()
  assert.notEqual(second, first)
  assert.ok(second.includes([...given][0] ?? 'none'), 'what is used is written down')
  // The time passes while the run waits for an answer of its first request.
  service.sandbox.setFaults('hold@/v1/customers:times=1')
  const running = run(one.id)
  while (service.sandbox.held() === 0) await sleep(20)
  pass(2 * 3_600_000)
  service.sandbox.setFaults('')
  const done = await running
  assert.equal(done.status, 'succeeded', JSON.stringify(done.error))
  assert.deepEqual(await service.differences(one, ['customers']), [])
  pass(2 * 3_600_000)
  assert.equal((await run(one.id)).status, 'succeeded')
})

test('a process that dies between the answer and the store finds the same tokens again', async () => {
  const one = await integration(await connected())
  const secret = await secretsOf(one.id)
  const before = await service.ctx.vault.get(service.ctx.pool, secret)
  pass(2 * 3_600_000)
  const token = await bearerOf(service.ctx, secret)()
  await service.ctx.vault.replace(service.ctx.pool, secret, before)
  assert.equal(await bearerOf(service.ctx, secret)(), token)
})

test('what the person takes back fails at once and says what to do; connected again, it carries on', async () => {
  const one = await integration(await connected())
  assert.equal((await run(one.id)).status, 'succeeded')
  service.sandbox.revokeGrants()
  const failed = await run(one.id)
  assert.equal(failed.status, 'failed')
  assert.match(failed.error?.message ?? '', /no longer lets Sluice read/)
  assert.match(failed.error?.cure ?? '', /connect the account again/)
  pass(2 * 3_600_000)
  await assert.rejects(bearerOf(service.ctx, await secretsOf(one.id))(), ConfigError)
  const source = { kind: 'oauth', grant_id: await connected() } as const
  await editIntegration(service.ctx, one.id, { source })
  assert.equal((await run(one.id)).status, 'succeeded')
  await editIntegration(service.ctx, one.id, { source: { kind: 'oauth', rate_percent: 50 } })
  assert.equal((await getIntegration(service.ctx, one.id)).source.rate_percent, 50)
  assert.equal((await run(one.id)).status, 'succeeded', 'it stays connected')
  const key = { kind: 'key', api_base: service.sandbox.url } as const
  await assert.rejects(editIntegration(service.ctx, one.id, { source: key }), /a key is needed/)
  await deleteIntegration(service.ctx, one.id)
})

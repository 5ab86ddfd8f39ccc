import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { stopDatabases } from '../../../../test/support/databases.ts'
import { differing } from '../../../../test/support/equal.ts'
import { type Service, startService } from '../../../../test/support/service.ts'
import { ConfigError } from '../../../core/errors.ts'
import { startServer } from '../../../server/start.ts'
import { startWorker, type Worker } from '../../../worker/worker.ts'
import { ConflictError, NotFoundError } from '../errors.ts'
import { activateIntegration, deleteIntegration, pauseIntegration } from '../integrations.ts'
import { listAudit } from '../people/audit.ts'
import { auditQuery } from '../resources/audit.ts'
import type { Integration } from '../resources/integration.ts'
import { runInput, runQuery } from '../resources/run.ts'
import { webhook, webhookInput } from '../resources/webhook.ts'
import { getRun, listRuns, startRun } from '../runs/runs.ts'
import { signature, tolerance } from '../signature.ts'
import { createWebhookEndpoint, removeWebhook } from './endpoint.ts'
import { startWanted } from './receive.ts'
import { getWebhook, setWebhook, type WebhookContext } from './webhooks.ts'

const secret = 'whsec_thisIsOnlyForTheTests'

let service: Service
let server: Awaited<ReturnType<typeof startServer>>
let ctx: WebhookContext
before(async () => {
  service = await startService()
  server = await startServer({ ctx: service.ctx, host: '127.0.0.1', port: 0 })
  ctx = { service: service.ctx, url: () => server.url }
})
after(async () => {
  await server[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
  await stopDatabases()
})

const runsOf = async ({ id }: Integration) =>
  (await listRuns(service.ctx, runQuery.parse({ integration_id: id }))).items
const webhookRuns = async (one: Integration) =>
  (await runsOf(one)).filter(({ trigger }) => trigger === 'webhook')

async function post(url: string, headers: Readonly<Record<string, string>>, body = '{"id":"evt_1"}') {
  const response = await fetch(url, { method: 'POST', body, headers })
  return { status: response.status, text: await response.text() }
}

const signed = (body: string, seconds = Math.floor(Date.now() / 1000), by = secret) => ({
  'stripe-signature': signature(by, body, seconds),
})

test('only what is signed with the secret, and lately, starts a run; many calls start one', async () => {
  const shop = await service.integration()
  const asked = await getWebhook(ctx, shop.id)
  assert.deepEqual(webhook.parse(asked), asked)
  const { url } = asked
  const body = '{"id":"evt_1"}'
  assert.equal((await post(url, signed(body))).status, 404, 'no secret is known yet')
  assert.equal((await post(`${server.url}/hooks/stripe/no-id`, signed(body))).status, 404)
  assert.equal((await setWebhook(ctx, shop.id, { signing_secret: secret })).enabled, true)

  const now = Math.floor(Date.now() / 1000)
  for (const headers of [
    {},
    { 'stripe-signature': 'nonsense' },
    signed(body, now, 'whsec_another'),
    signed(`${body} `),
    signed(body, now - tolerance - 5),
  ]) {
    const { status, text } = await post(url, headers)
    assert.equal(status, 400, text)
    assert.doesNotMatch(text, /whsec_this/)
  }
  assert.equal(await startWanted(service.ctx), 0)
  assert.equal((await getWebhook(ctx, shop.id)).called_at, null)

  const calls = Array.from({ length: 20 }, () => post(url, signed(body)))
  assert.deepEqual(new Set((await Promise.all(calls)).map(({ status }) => status)), new Set([200]))
  const started = await Promise.all([1, 2, 3].map(() => startWanted(service.ctx)))
  assert.equal(
    started.reduce((sum, one) => sum + one, 0),
    1,
  )
  await post(url, signed(body))
  assert.equal(await startWanted(service.ctx), 0, 'one is queued, and will see it')
  assert.equal((await webhookRuns(shop)).length, 1)
  assert.ok((await getWebhook(ctx, shop.id)).called_at)
})

test('a paused integration ignores calls; a secret is replaced, and erased with the integration', async () => {
  const shop = await service.integration()
  const { url } = await setWebhook(ctx, shop.id, { signing_secret: secret })
  const secrets = async () =>
    (await service.ctx.pool.query<{ n: number }>('select count(*) as n from sluice.secrets')).rows[0]?.n ?? 0
  const before = await secrets()
  await setWebhook(ctx, shop.id, { signing_secret: 'whsec_theNextOne' })
  assert.equal(await secrets(), before)
  assert.equal((await post(url, signed('x'), 'x')).status, 400)
  const next = (body: string) => signed(body, undefined, 'whsec_theNextOne')
  await pauseIntegration(service.ctx, shop.id)
  assert.equal((await post(url, next('x'), 'x')).status, 200)
  await activateIntegration(service.ctx, shop.id)
  assert.equal(await startWanted(service.ctx), 0)
  await removeWebhook(ctx, shop.id)
  assert.equal(await secrets(), before - 1)
  assert.equal((await post(url, next('x'), 'x')).status, 404)
  await setWebhook(ctx, shop.id, { signing_secret: secret })
  await deleteIntegration(service.ctx, shop.id)
  assert.equal((await post(url, signed('x'), 'x')).status, 404)
  await assert.rejects(getWebhook(ctx, shop.id), NotFoundError)
  assert.ok(!webhookInput.safeParse({ signing_secret: 'sk_test_1' }).success)
})

test('a change is in the warehouse within seconds, by what the sandbox calls; a burst is one run and at most one more', async () => {
  const shop = await service.integration()
  const work = () => startWorker(service.ctx, { name: 'tester', concurrency: 1 })
  let worker: Worker = await work()
  try {
    const first = await startRun(service.ctx, shop.id, runInput.parse({}))
    while ((await getRun(service.ctx, first.id)).ended_at === null) await sleep(50)
    const { url } = await setWebhook(ctx, shop.id, { signing_secret: secret })
    service.sandbox.setWebhook(url, secret)
    // The first run that comes of it begins when all has been made.
    await worker.stop(5_000)
    for (let n = 0; n < 30; n++) {
      await service.sandbox.create('customers', { id: `cus_burst${n}`, name: `Burst ${n}` })
    }
    worker = await work()
    const differences = () =>
      differing(
        service.sandbox,
        {
          address: `duckdb:${service.folder}/${shop.name}.duckdb`,
          integration: shop.name,
          workDir: `${service.ctx.workDir}/${shop.id}`,
        },
        ['customers'],
      )
    while ((await webhookRuns(shop)).every(({ ended_at }) => ended_at === null)) {
      await sleep(50)
    }
    service.sandbox.setWebhook(url, undefined)
    const [run] = await webhookRuns(shop)
    assert.equal(run?.status, 'succeeded')
    while ((await webhookRuns(shop)).some(({ ended_at }) => ended_at === null)) await sleep(50)
    assert.ok((await webhookRuns(shop)).length <= 2)
    assert.deepEqual(await differences(), [])
  } finally {
    await worker.stop(5_000)
  }
})

test('the service makes the endpoint in Stripe with its key, and removes it there with the webhook or the integration', async () => {
  const { sandbox } = service
  const shop = await service.integration()
  const { store } = sandbox.account
  const inStripe = async () =>
    (await store.page('webhook_endpoints', { limit: 100 })).objects.flatMap(({ id, url }) =>
      url === asked.url ? [id] : [],
    )
  const asked = await getWebhook(ctx, shop.id)
  const made = await createWebhookEndpoint(ctx, shop.id)
  assert.deepEqual([made.enabled, await inStripe()], [true, [made.endpoint_id]])
  await sandbox.create('customers', { name: 'tells' })
  while ((await getWebhook(ctx, shop.id)).called_at === null) await sleep(20)
  await assert.rejects(setWebhook(ctx, shop.id, { signing_secret: secret }), ConflictError)
  // Again, as when it was removed in Stripe: one is left, the new one.
  const again = await createWebhookEndpoint(ctx, shop.id)
  assert.notEqual(again.endpoint_id, made.endpoint_id)
  assert.deepEqual(await inStripe(), [again.endpoint_id])
  await removeWebhook(ctx, shop.id)
  assert.deepEqual(await inStripe(), [])
  assert.equal((await getWebhook(ctx, shop.id)).enabled, false)
  await createWebhookEndpoint(ctx, shop.id)
  await deleteIntegration(service.ctx, shop.id)
  assert.deepEqual(await inStripe(), [])
})

test("a key that may not is told which permission it lacks; what is left in Stripe is told, and in nobody's way", async () => {
  const { sandbox } = service
  const key = 'rk_test_mayOnlyReadAndNotWrite0123456789'
  sandbox.setKey(key, { permissions: ['customer_read', 'product_read', 'webhook_read'] })
  const shop = await service.integration({ source: { kind: 'key', api_key: key, api_base: sandbox.url } })
  await assert.rejects(createWebhookEndpoint(ctx, shop.id), (error) => {
    assert.ok(error instanceof ConfigError, String(error))
    assert.match(error.message, /lacks the permission webhook_write/)
    assert.match(error.cure ?? '', /enter its signing secret/)
    return true
  })
  assert.equal((await getWebhook(ctx, shop.id)).enabled, false)
  sandbox.setKey(key, { permissions: ['customer_read', 'product_read', 'webhook_write'] })
  const { endpoint_id } = await createWebhookEndpoint(ctx, shop.id)
  sandbox.revokeKey(key)
  await deleteIntegration(service.ctx, shop.id)
  const { items } = await listAudit(service.ctx, auditQuery.parse({ object_id: shop.id }))
  assert.equal(items[0]?.action, 'webhook.left_in_stripe')
  assert.equal(items[0]?.details.endpoint, endpoint_id)
})

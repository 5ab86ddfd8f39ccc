/** What waits, and what goes on: a run that waits for its turn, why an integration is pending, how far a verification is. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { runInput } from '../../src/app/service/resources/run.ts'
import { startRun } from '../../src/app/service/runs/runs.ts'
import { sandboxKey } from '../support/service.ts'
import { type App, startApp } from './support/app.ts'
import { pictureFolder, seen } from './support/looks.ts'
import { atRun, endedRun, integrationThatRan } from './support/ran.ts'

const pictures = pictureFolder()
let app: App
before(async () => {
  app = await startApp()
  Object.assign(app.served.service.ctx.timing, { settle: 50 })
  await app.signUp()
})
after(() => app[Symbol.asyncDispose]())

test('a run that waits for others of its account says so, and so does its integration', async () => {
  const { service } = app.served
  const { ctx, sandbox } = service
  sandbox.setFaults('hold@/v1/customers:times=all')
  const runs: string[] = []
  const ids: string[] = []
  for (let made = 0; made < 3; made++) {
    const { id } = await service.integration()
    ids.push(id)
    runs.push((await startRun(ctx, id, runInput.parse({}))).id)
    // One after the other: of the two that go on no page says that they are queued.
    while (sandbox.held() < Math.min(made + 1, 2)) await sleep(50)
  }
  const [, , last = ''] = runs
  const page = await app.open()
  await page.getByText('its first run is queued').waitFor()
  await page.goto(`${app.url}/integrations/${ids[2]}`)
  await page.getByText('its first run is queued').waitFor()
  await page.getByRole('link', { name: 'Queued' }).waitFor()
  await page.goto(`${app.url}/runs/${last}`)
  await page.getByText('It waits until another run of the account has ended').waitFor()
  await page.getByText('Its tables stand here as soon as it begins').waitFor()
  assert.deepEqual(await seen(page, pictures, 'run-waits'), [])
  sandbox.setFaults('')
  await page.goto(`${app.url}/runs/${last}`)
  await page.getByText('Succeeded').waitFor()
  for (const id of ids) await endedRun(ctx, id)
  await page.context().close()
})

test('an integration whose first run failed stays pending, with the reason and the cure (19)', async () => {
  const { service } = app.served
  const { id } = await service.integration()
  service.sandbox.revokeKey(sandboxKey)
  await startRun(service.ctx, id, runInput.parse({}))
  await endedRun(service.ctx, id)
  const page = await app.open(`/integrations/${id}`)
  await page.getByText(/^its last run failed: /).waitFor()
  await page.getByText('Pending', { exact: true }).waitFor()
  assert.deepEqual(await seen(page, pictures, 'pending-failed'), [])
  service.sandbox.setKey(sandboxKey, { permissions: 'all' })
  await page.getByRole('button', { name: 'Run now' }).click()
  await atRun(page)
  await page.getByText('Succeeded').waitFor()
  await page.goto(`${app.url}/integrations/${id}`)
  await page.getByText('Active', { exact: true }).waitFor()
  await page.context().close()
})

test('a verification that goes on shows how far it is, table by table', async () => {
  const [id] = await integrationThatRan(app)
  const { sandbox } = app.served.service
  const page = await app.open(`/integrations/${id}/verify`)
  sandbox.setFaults('hold@/v1/products:times=all')
  await page.getByRole('button', { name: 'New verification' }).click()
  await page.getByRole('button', { name: 'Verify', exact: true }).click()
  const going = page.getByRole('table', { name: 'Tables being compared' })
  await going.getByRole('progressbar', { name: 'customers: 100%' }).waitFor()
  assert.deepEqual(await seen(page, pictures, 'verify-going'), [])
  await page.getByRole('link', { name: 'Overview' }).click()
  await page.getByRole('link', { name: 'See how far it is' }).waitFor()
  assert.deepEqual(await seen(page, pictures, 'overview-verifying'), [])
  await page.getByRole('link', { name: 'See how far it is' }).click()
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByText('It was stopped before its end').waitFor()
  sandbox.setFaults('')
  await page.context().close()
})

/** An account that is connected on Stripe's own page, without a key, and a webhook that the service makes there. */
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { Page } from 'playwright-core'
import { listIntegrations } from '../../src/app/service/integrations.ts'
import { integrationQuery } from '../../src/app/service/resources/integration.ts'
import { runInput } from '../../src/app/service/resources/run.ts'
import { getRun, startRun } from '../../src/app/service/runs/runs.ts'
import { type App, startApp } from './support/app.ts'
import { endedRun } from './support/ran.ts'
import { story } from './support/story.ts'
import { addWarehouse, atStep, go, nameIt, onlyTable } from './support/wizard.ts'

let app: App
let page: Page
const step = story()
before(async () => {
  app = await startApp()
  await app.signUp()
  page = await app.open('/integrations/new')
})
after(() => app[Symbol.asyncDispose]())

step(
  'the way leads over Stripe and back into the wizard, where nothing that was entered is lost',
  async () => {
    await nameIt(page, 'granted')
    await page.getByRole('button', { name: 'Connect with Stripe' }).click()
    await page.getByText(/tables can be read/).waitFor()
    await page.getByText(app.served.service.sandbox.account.id).waitFor()
    assert.equal(new URL(page.url()).searchParams.get('grant'), null)
    await go(page)
    await atStep(page, 'Warehouse')
    await addWarehouse(page, `duckdb:${app.served.service.folder}/granted.duckdb`)
    await onlyTable(page, 'customers')
    await page.getByRole('button', { name: 'Create the integration' }).click()
    await page.getByRole('heading', { level: 1, name: 'granted' }).waitFor()
    const { ctx } = app.served.service
    const [made] = (await listIntegrations(ctx, integrationQuery.parse({}))).items
    assert.equal(made?.source.kind, 'oauth')
    assert.equal((await getRun(ctx, await endedRun(ctx, made.id))).status, 'succeeded')
  },
)

step('an account that is connected no more is connected again in the settings, and carries on', async () => {
  const { ctx, sandbox } = app.served.service
  const [made] = (await listIntegrations(ctx, integrationQuery.parse({}))).items
  const id = made?.id ?? assert.fail('it is not there')
  const before = await secretOf(id)
  await page.goto(`${app.served.url}/integrations/${id}/settings`)
  await page.getByText(sandbox.account.id).first().waitFor()
  await page.getByRole('button', { name: 'Connect again' }).click()
  await page.getByText('Connected; the next run reads with it').waitFor()
  await page.waitForURL((url) => url.pathname.endsWith('/settings') && !url.searchParams.has('grant'))
  assert.notEqual(await secretOf(id), before)
  await startRun(ctx, id, runInput.parse({}))
  assert.equal((await getRun(ctx, await endedRun(ctx, id))).status, 'succeeded')
})

async function secretOf(id: string): Promise<string> {
  const { rows } = await app.served.service.ctx.pool.query<{ source_secret: string }>(
    'select source_secret from sluice.integrations where id = $1',
    [id],
  )
  return rows[0]?.source_secret ?? assert.fail('it has no secret')
}

step('in the settings the service makes its endpoint in Stripe, and removes it again', async () => {
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Make the endpoint in Stripe' }).click()
  await page.getByText('Stripe last called').waitFor()
  await page.getByRole('button', { name: 'Turn off' }).click()
  await page.getByRole('button', { name: 'Make the endpoint in Stripe' }).waitFor()
})

step('what went wrong on the way is told, with what to do', async () => {
  await page.goto(`${app.served.url}/oauth/stripe?state=guessed&code=ac_1`)
  // The name comes first in a wizard that was not begun.
  await page.waitForURL(/integrations\/new/)
  await nameIt(page, 'other')
  await page.goto(`${app.served.url}/oauth/stripe?state=guessed&code=ac_1`)
  await page.getByText('connect the account again, from here').waitFor()
})

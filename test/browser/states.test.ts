/** Pages when there is much, nothing, or no line to the service; and the wizard after a reload in the middle of each step. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { getIntegration } from '../../src/app/service/integrations.ts'
import { type App, startApp } from './support/app.ts'
import { atRun, endedRun, integrationThatRan } from './support/ran.ts'
import { atStep, go, nameIt } from './support/wizard.ts'

let app: App
let page: Page
before(async () => {
  app = await startApp()
  await app.signUp()
  page = await app.open()
})
after(() => app[Symbol.asyncDispose]())

test('every page says what would stand there while there is nothing', async () => {
  for (const [path, text] of [
    ['/', 'Nothing is replicated yet'],
    ['/warehouses', 'No warehouse yet'],
    ['/alerts', 'Nobody is told of anything yet'],
    ['/tokens', 'No token yet'],
  ] as const) {
    await page.goto(app.url + path)
    await page.getByText(text).first().waitFor()
  }
})

test('what is not there is told, with a way back', async () => {
  await page.goto(`${app.url}/integrations/00000000-0000-4000-8000-000000000000`)
  await page
    .getByRole('alert')
    .getByText(/no such integration/i)
    .waitFor()
  await page.getByRole('alert').getByRole('button', { name: 'Try again' }).waitFor()
  await page.goto(`${app.url}/nowhere`)
  await page.getByRole('link', { name: 'To the integrations' }).click()
  await page.getByRole('heading', { level: 1, name: 'Integrations' }).waitFor()
})

test('offline, pages say so and keep what they show; what is done is sent when the line is back', async () => {
  const [id] = await integrationThatRan(app)
  // A part of the page is still on its way when the line goes.
  const part = /\/assets\/age-chart-/
  const asked = page.waitForRequest(part)
  const gone = Promise.withResolvers<void>()
  await page.route(part, (route) => gone.promise.then(() => route.abort('internetdisconnected')))
  await page.goto(`${app.url}/integrations/${id}`)
  await page.getByRole('button', { name: 'Run now' }).waitFor()
  await asked
  const { ctx } = app.served.service
  const before = (await getIntegration(ctx, id)).last_run?.id
  await page.context().setOffline(true)
  await page.getByText('You are offline').waitFor()
  gone.resolve()
  await page.getByRole('heading', { level: 1, name: 'shop1' }).waitFor()
  await page.getByRole('button', { name: 'Run now' }).click()
  await page.waitForTimeout(500)
  assert.equal((await getIntegration(ctx, id)).last_run?.id, before)
  await page.unroute(part)
  await page.context().setOffline(false)
  await atRun(page)
  await page.getByText('You are offline').waitFor({ state: 'detached' })
  await page.getByText('Succeeded').waitFor()
  assert.notEqual(await endedRun(ctx, id), before)
})

test("of ten thousand integrations a page is drawn at a time; search, order and filter are the service's", async () => {
  const { pool } = app.served.service.ctx
  await pool.query(
    `insert into sluice.integrations (id, name, description, status, destination_id, source, account_id, account_name, livemode, selection,
       schedule, rows_total, created_at, updated_at)
     select gen_random_uuid(), 'many_' || lpad(n::text, 5, '0'), '', case when n % 10 = 0 then 'paused' else 'active' end, d.id,
       '{"kind": "demo"}', 'acct_' || n, 'Shop ' || n, false, '{"tables": [{"name": "customers", "mode": "incremental"}]}',
       '{"kind": "manual"}', n, now(), now()
     from generate_series(1, 10000) n, (select id from sluice.destinations limit 1) d`,
  )
  await page.goto(app.url)
  await page.getByText('10,001 integrations').waitFor()
  const rows = page.getByRole('table', { name: 'My integrations' }).getByRole('row')
  assert.ok((await rows.count()) <= 200, `${await rows.count()} rows are drawn at first`)
  await page.getByRole('row', { name: /many_00001/ }).waitFor()
  await page.getByRole('button', { name: 'Rows', exact: true }).click()
  await page.getByRole('button', { name: 'Rows', exact: true }).click()
  await rows.nth(1).getByText('many_10000').waitFor()
  await page.getByLabel('Search integrations').fill('Shop 4242')
  await page.getByText('1 of 10,001').waitFor()
  await page.getByRole('row', { name: /many_04242/ }).waitFor()
  await page.getByLabel('Search integrations').fill('')
  await page.getByRole('combobox', { name: 'Filter by state' }).click()
  await page.getByRole('option', { name: 'Paused' }).click()
  await page.getByText('1,000 of 10,001').waitFor()
  // The end comes into view: more come, without a gap.
  await page.mouse.move(600, 500)
  const more = page.getByRole('row', { name: /many_09300/ })
  while ((await more.count()) === 0) {
    await page.mouse.wheel(0, 4_000)
    await page.waitForTimeout(100)
  }
  await pool.query(`delete from sluice.integrations where name like 'many_%'`)
})

test('a reload in the middle of each step of the wizard restores it', async () => {
  await page.goto(`${app.url}/integrations/new`)
  const reloaded = async (title: string) => {
    page.once('dialog', (dialog) => void dialog.accept())
    await page.reload()
    await atStep(page, title)
  }
  await page.getByLabel('Integration name').fill('again')
  await page.getByRole('textbox', { name: 'Description' }).fill('half')
  await reloaded('Name and schedule')
  assert.equal(await page.getByRole('textbox', { name: 'Description' }).inputValue(), 'half')
  await nameIt(page, 'again')
  await page.getByRole('button', { name: 'The demo account' }).click()
  await page.getByText(/tables can be read/).waitFor()
  await reloaded('Authorise Stripe')
  await page.getByText(/tables can be read/).waitFor()
  await go(page)
  await atStep(page, 'Warehouse')
  await page.getByRole('radio').first().check()
  await reloaded('Warehouse')
  assert.equal(await page.getByRole('radio').first().isChecked(), true)
  await page.getByText('It works').waitFor()
  await go(page)
  await atStep(page, 'Tables')
  await page.getByRole('checkbox', { name: 'coupons', exact: true }).uncheck()
  await reloaded('Tables')
  assert.equal(await page.getByRole('checkbox', { name: 'coupons', exact: true }).isChecked(), false)
  assert.equal(await page.getByRole('checkbox', { name: 'invoices', exact: true }).isChecked(), true)
  await go(page)
  await atStep(page, 'Fields')
  await page
    .getByRole('navigation', { name: 'Chosen tables' })
    .getByText('customers', { exact: true })
    .click()
  await page.getByLabel('Search fields of customers').fill('email')
  await page.getByRole('checkbox', { name: 'Hash email', exact: true }).check()
  await reloaded('Fields')
  await page
    .getByRole('navigation', { name: 'Chosen tables' })
    .getByText('customers', { exact: true })
    .click()
  await page.getByLabel('Search fields of customers').fill('email')
  assert.equal(await page.getByRole('checkbox', { name: 'Hash email', exact: true }).isChecked(), true)
  await go(page)
  await atStep(page, 'Review')
  await reloaded('Review')
  await page.getByText('1 as hashes').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Create the integration' }).isEnabled(), true)
})

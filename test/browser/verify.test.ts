/** Verifications in the browser: started, followed, read, repaired; and what a viewer is offered. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import type { Page } from 'playwright-core'
import { getIntegration } from '../../src/app/service/integrations.ts'
import { type App, startApp } from './support/app.ts'
import { looked, looks, pictureFolder } from './support/looks.ts'
import { integrationThatRan } from './support/ran.ts'
import { story } from './support/story.ts'

const pictures = pictureFolder()
let app: App
let page: Page
let id: string
const step = story()
before(async () => {
  app = await startApp()
  Object.assign(app.served.service.ctx.timing, { settle: 50 })
  await app.signUp()
  ;[id] = await integrationThatRan(app)
  page = await app.open(`/integrations/${id}`)
})
after(() => app[Symbol.asyncDispose]())

const begin = (of: Page) => of.getByRole('button', { name: 'New verification' })
const verify = (of: Page) => of.getByRole('button', { name: 'Verify', exact: true })
const result = (of: Page) => of.getByRole('table', { name: 'Verified tables' })

/** One row is gone and one has another value, which the cursors know nothing of. */
async function forge(): Promise<void> {
  const instance = await DuckDBInstance.create(`${app.served.service.folder}/shop1.duckdb`)
  const connection = await instance.connect()
  const table = 'shop1.shop1.products'
  await connection.run(`update ${table} set name = 'forged' where id = (select min(id) from ${table})`)
  await connection.run(
    'delete from shop1.shop1.customers where id = (select max(id) from shop1.shop1.customers)',
  )
  connection.closeSync()
  instance.closeSync()
}

step('what has loaded nothing cannot be verified, and a viewer is told who can', async () => {
  const { id: fresh } = await app.served.service.integration()
  const own = await app.open(`/integrations/${fresh}/verify`)
  await own.getByText('There is nothing to compare until the first run has loaded data').waitFor()
  assert.equal(await begin(own).count(), 0)
  await own.context().close()
  const viewer = await app.openAs('viewer', `/integrations/${id}/verify`)
  await viewer.getByText('can be compared with Stripe, by who may edit').waitFor()
  assert.equal(await begin(viewer).count(), 0)
  await viewer.context().close()
})

step('it is followed while it goes on, and says which rows differ', async () => {
  await forge()
  await page.getByRole('link', { name: 'Verify', exact: true }).click()
  app.served.service.sandbox.setFaults('hold@/v1/products:times=all')
  await begin(page).click()
  await verify(page).click()
  const going = page.getByRole('table', { name: 'Tables being compared' })
  await going.getByText('shop1.products').waitFor()
  await going.getByRole('progressbar', { name: 'customers: 100%' }).waitFor()
  await page.getByText('Its rows are compared with Stripe').waitFor()
  assert.equal(await begin(page).count(), 0, 'one at a time')
  app.served.service.sandbox.setFaults('')
  await page.getByText('2 rows are not as in Stripe: 1 missing, 1 with other values').waitFor()
  await result(page)
    .getByRole('row', { name: /products/ })
    .getByText('Different')
    .waitFor()
  await page
    .getByRole('region', { name: 'Found in products' })
    .getByText(/^prod_/)
    .waitFor()
  await page.getByRole('region', { name: 'Found in customers' }).getByText(/^cus_/).waitFor()
})

step('its report is a file', async () => {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download as JSON' }).click(),
  ])
  assert.match(download.suggestedFilename(), /^verify-shop1-\d{4}-\d\d-\d\dT\d{4}\.json$/)
  const report = JSON.parse(readFileSync(await download.path(), 'utf8'))
  assert.deepEqual([report.status, report.integration, report.tables.length], ['different', 'shop1', 2])
})

step('each table says when it was last verified, and leads to it', async () => {
  await page.getByRole('link', { name: 'Tables', exact: true }).click()
  const row = page.getByRole('row', { name: /shop1\.products/ })
  await row.getByRole('link', { name: /Different/ }).click()
  await page.getByRole('heading', { level: 1, name: /^Verification / }).waitFor()
  await page.getByRole('link', { name: 'shop1' }).click()
})

step('it is accessible, in both schemes and on a phone, with all there is to see', async () => {
  const faults: string[] = []
  for (const [look, options] of looks) {
    const own = await app.open(`/integrations/${id}/verify`, options)
    await result(own).waitFor()
    faults.push(...(await looked(own, pictures, 'verify-different', look)))
    await begin(own).click()
    await own.getByRole('radio', { name: 'Some of them' }).check()
    faults.push(...(await looked(own, pictures, 'verify-start', look)))
    await own.getByRole('button', { name: 'Cancel' }).click()
    await own.getByRole('link', { name: 'Tables', exact: true }).click()
    const verified = own.getByRole('row', { name: /shop1\.products/ }).getByRole('link')
    await verified.waitFor()
    faults.push(...(await looked(own, pictures, 'tables-verified', look)))
    await verified.click()
    await own.getByRole('heading', { level: 1, name: /^Verification / }).waitFor()
    await result(own).waitFor()
    faults.push(...(await looked(own, pictures, 'verification', look)))
    await own.context().close()
  }
  assert.deepEqual(faults, [])
})

step('with few requests it says what it has not looked at', async () => {
  await begin(page).click()
  await page.getByRole('radio', { name: 'Some of them' }).check()
  assert.equal(await verify(page).isDisabled(), true, 'some, and none is chosen')
  await page.getByRole('combobox', { name: 'Which tables' }).click()
  await page.getByRole('option', { name: 'customers' }).click()
  await page.keyboard.press('Escape')
  await page.getByLabel('Requests at most').fill('1')
  await verify(page).click()
  await page.getByText('1 of 1 table was not looked at whole').waitFor()
  await page.getByText('the requests that were allowed were used up').waitFor()
  await page
    .getByRole('table', { name: 'Verifications' })
    .getByRole('row', { name: /customers/ })
    .waitFor()
})

step('a repair mends what differs', async () => {
  await begin(page).click()
  await page.getByRole('checkbox', { name: 'Repair what differs' }).check()
  await page.getByRole('button', { name: 'Verify and repair' }).click()
  await page.getByText('2 rows differed and were repaired').waitFor()
  await page.getByText(/^All \d+ rows agree with Stripe$/).waitFor()
  const { service } = app.served
  const shop = await getIntegration(service.ctx, id)
  const differences = await service.differences(shop, ['customers', 'products'])
  assert.deepEqual(differences, [])
})

step('it is stopped before its end', async () => {
  app.served.service.sandbox.setFaults('hold@/v1/products:times=all')
  // A repair is asked for each time anew.
  await begin(page).click()
  await verify(page).click()
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByText('It was stopped before its end').waitFor()
  app.served.service.sandbox.setFaults('')
})

step('it is verified by a schedule, if that is wished', async () => {
  await page.getByText('Only when started by hand').waitFor()
  await page.getByRole('button', { name: 'Schedule' }).click()
  const asked = page.getByRole('dialog', { name: 'Verify by a schedule' })
  await asked.getByRole('combobox', { name: 'How often' }).click()
  await page.getByRole('option', { name: 'Every 7 days' }).click()
  await asked.getByLabel('Requests at most').fill('5000')
  assert.deepEqual(await looked(page, pictures, 'verify-schedule', 'light'), [])
  await asked.getByRole('button', { name: 'Save' }).click()
  await page.getByText('By itself every 7 days, with 5,000 requests at most').waitFor()
  const { verify: set, next_verify_at: next } = await getIntegration(app.served.service.ctx, id)
  assert.deepEqual(set, { schedule: { kind: 'every', minutes: 10_080 }, max_requests: 5_000 })
  assert.ok(Date.parse(next ?? '') > Date.now())
})

step('a viewer reads it all, and is offered nothing to start or stop', async () => {
  const viewer = await app.openAs('viewer', `/integrations/${id}/verify`)
  await viewer.getByText('It was stopped before its end').waitFor()
  assert.equal(await viewer.getByRole('button', { name: /verification|Stop|Schedule/i }).count(), 0)
  const history = viewer.getByRole('table', { name: 'Verifications' })
  assert.equal(await history.getByRole('row').count(), 5)
  await history.getByRole('row', { name: /Equal/ }).getByRole('link').click()
  await viewer.getByRole('button', { name: 'Download as JSON' }).waitFor()
  await viewer.context().close()
})

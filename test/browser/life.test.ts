/** An integration's life in the browser, and what each role may do with it. */
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { Page } from 'playwright-core'
import { getIntegration } from '../../src/app/service/integrations.ts'
import { type App, ada, startApp } from './support/app.ts'
import { atRun, endedRun, integrationThatRan } from './support/ran.ts'
import { story } from './support/story.ts'

let app: App
let page: Page
let id: string
const step = story()
before(async () => {
  app = await startApp()
  await app.signUp()
  ;[id] = await integrationThatRan(app)
  page = await app.open()
})
after(() => app[Symbol.asyncDispose]())

const now = () => getIntegration(app.served.service.ctx, id)

step('the list shows state, last run, rows; search and filter narrow it', async () => {
  const row = page.getByRole('row', { name: /shop1/ })
  await row.getByText('Active', { exact: true }).waitFor()
  await row.getByText('All well').waitFor()
  await page.getByLabel('Search integrations').fill('nothing of that name')
  await page.getByText('No integration is like that').waitFor()
  await page.getByLabel('Search integrations').fill('shop')
  await row.waitFor()
  await page.getByRole('button', { name: 'Rows', exact: true }).click()
  await page.locator('th[aria-sort="ascending"]', { hasText: 'Rows' }).waitFor()
})

step('it is paused from the row, with what that means; then no run starts; and re-activated', async () => {
  await page.getByRole('button', { name: 'More for shop1' }).click()
  await page.getByRole('menuitem', { name: 'Pause' }).click()
  const asked = page.getByRole('dialog', { name: 'Pause shop1?' })
  await asked.waitFor()
  await page.keyboard.press('Escape')
  await asked.waitFor({ state: 'hidden' })
  await page.locator('button:focus[aria-label="More for shop1"]').waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Pause' }).click()
  await asked.getByText('Nothing is missed').waitFor()
  await asked.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('row', { name: /shop1/ }).getByText('Paused', { exact: true }).waitFor()
  assert.equal((await now()).status, 'paused')
  await page.getByRole('link', { name: 'shop1' }).click()
  await page.getByText('Paused: no run starts until it is re-activated').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Run now' }).count(), 0)
  await page.getByRole('button', { name: 'Re-activate' }).click()
  await page.getByRole('button', { name: 'Run now' }).waitFor()
  assert.equal((await now()).status, 'active')
})

step('it is run by hand, and the run is followed to its end (38, 39, 40)', async () => {
  await page.getByRole('button', { name: 'Run now' }).click()
  await atRun(page)
  await page.getByText('Succeeded').waitFor({ timeout: 30_000 })
  await page.getByRole('table', { name: 'Tables of the run' }).getByText('shop1.customers').waitFor()
  await page.getByRole('link', { name: 'shop1' }).click()
})

step('one table is read whole again, after it was said what that does', async () => {
  await page.getByRole('link', { name: 'Tables', exact: true }).click()
  await page.getByRole('button', { name: 'More for products' }).click()
  await page.getByRole('menuitem', { name: 'Full refresh' }).click()
  const asked = page.getByRole('dialog', { name: 'Read products whole again?' })
  await asked.getByRole('button', { name: 'Full refresh' }).click()
  await asked.waitFor({ state: 'hidden' })
  await endedRun(app.served.service.ctx, id)
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  await page.getByText('By hand, full refresh').waitFor()
})

step(
  'name and history are read-only; frequency and fields are edited, and the service has them (8, 20)',
  async () => {
    await page.getByRole('link', { name: 'Settings' }).click()
    assert.equal(await page.getByLabel('Name', { exact: true }).getAttribute('readonly'), '')
    await page.getByRole('combobox', { name: 'Replication frequency' }).click()
    await page.getByRole('option', { name: 'Every hour' }).click()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Saved; the next run goes by it').waitFor()
    assert.deepEqual((await now()).schedule, { kind: 'every', minutes: 60 })
    await page.getByRole('link', { name: 'Overview' }).click()
    await page.getByText('The dashed line is what the schedule promises: 1 h').waitFor()
    await page
      .getByRole('img', { name: /^Freshness over time: .* old now, .* at most, 1 h promised$/ })
      .waitFor()
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('tab', { name: 'Fields' }).click()
    await page.getByLabel('Search fields of customers').fill('phone')
    await page.getByRole('checkbox', { name: 'phone', exact: true }).uncheck()
    const saved = page.waitForResponse((response) => response.request().method() === 'PATCH')
    await page.getByRole('button', { name: 'Save tables and fields' }).click()
    assert.equal((await saved).status(), 200)
    assert.deepEqual((await now()).selection.tables[0]?.drop, ['phone'])
  },
)

step('rows are seen, and asked for by SQL that can only read', async () => {
  await page.getByRole('link', { name: 'Data' }).click()
  await page.getByRole('region', { name: 'Rows' }).getByText('cus_').first().waitFor()
  await page.getByRole('tab', { name: 'SQL' }).click()
  const box = page.getByRole('textbox', { name: 'Query' })
  await box.fill('select count(*) as how_many from shop1.customers')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByRole('columnheader', { name: 'how_many' }).waitFor({ timeout: 30_000 })
  await box.fill('drop table shop1.customers')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByRole('alert').filter({ hasText: 'does more than read' }).waitFor({ timeout: 30_000 })
})

step('a viewer who was invited sees, and is offered nothing to change', async () => {
  await page.getByRole('link', { name: 'Users' }).click()
  await page.getByRole('button', { name: 'Invite' }).click()
  const dialog = page.getByRole('dialog', { name: 'Invite somebody' })
  await dialog.getByLabel('E-mail').fill('grace@example.com')
  await dialog.getByRole('combobox', { name: 'Role' }).click()
  await page.getByRole('option', { name: /^Viewer/ }).click()
  await dialog.getByRole('button', { name: 'Invite' }).click()
  const link = await dialog.getByLabel('Link', { exact: true }).inputValue()
  const other = await app.browser.newContext()
  const viewer = await other.newPage()
  await viewer.goto(link)
  await viewer.getByLabel('Name').fill('Grace Hopper')
  await viewer.getByRole('textbox', { name: 'Password' }).fill(ada.password)
  await viewer.getByRole('button', { name: 'Create the account' }).click()
  await viewer.getByRole('row', { name: /shop1/ }).waitFor()
  for (const name of ['New integration', 'More for shop1', 'Run shop1 now'])
    assert.equal(await viewer.getByRole('button', { name }).count(), 0, name)
  assert.equal(await viewer.getByRole('link', { name: 'Users' }).count(), 0)
  await viewer.goto(`${app.url}/users`)
  await viewer.getByRole('alert').waitFor()
  await other.close()
})

step('it is deleted only by who types its name, and is gone from the list', async () => {
  await page.goto(`${app.url}/integrations/${id}`)
  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  const asked = page.getByRole('dialog', { name: 'Delete shop1?' })
  await asked.getByText('kept, with all their rows').waitFor()
  assert.equal(await asked.getByRole('button', { name: 'Delete' }).isDisabled(), true)
  await asked.getByLabel('Type shop1 to confirm').fill('shop1')
  await asked.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('heading', { level: 1, name: 'Integrations' }).waitFor()
  await page.getByRole('row', { name: /shop1/ }).waitFor({ state: 'detached' })
  assert.equal((await now()).status, 'deleted')
})

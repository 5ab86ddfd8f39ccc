/** From a fresh installation to data in the warehouse, as somebody does it who has never seen a terminal. */
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { Page } from 'playwright-core'
import { type App, ada, startApp } from './support/app.ts'
import { atRun } from './support/ran.ts'
import { story } from './support/story.ts'
import { addWarehouse, atStep, go, nameIt } from './support/wizard.ts'

let app: App
let page: Page
const step = story()
before(async () => {
  app = await startApp()
})
after(() => app[Symbol.asyncDispose]())

step('a fresh installation opens on the sign-up; the first account is the administrator (2)', async () => {
  page = await app.open('/warehouses')
  await page.waitForURL('**/sign-up')
  await page.getByLabel('Name').fill(ada.name)
  await page.getByLabel('E-mail').fill(ada.email)
  await page.getByRole('textbox', { name: 'Password' }).fill(ada.password)
  await page.getByRole('button', { name: "Create the administrator's account" }).click()
  await page.getByRole('heading', { level: 1, name: 'Integrations' }).waitFor()
  await page.getByRole('button', { name: ada.name }).getByText('admin').waitFor()
})

step(
  'signed out, every page leads to the sign-in; a wrong password is refused, the right one leads back (1)',
  async () => {
    await page.getByRole('button', { name: ada.name }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.waitForURL('**/sign-in')
    await page.goto(`${app.url}/warehouses`)
    await page.waitForURL('**/sign-in?next=**')
    await page.getByLabel('E-mail').fill(ada.email)
    await page.getByRole('textbox', { name: 'Password' }).fill('not the password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').waitFor()
    assert.match(page.url(), /sign-in/)
    await page.getByRole('textbox', { name: 'Password' }).fill(ada.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { level: 1, name: 'Warehouses' }).waitFor()
  },
)

step('the catalogue has Stripe with its snapshot, and leads into the wizard (3, 4)', async () => {
  await page.getByRole('link', { name: 'Integrations' }).click()
  const card = page.getByRole('article', { name: 'Stripe' })
  for (const text of ['Key-based, by lastRunDate', 'every 24 hours', 'Restricted key'])
    await card.getByText(text).waitFor()
  await card.getByRole('link', { name: 'Connect Stripe' }).click()
  await atStep(page, 'Name and schedule')
})

step(
  'name, frequency and history are asked for and checked; the name shows what it will create (6)',
  async () => {
    await go(page)
    await page.getByText('A name is needed').waitFor()
    const name = page.getByLabel('Integration name')
    await name.fill('9lives')
    await page.getByText('A name starts with a letter').waitFor()
    await name.fill('acme')
    await page.getByText('acme.invoices').waitFor()
    assert.equal(
      await page.getByRole('combobox', { name: 'Replication frequency' }).inputValue(),
      'Every 24 hours (suggested)',
    )
    await page.getByText('The last years').click()
    await page.getByRole('textbox', { name: 'Years' }).fill('')
    await go(page)
    await page.getByText('Say how many years').waitFor()
    await page.getByRole('textbox', { name: 'Years' }).fill('20')
    await page.getByRole('combobox', { name: 'Replication frequency' }).click()
    await page.getByRole('option', { name: 'Another interval' }).click()
    await page.getByLabel('Minutes in between').fill('')
    await go(page)
    await page.getByText('The frequency is between 5 minutes and 7 days').waitFor()
    await page.getByLabel('Minutes in between').fill('15')
    await nameIt(page, 'acme')
  },
)

step(
  'a wrong key is told and keeps from going on; the right one shows account, mode and access (11)',
  async () => {
    await page.getByRole('button', { name: 'Your Stripe account' }).click()
    await page.getByText('Stripe offers no access to its API by e-mail and password').waitFor()
    await page
      .locator('a[href^="https://dashboard.stripe.com/apikeys/create?name=Sluice&permissions[]=rak_"]')
      .waitFor()
    await page.getByRole('button', { name: 'Connected accounts' }).click()
    await page.getByLabel('Address of the API').fill(app.served.service.sandbox.url)
    const key = page.getByRole('textbox', { name: 'Restricted or secret key' })
    await key.fill('not_a_key')
    await page.getByRole('button', { name: 'Check the key' }).click()
    await page.getByRole('alert').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Continue' }).isDisabled(), true)
    await key.fill('rk_test_thisIsTheKeyOfTheTests0123456789')
    await page.getByRole('button', { name: 'Check the key' }).click()
    await page.getByText('Sandbox, Inc.').waitFor()
    await page.getByText('· test mode').waitFor()
    await page.getByText(/tables can be read/).waitFor()
  },
)

step('a reload restores all but the key, which is nowhere in the browser (12)', async () => {
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))
  assert.match(stored, /acme/)
  assert.doesNotMatch(stored, /thisIsTheKey/)
  page.once('dialog', (dialog) => void dialog.accept())
  await page.reload()
  await atStep(page, 'Authorise Stripe')
  const key = page.getByRole('textbox', { name: 'Restricted or secret key' })
  assert.equal(await key.inputValue(), '')
  assert.equal(await page.getByLabel('Address of the API').inputValue(), app.served.service.sandbox.url)
  await key.fill('rk_test_thisIsTheKeyOfTheTests0123456789')
  await page.getByRole('button', { name: 'Check the key' }).click()
  await page.getByText(/tables can be read/).waitFor()
  await go(page)
  await atStep(page, 'Warehouse')
})

step('a warehouse that fails its test is not taken; a local DuckDB file is proposed (5)', async () => {
  const address = page.getByRole('textbox', { name: 'Address' })
  assert.equal(await address.inputValue(), 'duckdb:./warehouse.duckdb')
  await address.fill('duckdb:/nowhere/at/all.duckdb')
  await page.getByRole('button', { name: 'Test and add' }).click()
  await page.getByRole('alert').waitFor()
  await addWarehouse(page, `duckdb:${app.served.service.folder}/acme.duckdb`)
})

step('tables: the core ones are chosen; rows are estimated; then the seven, and two by search', async () => {
  assert.equal(await page.getByRole('checkbox', { name: 'invoices', exact: true }).isChecked(), true)
  assert.equal(await page.getByRole('checkbox', { name: 'accounts', exact: true }).isChecked(), false)
  const invoices = page.getByRole('listitem').filter({ has: page.getByText('invoices', { exact: true }) })
  await invoices.getByText('Readable').waitFor()
  await invoices.getByText('Key-based: changes since lastRunDate').waitFor()
  const reference = invoices.getByRole('link', { name: "Stripe's reference of invoices" })
  assert.equal(await reference.getAttribute('href'), 'https://docs.stripe.com/api/invoices')
  const before = app.served.service.sandbox.stats().requests
  await page.getByRole('button', { name: 'Estimate rows' }).click()
  await invoices.getByText(/^about [\d,.K]+ a month$/).waitFor()
  const asked = app.served.service.sandbox.stats().requests - before
  assert.ok(asked < 40, `${asked} requests for an estimate`)
  await page.getByRole('button', { name: 'The seven' }).click()
  await page.getByText(/^7 of \d+ chosen/).waitFor()
  await page.getByRole('button', { name: 'None' }).click()
  assert.equal(await page.getByRole('button', { name: 'Continue' }).isDisabled(), true)
  for (const table of ['customers', 'products']) {
    await page.getByLabel('Search tables').fill(table)
    await page.getByRole('checkbox', { name: table, exact: true }).check()
  }
  await page.getByText(/^2 of \d+ chosen/).waitFor()
  await go(page)
  await atStep(page, 'Fields')
})

step('fields: types and hints are shown; one is left out, one hashed; back and forward keep it', async () => {
  await page.getByLabel('Search fields of customers').fill('phone')
  await page.getByText("The customer's phone number.").waitFor()
  await page.getByRole('checkbox', { name: 'phone', exact: true }).uncheck()
  await page.getByLabel('Search fields of customers').fill('email')
  await page.getByText('personal').first().waitFor()
  await page.getByRole('checkbox', { name: 'Hash email', exact: true }).check()
  await page.getByLabel('Search fields of customers').fill('')
  await page.getByRole('button', { name: 'Show nested' }).click()
  const told = await page.getByRole('status').filter({ hasText: 'fields' }).textContent()
  const [taken, of] = (told ?? '').split(' of ').map((text) => Number.parseInt(text, 10))
  assert.equal(taken, (of ?? 0) - 1, 'phone is left out')
  await page.getByLabel('Search fields of customers').fill('custom_fields')
  await page.getByRole('checkbox', { name: 'invoice_settings_custom_fields.value', exact: true }).uncheck()
  await page.goBack()
  await atStep(page, 'Tables')
  await page.goForward()
  await atStep(page, 'Fields')
  await page.getByLabel('Search fields of customers').fill('phone')
  assert.equal(await page.getByRole('checkbox', { name: 'phone', exact: true }).isChecked(), false)
  await go(page)
  await atStep(page, 'Review')
  await page.getByText('2 tables: customers, products').waitFor()
  await page.getByText('1 as hashes').waitFor()
})

step('leaving warns, and can be thought better of', async () => {
  await page.getByRole('link', { name: 'Warehouses' }).click()
  const asked = page.getByRole('dialog', { name: 'Leave without connecting?' })
  await asked.getByRole('button', { name: 'Cancel' }).click()
  await atStep(page, 'Review')
})

step(
  'it is created, pending at first, its run is followed live to the end, and then it is active',
  async () => {
    await page.getByRole('button', { name: 'Create the integration' }).click()
    await page.getByRole('heading', { level: 1, name: 'acme' }).waitFor()
    await page.getByText('Active', { exact: true }).waitFor({ timeout: 60_000 })
    await page.getByRole('link', { name: 'Runs' }).click()
    await page.getByRole('table', { name: 'Runs' }).getByRole('link').first().click()
    await atRun(page)
    await page.getByText('Succeeded').waitFor()
    const tables = page.getByRole('table', { name: 'Tables of the run' })
    await tables.getByText('acme.customers').waitFor()
    await page.getByRole('log').waitFor()
    assert.doesNotMatch((await page.getByRole('log').textContent()) ?? '', /thisIsTheKey/)
    await page.getByRole('link', { name: 'acme' }).click()
    await page.getByRole('link', { name: 'Schema' }).click()
    const columns = page.getByRole('table', { name: 'Columns of customers' })
    await columns.getByText('email', { exact: true }).waitFor()
    assert.equal(await columns.getByText('phone', { exact: true }).count(), 0)
  },
)

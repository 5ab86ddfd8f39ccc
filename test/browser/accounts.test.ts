/** A platform and the accounts that are connected to it, in one integration. */
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import type { Page } from 'playwright-core'
import { getIntegration, listIntegrations } from '../../src/app/service/integrations.ts'
import { integrationQuery } from '../../src/app/service/resources/integration.ts'
import { idsOf } from '../support/served.ts'
import { sandboxKey } from '../support/service.ts'
import { type App, startApp } from './support/app.ts'
import { looked, looks, pictureFolder } from './support/looks.ts'
import { endedRun } from './support/ran.ts'
import { story } from './support/story.ts'
import { addWarehouse, atStep, go, nameIt, onlyTable } from './support/wizard.ts'

const pictures = pictureFolder()
let app: App
let page: Page
let ids: readonly string[]
let id = ''
const step = story()
before(async () => {
  app = await startApp({ connected: 3 })
  Object.assign(app.served.service.ctx.timing, { settle: 50 })
  await app.signUp()
  page = await app.open('/integrations/new')
  const { sandbox } = app.served.service
  ids = (await idsOf(sandbox.url, sandboxKey, { path: '/v1/accounts' })).toSorted()
})
after(() => app[Symbol.asyncDispose]())

step('in the wizard all connected accounts are chosen; rows are then not estimated', async () => {
  await nameIt(page, 'platform')
  await page.getByRole('button', { name: 'Your Stripe account' }).click()
  await page.getByRole('button', { name: 'Connected accounts' }).click()
  await page.getByLabel('Address of the API').fill(app.served.service.sandbox.url)
  await page.getByRole('textbox', { name: 'Restricted or secret key' }).fill(sandboxKey)
  await page.getByRole('combobox', { name: 'Accounts', exact: true }).click()
  await page.getByRole('option', { name: 'Accounts that are named' }).click()
  await page.getByRole('combobox', { name: 'Account ids' }).fill('not an account')
  await page.getByRole('button', { name: 'Check the key' }).click()
  await page.getByText('they begin with acct_').waitFor()
  await page.getByRole('combobox', { name: 'Accounts', exact: true }).click()
  await page.getByRole('option', { name: 'All accounts connected to it' }).click()
  await page.getByRole('button', { name: 'Check the key' }).click()
  await page.getByText(/tables can be read/).waitFor()
  await go(page)
  await atStep(page, 'Warehouse')
  await addWarehouse(page, `duckdb:${app.served.service.folder}/platform.duckdb`)
  assert.equal(await page.getByRole('button', { name: 'Estimate rows' }).count(), 0)
  await onlyTable(page, 'customers')
  await page.getByText(': all accounts connected to it').waitFor()
  await page.getByRole('button', { name: 'Create the integration' }).click()
  await page.getByRole('heading', { level: 1, name: 'platform' }).waitFor()
  const { ctx } = app.served.service
  const [made] = (await listIntegrations(ctx, integrationQuery.parse({}))).items
  assert.equal(made?.source.accounts, 'connected')
  id = made.id
  await endedRun(ctx, id)
})

/** A row of one account has another value in the warehouse. */
async function forge(account: string): Promise<void> {
  const instance = await DuckDBInstance.create(`${app.served.service.folder}/platform.duckdb`)
  const connection = await instance.connect()
  const table = 'platform.platform.customers'
  await connection.run(
    `update ${table} set name = 'forged'
     where id = (select min(id) from ${table} where _account_id = '${account}') and _account_id = '${account}'`,
  )
  connection.closeSync()
  instance.closeSync()
}

step('a verification tells which of the accounts are not equal', async () => {
  await forge(ids[2] ?? '')
  await page.getByRole('link', { name: 'Verify', exact: true }).click()
  await page.getByRole('button', { name: 'New verification' }).click()
  await page.getByRole('button', { name: 'Verify', exact: true }).click()
  await page.getByText('1 row is not as in Stripe: 1 with other values').waitFor({ timeout: 30_000 })
  await page.getByText('2 of 3 accounts equal').waitFor()
  const unequal = page.getByRole('table', { name: 'Accounts that are not equal' })
  await unequal
    .getByRole('row')
    .filter({ hasText: ids[2] ?? '' })
    .getByText('Different', { exact: true })
    .waitFor()
  assert.equal(await unequal.getByRole('row').count(), 2)
  const faults: string[] = []
  for (const [look, options] of looks) {
    const { colorScheme, viewport } = { viewport: { width: 1280, height: 900 }, ...options }
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme })
    await unequal.scrollIntoViewIfNeeded()
    faults.push(...(await looked(page, pictures, 'verify-accounts', look)))
  }
  assert.deepEqual(faults, [])
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.emulateMedia({ colorScheme: 'light' })
})

step('the accounts are listed with their state, those that are not well first', async () => {
  await page.getByRole('link', { name: 'Accounts', exact: true }).click()
  const accounts = page.getByRole('table', { name: 'Accounts' })
  for (const account of ids) {
    const row = accounts.getByRole('row').filter({ hasText: account })
    await row.getByText('Succeeded').waitFor()
  }
  const [gone = ''] = ids
  await app.served.service.sandbox.disconnect(gone)
  await page.getByRole('button', { name: 'Run now' }).click()
  await page.waitForURL('**/runs/*')
  await endedRun(app.served.service.ctx, id)
  await page.goto(`${app.url}/integrations/${id}/accounts`)
  const first = accounts.getByRole('row').nth(1)
  await first.getByText(gone).waitFor()
  await first.getByText('Connected no more').waitFor()
  await first.getByText(/its rows stay/).waitFor()
  await page.getByLabel('Search accounts').fill(ids[1] ?? '')
  await first.getByText('Succeeded').waitFor()
  assert.equal(await accounts.getByRole('row').count(), 2)
})

step('other accounts are chosen in the settings, without giving the key again', async () => {
  await page.getByRole('link', { name: 'Settings' }).click()
  const settings = page.getByRole('region', { name: 'Accounts' })
  await settings.getByRole('combobox', { name: 'Accounts', exact: true }).click()
  await page.getByRole('option', { name: 'Accounts that are named' }).click()
  const named = settings.getByRole('combobox', { name: 'Account ids' })
  await named.fill(ids[1] ?? '')
  await named.press('Enter')
  await settings.getByRole('button', { name: 'Save the accounts' }).click()
  await page.getByText('Saved; the next run goes by it').waitFor()
  const { source } = await getIntegration(app.served.service.ctx, id)
  assert.deepEqual(source.accounts, [ids[1]])
})

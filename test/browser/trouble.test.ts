/** What goes wrong: it is seen where one looks, with its cure, and told to who is to know. */
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { Page } from 'playwright-core'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { sandboxKey } from '../support/service.ts'
import { type App, startApp } from './support/app.ts'
import { integrationThatRan } from './support/ran.ts'
import { story } from './support/story.ts'

let app: App
let receiver: Receiver
let page: Page
const step = story()
before(async () => {
  app = await startApp()
  receiver = await startReceiver()
  await app.signUp()
  page = await app.open('/alerts')
})
after(async () => {
  await receiver[Symbol.asyncDispose]()
  await app[Symbol.asyncDispose]()
})

step('a signed webhook is added; its secret is shown once; a test arrives', async () => {
  await page.getByText('Nobody is told of anything yet').waitFor()
  await page.getByRole('button', { name: 'Add a channel' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a channel' })
  await dialog.getByRole('combobox', { name: 'Kind' }).click()
  await page.getByRole('option', { name: 'Signed webhook' }).click()
  await dialog.getByLabel('Name').fill('On call')
  await dialog.getByLabel('Address').fill(receiver.url)
  await dialog.getByRole('button', { name: 'Add' }).click()
  const secret = await dialog.getByLabel('Signing secret', { exact: true }).inputValue()
  assert.match(secret, /^whsec_/)
  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('button', { name: 'Test On call' }).click()
  await page.getByText('A test is sent to On call').waitFor()
  assert.equal(receiver.posted.length, 1)
  assert.ok(receiver.posted[0]?.headers['sluice-signature'])
})

step('a channel that answers badly fails its test, and says how', async () => {
  receiver.answer(500)
  await page.getByRole('button', { name: 'Test On call' }).click()
  await page.getByText(/answered with status 500/).waitFor()
  receiver.answer(200)
})

step('a rule says what is told; without hours nothing can be too old', async () => {
  await page.getByRole('button', { name: 'Add a rule' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a rule' })
  assert.equal(await dialog.getByRole('checkbox', { name: "A table can't be read" }).isChecked(), true)
  await dialog.getByLabel('Too old after').fill('12')
  await dialog.getByRole('button', { name: 'Add' }).click()
  const rules = page.getByRole('table', { name: 'Rules' })
  await rules.getByText('Data is too old: more than 12 hours').waitFor()
  await rules.getByText('all integrations').waitFor()
})

step('channel and rule are changed; an address that is not given again stays', async () => {
  await page.getByRole('button', { name: 'Change On call' }).click()
  const channel = page.getByRole('dialog', { name: 'Change On call' })
  await channel.getByLabel('Name').fill('Night shift')
  await channel.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Test Night shift' }).click()
  await page.getByText('A test is sent to Night shift').waitFor()
  await page.getByRole('button', { name: 'Change Night shift' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('On call')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Change the rule' }).click()
  const rule = page.getByRole('dialog', { name: 'Change the rule' })
  await rule.getByLabel('Too old after').fill('24')
  await rule.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('table', { name: 'Rules' }).getByText('more than 24 hours').waitFor()
})

step(
  'a run in which a table could not be read is orange, with the reason and the cure, and is told',
  async () => {
    app.served.service.sandbox.setKey(sandboxKey, { permissions: ['customer_read', 'event_read'] })
    const [id] = await integrationThatRan(app)
    await page.goto(`${app.url}/`)
    const row = page.getByRole('row', { name: /shop1/ })
    await row.getByText('Some tables failed').waitFor()
    await page.getByRole('combobox', { name: 'Filter by state' }).click()
    await page.getByRole('option', { name: 'Last run not well' }).click()
    await row.waitFor()
    await row.getByRole('link', { name: 'shop1' }).click()
    await page.getByText('Some tables failed').first().waitFor()
    await page.getByRole('link', { name: 'Tables', exact: true }).click()
    const products = page.getByRole('row', { name: /shop1\.products/ })
    await products.getByText('No permission').waitFor()
    await products.getByText(/lacks the permission product_read; add it at https:/).waitFor()
    await page
      .getByRole('row', { name: /shop1\.customers/ })
      .getByText('OK', { exact: true })
      .waitFor()
    await page.goto(`${app.url}/alerts`)
    const sent = page.getByRole('table', { name: 'Messages' })
    await sent
      .getByText(/products/)
      .first()
      .waitFor({ timeout: 30_000 })
    await sent.getByText('Sent', { exact: true }).first().waitFor()
    assert.ok(receiver.posted.some(({ body }) => /table_unreadable/.test(body)))
    assert.ok(id)
  },
)

step('the overview shows what was read against what is allowed, and how long each table took', async () => {
  const { pool } = app.served.service.ctx
  await pool.query(`update sluice.integrations set source = source || '{"max_reads_per_month": 4000}'`)
  await pool.query(
    `insert into sluice.reads (account_id, day, reads)
     select i.account_id, (now() at time zone 'UTC')::date - n, 100 from sluice.integrations i, generate_series(1, 29) n`,
  )
  await page.getByRole('link', { name: 'Integrations' }).click()
  await page.getByRole('link', { name: 'shop1' }).click()
  const reads = page.getByRole('region', { name: "Reads of Stripe's API" })
  await reads.getByText(/^2,9\d\d reads; the limit of its integrations is 4,000$/).waitFor()
  await reads.getByRole('img', { name: /^Reads by day: 2,9\d\d$/ }).waitFor()
  const durations = page.getByRole('list', { name: 'Duration by table' })
  await durations.getByText('customers').waitFor()
  await durations
    .getByText(/ms$|s$/)
    .first()
    .waitFor()
  await page.getByText('No run has brought all tables up to date yet').waitFor()
  for (const title of ['Rows per run', 'Requests per run', 'Seconds per run'])
    await page.getByRole('img', { name: new RegExp(`^${title}: `) }).waitFor()
  await page.goto(`${app.url}/alerts`)
})

step('an editor sets rules and no channels; a viewer sees both and changes neither', async () => {
  const editor = await app.openAs('editor', '/alerts')
  await editor.getByRole('button', { name: 'Add a rule' }).waitFor()
  await editor.getByRole('button', { name: 'Test On call' }).waitFor()
  const viewer = await app.openAs('viewer', '/alerts')
  await viewer.getByRole('table', { name: 'Messages' }).getByText('On call').first().waitFor()
  for (const [who, names] of [
    [editor, ['Add a channel', 'Remove On call']],
    [viewer, ['Add a channel', 'Remove On call', 'Test On call', 'Add a rule', 'Remove the rule']],
  ] as const)
    for (const name of names) assert.equal(await who.getByRole('button', { name }).count(), 0, name)
  await editor.context().close()
  await viewer.context().close()
})

step('a channel goes with its rules', async () => {
  await page.getByRole('button', { name: 'Remove On call' }).click()
  const asked = page.getByRole('dialog', { name: 'Remove On call?' })
  await asked.getByText('Its rules go with it').waitFor()
  await asked.getByRole('button', { name: 'Remove' }).click()
  await page.getByText('Nobody is told of anything yet').waitFor()
  const rules = await app.served.service.ctx.pool.query('select 1 from sluice.alert_rules')
  assert.equal(rules.rowCount, 0)
})

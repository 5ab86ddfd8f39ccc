/**
 * The life of an integration from its promises' side: each step says by numbers which of docs/acceptance.md it shows. What
 * the wizard asks and refuses is in first-use.test.ts, what people do with an integration in life.test.ts.
 */
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { getIntegration } from '../../src/app/service/integrations.ts'
import { sandboxKey } from '../support/service.ts'
import { type App, startApp } from './support/app.ts'
import { atRun, endedRun } from './support/ran.ts'
import { story } from './support/story.ts'
import { addWarehouse, atStep, go, nameIt } from './support/wizard.ts'

const seven = ['coupons', 'customers', 'invoices', 'products', 'refunds', 'subscriptions', 'tax_rates']
let app: App
let page: Page
/** The integration `acme`, and the one beside it. */
let id = ''
let young = ''
const step = story()
before(async () => {
  app = await startApp()
  await app.signUp()
  page = await app.open('/integrations/new')
})
after(() => app[Symbol.asyncDispose]())

const ctx = () => app.served.service.ctx
const sandbox = () => app.served.service.sandbox
const now = () => getIntegration(ctx(), id)
const differences = async (streams: readonly string[]) => app.served.service.differences(await now(), streams)

/** The key of the sandbox's account, checked. */
async function authorise(): Promise<void> {
  await page.getByRole('button', { name: 'Your Stripe account' }).click()
  await page.getByRole('button', { name: 'Connected accounts' }).click()
  await page.getByLabel('Address of the API').fill(sandbox().url)
  await page.getByRole('textbox', { name: 'Restricted or secret key' }).fill(sandboxKey)
  await page.getByRole('button', { name: 'Check the key' }).click()
  await page.getByText(/tables can be read/).waitFor()
  await go(page)
  await atStep(page, 'Warehouse')
}

async function create(): Promise<string> {
  await page.getByRole('button', { name: 'Create the integration' }).click()
  await page.getByRole('navigation', { name: /^Parts of/ }).waitFor()
  return page.url().split('/').at(-1) ?? ''
}

/** Runs it by hand and is led to the run, which ends. */
async function run(ends: string): Promise<void> {
  await page.goto(`${app.url}/integrations/${id}`)
  await page.getByRole('button', { name: 'Run now' }).click()
  await atRun(page)
  await page.getByText(ends, { exact: true }).first().waitFor({ timeout: 30_000 })
}

/** Asks in the SQL box; the cells of the first row. */
async function asked(integration: string, sql: string): Promise<readonly string[]> {
  await page.goto(`${app.url}/integrations/${integration}/data`)
  await page.getByRole('tab', { name: 'SQL' }).click()
  await page.getByRole('textbox', { name: 'Query' }).fill(sql)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  const cells = page.getByRole('region', { name: 'Rows' }).locator('tbody tr').first().locator('td')
  await cells.first().waitFor({ timeout: 30_000 })
  return cells.allInnerTexts()
}

step(
  'the seven tables are offered and chosen, with their fields; it is pending until the first of them is loaded (7, 13, 14, 15, 16, 17, 18)',
  async () => {
    await page.getByRole('combobox', { name: 'Replication frequency' }).click()
    await page.getByRole('option', { name: 'Another interval' }).click()
    await page.getByLabel('Minutes in between').fill('5')
    await nameIt(page, 'acme')
    await authorise()
    await addWarehouse(page, `duckdb:${app.served.service.folder}/acme.duckdb`)
    await page.getByRole('button', { name: 'The seven' }).click()
    await page.getByText(/^7 of \d+ chosen/).waitFor()
    for (const table of seven)
      assert.equal(await page.getByRole('checkbox', { name: table, exact: true }).isChecked(), true, table)
    await go(page)
    await atStep(page, 'Fields')
    await page
      .getByRole('navigation', { name: 'Chosen tables' })
      .getByText('products', { exact: true })
      .click()
    await page.getByRole('checkbox', { name: 'description', exact: true }).uncheck()
    await go(page)
    await atStep(page, 'Review')
    sandbox().setFaults(`hold@~^/v1/(${seven.join('|')}):times=all`)
    id = await create()
    await page.getByText('Pending', { exact: true }).waitFor()
    await page
      .getByText('Its first run is under way, and has loaded nothing yet')
      .or(page.getByText('Its first run is queued'))
      .waitFor()
    sandbox().setFaults('')
    await page.getByText('Active', { exact: true }).waitFor({ timeout: 30_000 })
    await page.getByRole('link', { name: 'Tables', exact: true }).click()
    for (const table of seven)
      await page.getByRole('row', { name: new RegExp(`acme\\.${table} OK`) }).waitFor()
  },
)

step(
  'all of each is there once, as Stripe has it, with its types, and bookkeeping beside it (24, 25, 26, 27, 28, 32, 33, 34)',
  async () => {
    await endedRun(ctx(), id)
    assert.deepEqual(await differences(seven.filter((table) => table !== 'products')), [])
    const [rows = '', ids = '', finalized = '', canceled = ''] = await asked(
      id,
      `select count(*), count(distinct id), count(status_transitions_finalized_at),
       (select count(*) from acme.subscriptions where status = 'canceled') from acme.invoices`,
    )
    assert.ok(Number(rows) > 100, `${rows} invoices: more than a page`)
    assert.equal(ids, rows)
    assert.ok(Number(finalized) > 0, 'what is nested is there')
    assert.ok(Number(canceled) > 0, 'subscriptions that were canceled are there')
    const counted = Number(rows).toLocaleString('en-US')
    await page.getByRole('link', { name: 'Tables', exact: true }).click()
    const invoices = page.getByRole('row').filter({ hasText: 'acme.invoices' })
    await invoices.getByRole('cell', { name: counted, exact: true }).first().waitFor()
    await page.getByRole('link', { name: 'Schema' }).click()
    const columns = page.getByRole('table', { name: 'Columns of invoices', exact: true })
    for (const [column, type] of [
      ['created', 'TIMESTAMP WITH TIME ZONE'],
      ['amount_due', 'BIGINT'],
      ['auto_advance', 'BOOLEAN'],
      ['customer', 'VARCHAR'],
      ['metadata', 'JSON'],
      ['_account_id', 'VARCHAR'],
      ['_synced_at', 'TIMESTAMP WITH TIME ZONE'],
      ['_version', 'BIGINT'],
    ])
      await columns
        .getByRole('row', { name: `${column} ${type}` })
        .first()
        .waitFor()
  },
)

step('history bounds what is read first; two integrations side by side do not mix (8, 10, 37)', async () => {
  await page.goto(`${app.url}/integrations/new`)
  await page.getByText('The last years').click()
  await page.getByRole('textbox', { name: 'Years' }).fill('1')
  await nameIt(page, 'young')
  await authorise()
  await page.getByText('It works').waitFor()
  await go(page)
  await page.getByRole('button', { name: 'The seven' }).click()
  await go(page)
  await go(page)
  await atStep(page, 'Review')
  // A name is one integration's alone.
  await page.getByRole('link', { name: 'Change: Name' }).click()
  await nameIt(page, 'acme')
  for (let left = 0; left < 4; left++) await go(page)
  await atStep(page, 'Review')
  await page.getByRole('button', { name: 'Create the integration' }).click()
  await page.getByRole('alert').getByText(/acme/).first().waitFor()
  await page.getByRole('link', { name: 'Change: Name' }).click()
  await nameIt(page, 'young')
  for (let left = 0; left < 4; left++) await go(page)
  young = await create()
  await page.getByText('Active', { exact: true }).waitFor({ timeout: 30_000 })
  await endedRun(ctx(), young)
  const [early = '', late = '', all = '', inTime = ''] = await asked(
    young,
    `select (select count(*) from young.invoices where created < now() - interval 366 day),
       (select count(*) from young.invoices), (select count(*) from acme.invoices),
       (select count(*) from acme.invoices where created > now() - interval 364 day)`,
  )
  assert.equal(early, '0')
  assert.ok(Number(late) > 0 && Number(late) < Number(all), `${late} of ${all}`)
  assert.ok(Number(late) >= Number(inTime), 'none is missing')
})

step(
  'it runs by its frequency with nobody there: signed out, and with another worker (9, 41, 42)',
  async () => {
    const before = await now()
    assert.deepEqual(before.schedule, { kind: 'every', minutes: 5 })
    const next = Date.parse(before.next_run_at ?? '')
    assert.ok(next - Date.now() < 6 * 60_000, 'no later than in five minutes')
    await page.goto(app.url)
    await page.getByRole('button', { name: 'Ada Lovelace' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.waitForURL('**/sign-in')
    await sandbox().create('products', { name: 'made while nobody looks' })
    sandbox().setFaults('hold@/v1/events:times=all')
    // Its time has come.
    await ctx().pool.query('update sluice.integrations set next_run_at = now() where id = $1', [id])
    for (let tries = 0; (await now()).open_run_id === null; tries++) {
      assert.ok(tries < 200, 'no run starts')
      await sleep(50)
    }
    await app.anotherWorker()
    sandbox().setFaults('')
    await endedRun(ctx(), id)
    const after = await now()
    assert.equal(after.last_run?.status, 'succeeded')
    const following = Date.parse(after.next_run_at ?? '')
    assert.ok(following > Date.now())
    assert.equal((following - next) % (5 * 60_000), 0, 'in steps of five minutes')
    // However long the next steps take, no other run gets between them.
    await ctx().pool.query(
      "update sluice.integrations set next_run_at = now() + interval '1 day' where id = $1",
      [id],
    )
    page = await app.openAs('admin', `/integrations/${id}/runs`)
    const runs = page.getByRole('table', { name: 'Runs' })
    await runs
      .getByRole('row', { name: /Succeeded .* Schedule/ })
      .nth(1)
      .waitFor()
    assert.deepEqual(
      await asked(id, "select count(*) from acme.products where name = 'made while nobody looks'"),
      ['1'],
    )
  },
)

step(
  'what changed comes with the next run, and only that; with nothing new it reads nothing (29, 31)',
  async () => {
    const { world } = sandbox().account.store
    const [renamed, gone] = [world.object('customers', 0), world.object('customers', 1)]
    await sandbox().update('customers', renamed.id, { name: 'Renamed, Inc.' })
    await sandbox().remove('customers', gone.id)
    await run('Succeeded')
    const facts = page.getByRole('definition')
    assert.ok(Number.parseInt((await facts.nth(2).textContent()) ?? '', 10) <= 3, 'rows of what changed')
    await page.getByRole('row', { name: /acme\.customers/ }).waitFor()
    assert.deepEqual(
      await asked(
        id,
        `select name, (select count(*) from acme.customers where id = '${gone.id}' and _deleted_at is null)
      from acme.customers where id = '${renamed.id}'`,
      ),
      ['Renamed, Inc.', '0'],
    )
    await run('Succeeded')
    assert.equal(await page.getByRole('definition').nth(2).textContent(), '0')
  },
)

step('limits and outages of Stripe are waited out, and told (35, 40)', async () => {
  sandbox().setFaults('rate_limit@/v1/products:times=1,retry_after=1;500@/v1/events:times=1')
  await page.goto(`${app.url}/integrations/${id}/tables`)
  await page.getByRole('button', { name: 'More for products' }).click()
  await page.getByRole('menuitem', { name: 'Full refresh' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Full refresh' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await endedRun(ctx(), id)
  sandbox().setFaults('')
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  await page.getByRole('table', { name: 'Runs' }).getByRole('link').first().click()
  await atRun(page)
  await page.getByText('Succeeded', { exact: true }).first().waitFor()
  await page.getByRole('definition').filter({ hasText: '1 times' }).waitFor()
  const lines = page.getByRole('log')
  await lines.getByText('1 request came too fast for the account').waitFor()
  await lines.getByText('1 request failed (HTTP 500): made again').waitFor()
  const log = (await page.getByRole('log').textContent()) ?? ''
  assert.doesNotMatch(log, new RegExp(sandboxKey))
})

step(
  'a table that fails stops no other, and its lastRunDate stays; after the cure nothing is missing or doubled (30, 36, 39)',
  async () => {
    sandbox().setKey(sandboxKey, {
      permissions: seven
        .flatMap((name) => (name === 'products' ? [] : [`${name.replace(/s$/, '')}_read`]))
        .concat('event_read'),
    })
    const { world } = sandbox().account.store
    await sandbox().update('products', world.object('products', 0).id, { name: 'changed unseen' })
    const before = await lastRunOf('products')
    await run('Partial')
    const row = page.getByRole('row', { name: /acme\.products/ })
    await row.getByText(/lacks the permission product_read/).waitFor()
    await page.getByRole('row', { name: /acme\.invoices OK/ }).waitFor()
    assert.equal(await lastRunOf('products'), before)
    sandbox().setKey(sandboxKey, { permissions: 'all' })
    await run('Succeeded')
    assert.notEqual(await lastRunOf('products'), before)
    assert.deepEqual(await differences(seven.filter((table) => table !== 'products')), [])
    assert.deepEqual(
      await asked(id, "select count(*), count(distinct id) from acme.products where name = 'changed unseen'"),
      ['1', '1'],
    )
  },
)

step('a field that is added is there after the next run, of all rows (20)', async () => {
  await page.goto(`${app.url}/integrations/${id}/settings`)
  await page.getByRole('tab', { name: 'Fields' }).click()
  await page.getByRole('navigation', { name: 'Chosen tables' }).getByText('products', { exact: true }).click()
  await page.getByRole('checkbox', { name: 'description', exact: true }).check()
  await page.getByRole('button', { name: 'Save tables and fields' }).click()
  await page.getByText('Saved; the next run goes by it').waitFor()
  await run('Succeeded')
  await page.goto(`${app.url}/integrations/${id}/schema`)
  await page.getByRole('list', { name: 'Recent changes' }).getByText('description').waitFor()
  await page
    .getByRole('table', { name: 'Columns of products' })
    .getByText('description', { exact: true })
    .waitFor()
  assert.deepEqual(await differences(seven), [])
})

step(
  'paused, nothing runs though its time has come; re-activated, nothing made meanwhile is missing (21, 22)',
  async () => {
    await page.goto(`${app.url}/integrations/${id}`)
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Pause' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click()
    await page.getByText('Paused: no run starts until it is re-activated').waitFor()
    const { last_run } = await now()
    await sandbox().create('customers', { name: 'Made in the pause' })
    await ctx().pool.query(
      "update sluice.integrations set next_run_at = now() - interval '1 minute' where id = $1",
      [id],
    )
    await sleep(1_500)
    assert.deepEqual([(await now()).last_run?.id, (await now()).open_run_id], [last_run?.id, null])
    await page.getByRole('button', { name: 'Re-activate' }).click()
    await page.getByRole('button', { name: 'Run now' }).waitFor()
    for (let tries = 0; (await endedRun(ctx(), id)) === last_run?.id; tries++) {
      assert.ok(tries < 200, 'no run starts by itself')
      await sleep(50)
    }
    assert.deepEqual(await differences(seven), [])
  },
)

step('deleted, it is gone with its key, and runs no more; its tables stay (23)', async () => {
  await page.goto(app.url)
  await page.getByRole('button', { name: 'More for acme' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete acme?' })
  await dialog.getByLabel('Type acme to confirm').fill('acme')
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('row', { name: /acme/ }).first().waitFor({ state: 'detached' })
  const { rows } = await ctx().pool.query(
    'select source_secret, next_run_at from sluice.integrations where id = $1',
    [id],
  )
  assert.deepEqual(rows, [{ source_secret: null, next_run_at: null }])
  const [kept = ''] = await asked(young, 'select count(*) from acme.invoices')
  assert.ok(Number(kept) > 100)
})

async function lastRunOf(stream: string): Promise<unknown> {
  const { rows } = await ctx().pool.query(
    'select last_run from sluice.tables where integration_id = $1 and stream = $2',
    [id, stream],
  )
  return rows[0]?.last_run?.toISOString()
}

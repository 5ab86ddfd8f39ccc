/** Each page while it waits, when the service can't be asked, when the line breaks, and when there is nothing. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page, Route } from 'playwright-core'
import { type App, startApp } from './support/app.ts'
import { looked, looks, pictureFolder } from './support/looks.ts'
import { type PageOf, pagesOf } from './support/pages.ts'
import { integrationThatRan } from './support/ran.ts'

const pictures = pictureFolder()
let app: App
let pages: readonly PageOf[]
/** An integration that has not run. */
let fresh: string
before(async () => {
  app = await startApp()
  await app.signUp()
  pages = pagesOf(...(await integrationThatRan(app)))
  fresh = (await app.served.service.integration()).id
})
after(() => app[Symbol.asyncDispose]())

/** Pages that ask for nothing but who is signed in. */
const asksNothing = ['not-found', 'wizard']
const asking = () => pages.filter(([name]) => !asksNothing.includes(name))

/** What is asked for besides who is signed in. */
const api = /\/api\/v1\/(?!session$|me$)/

/** How much of what is seen has moved by itself, as browsers measure it; 0.1 is called good. */
const shifts = `window.moved = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.moved += entry.value
}).observe({ type: 'layout-shift', buffered: true })`

/** In the light; of some pages, which have each kind of part, also in the dark and on a phone. */
async function photograph(page: Page, name: string, state: string): Promise<void> {
  for (const [look, options] of looks) {
    if (look !== 'light' && !['integrations', 'overview', 'run', 'alerts'].includes(name)) continue
    const { colorScheme, viewport } = { viewport: { width: 1280, height: 900 }, ...options }
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: join(pictures, `${name}-${state}-${look}.png`) })
  }
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.emulateMedia({ colorScheme: 'light' })
}

const textOf = async (page: Page) => (await page.locator('main').allInnerTexts()).join('\n')

const content = (page: Page) => page.locator('[aria-label="Loading"]').first()

test('while it waits, each page has its frame and says so; what comes then moves little', async () => {
  const page = await app.open('/profile')
  await page.addInitScript(shifts)
  for (const [name, path] of asking()) {
    const held: Route[] = []
    await page.route(api, (route) => void held.push(route))
    await page.goto(app.url + path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await content(page).waitFor()
    await photograph(page, name, 'loading')
    await page.evaluate('window.moved = 0')
    await page.unroute(api)
    for (const route of held) await route.continue().catch(() => {})
    await content(page).waitFor({ state: 'detached' })
    await page.waitForTimeout(300)
    const moved = await page.evaluate<number>('window.moved')
    assert.ok(moved < 0.25, `${name} moves by ${moved} when it comes`)
  }
  await page.context().close()
})

test('when the service is not there, each page says what helps, and has it by one click when it is back', async () => {
  const page = await app.open('/profile')
  for (const [name, path] of asking()) {
    // As a proxy answers while the service behind it starts.
    await page.route(api, (route) => route.fulfill({ status: 502, body: '<h1>Bad gateway</h1>' }))
    await page.goto(app.url + path)
    const alert = page.getByRole('alert').first()
    await alert.waitFor()
    await photograph(page, name, 'error')
    await page.unroute(api)
    for (
      let tries = 0;
      tries < 9 && (await page.getByRole('button', { name: 'Try again' }).count()) > 0;
      tries++
    ) {
      // One that has come by itself is gone.
      await page
        .getByRole('button', { name: 'Try again' })
        .first()
        .click({ timeout: 1_000 })
        .catch(() => {})
      await page.waitForTimeout(200)
    }
    await alert.waitFor({ state: 'detached' })
    await content(page).waitFor({ state: 'detached' })
  }
  await page.context().close()
})

test('offline, each page keeps what it shows and says that it may be old; another page comes with the line', async () => {
  const page = await app.open('/profile')
  for (const [name, path] of asking()) {
    await page.goto(app.url + path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await content(page).waitFor({ state: 'detached' })
    const before = await textOf(page)
    await page.context().setOffline(true)
    await page.getByText('You are offline').waitFor()
    const shown = await textOf(page)
    const lost = before
      .split('\n')
      .filter((line) => !/ago|in \d|just now|moment/.test(line) && !shown.includes(line))
    await photograph(page, name, 'offline')
    await page.context().setOffline(false)
    await page.getByText('You are offline').waitFor({ state: 'detached' })
    assert.deepEqual(lost, [], name)
  }
  await page.goto(`${app.url}/profile`)
  await page.getByRole('table', { name: 'Sessions' }).waitFor()
  await page.context().setOffline(true)
  await page.getByText('You are offline').waitFor()
  await page.getByRole('link', { name: 'System' }).click()
  await page.waitForTimeout(1_500)
  await page.context().setOffline(false)
  await page.getByRole('heading', { level: 1, name: 'System' }).waitFor()
  await page.context().close()
})

test('where nothing is yet, each page says what would stand there', async () => {
  const of = `/integrations/${fresh}`
  for (const [look, options] of looks) {
    const page = await app.open('/profile', options)
    const faults: string[] = []
    for (const [name, path, text] of [
      ['overview', of, 'No run has ended yet'],
      ['tables', `${of}/tables`, 'Not run yet'],
      ['schema', `${of}/schema`, 'No table stands in the warehouse yet'],
      ['runs', `${of}/runs`, 'No run yet'],
      ['logs', `${of}/logs`, 'No run yet, and so no log'],
      ['data', `${of}/data`, 'There are no rows yet'],
      ['verify', `${of}/verify`, 'Not verified yet'],
      ['alerts', '/alerts', 'Nobody is told of anything yet'],
      ['tokens', '/tokens', 'No token yet'],
    ] as const) {
      await page.goto(app.url + path)
      await page.getByText(text).first().waitFor()
      faults.push(...(await looked(page, pictures, `${name}-empty`, look)))
    }
    assert.deepEqual(faults, [])
    await page.context().close()
  }
})

test('ten thousand runs come a page at a time, and so do verifications; the log of each is reached', async () => {
  const { pool } = app.served.service.ctx
  await pool.query(
    `insert into sluice.runs (id, integration_id, status, trigger, queued_at, started_at, ended_at)
     select gen_random_uuid(), $1, 'succeeded', 'schedule', t, t, t + interval '1 minute'
     from generate_series(1, 10000) n, lateral (select now() - n * interval '1 hour' as t) at`,
    [fresh],
  )
  await pool.query(
    `insert into sluice.verify_runs (id, integration_id, status, trigger, repair, queued_at, started_at, ended_at)
     select gen_random_uuid(), $1, 'cancelled', 'schedule', false, t, t, t + interval '1 minute'
     from generate_series(1, 60) n, lateral (select now() - n * interval '1 day' as t) at`,
    [fresh],
  )
  const page = await app.open(`/integrations/${fresh}/verify`)
  const verifications = page.getByRole('table', { name: 'Verifications' }).getByRole('row')
  await verifications.nth(50).waitFor()
  await page.getByRole('button', { name: 'Earlier verifications' }).click()
  await verifications.nth(60).waitFor()
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  const rows = page.getByRole('table', { name: 'Runs' }).getByRole('row')
  await rows.nth(100).waitFor()
  assert.equal(await rows.count(), 101)
  await page.getByRole('button', { name: 'Earlier runs' }).click()
  await rows.nth(200).waitFor()
  await page.getByRole('link', { name: 'Logs' }).click()
  const picker = page.getByRole('combobox', { name: 'Run' })
  await picker.click()
  const offered = page.getByRole('option')
  await offered.first().waitFor()
  const before = await offered.count()
  await picker.press('ArrowUp')
  // The end of the list brings earlier runs.
  await offered.nth(before).waitFor()
  assert.equal(await offered.count(), before + 100)
  await page.context().close()
})

/** A look around without an account of one's own: by one click, from nothing to charts. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type App, startApp } from './support/app.ts'
import { looked, pictureFolder, seen } from './support/looks.ts'

let app: App
const pictures = pictureFolder()
before(async () => {
  app = await startApp()
  await app.signUp()
})
after(() => app[Symbol.asyncDispose]())

test('a demo starts by one click: its first run is seen as it goes on, then what came of it', async () => {
  const { sandbox } = app.served.service
  const page = await app.open()
  const button = page.getByRole('button', { name: 'Try a demo account' })
  await button.waitFor()
  assert.deepEqual(await looked(page, pictures, 'first', 'light'), [])
  // Its access is looked at with one object; the run asks for pages.
  sandbox.setFaults('hold@~^/v1/invoices.*limit=100:times=all')
  await button.click()
  await page.getByRole('heading', { level: 1, name: 'demo' }).waitFor()
  const first = page.getByRole('region', { name: 'The first run' })
  await first.getByText(/^\d+ %, \d+ of 2\d tables up to date$/).waitFor()
  await page.getByRole('list', { name: 'Rows read so far' }).getByText('customers').waitFor()
  assert.equal(await page.getByText('Rows per run').count(), 0, 'no chart of what has not been')
  assert.deepEqual(await seen(page, pictures, 'first-run'), [])
  sandbox.setFaults('')
  await page.getByRole('img', { name: /^Rows per run: .* in 1 run$/ }).waitFor({ timeout: 60_000 })
  await page.getByText('Active', { exact: true }).waitFor()
  await page.screenshot({ path: join(pictures, 'after-first-run-light.png') })
  await page.getByRole('link', { name: 'Integrations' }).first().click()
  await page.getByRole('row', { name: /demo/ }).waitFor()
  assert.equal(await button.count(), 0, 'who has one needs no demo')
})

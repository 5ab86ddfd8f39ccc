/** Each page in both schemes and on a phone: accessible, not wider than the screen, without errors; and a picture of it. */
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { type App, startApp } from './support/app.ts'
import { pagesOf } from './support/pages.ts'
import { integrationThatRan } from './support/ran.ts'

const pictures = mkdtempSync(join(tmpdir(), 'sluice-pages-'))
let app: App
let pages: ReturnType<typeof pagesOf>
before(async () => {
  process.stdout.write(`pictures of the pages: ${pictures}\n`)
  app = await startApp()
})
after(() => app[Symbol.asyncDispose]())

const looks = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['phone', { colorScheme: 'light', viewport: { width: 390, height: 844 } }],
] as const

test('the pages for who is not signed in', async () => {
  for (const [look, options] of looks) {
    const page = await app.open('/sign-up', options)
    assert.deepEqual(await looked(page, 'sign-up', look), [])
    await page.context().close()
  }
  await app.signUp()
  const page = await app.open('/sign-in')
  await page.context().clearCookies()
  for (const path of ['sign-in', 'forgot-password', 'reset-password?token=x']) {
    await page.goto(`${app.url}/${path}`)
    assert.deepEqual(await looked(page, path.replace(/\?.*/, ''), 'light'), [])
  }
})

for (const [look, options] of looks) {
  test(`all other pages, ${look}`, async () => {
    pages ??= pagesOf(...(await integrationThatRan(app)))
    const page = await app.open('/', options)
    const faults: string[] = []
    for (const [name, path] of pages) {
      await page.goto(app.url + path)
      faults.push(...(await looked(page, name, look)))
    }
    await page.context().close()
    assert.deepEqual(faults, [])
  })
}

/** Waits until what is read is there, takes a picture, and has the page checked: what is wrong with it. */
async function looked(page: Page, name: string, look: string): Promise<readonly string[]> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.locator('[aria-label="Loading"]').first().waitFor({ state: 'detached' })
  await page.evaluate('document.fonts.ready.then(() => undefined)')
  // Drawers and fades come to rest.
  await page.waitForTimeout(300)
  await page.screenshot({ path: join(pictures, `${name}-${look}.png`) })
  const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
  const { violations } = await checker(page, look).analyze()
  const found = violations.map(
    ({ id, help, nodes }) => `${id}: ${help} at ${nodes.map(({ target }) => target.join(' ')).join('; ')}`,
  )
  if (over > 0) found.push(`${over} pixels wider than the screen`)
  return found.map((fault) => `${name} (${look}): ${fault}`)
}

/** All rules in the light; what depends on colours in the dark, and on room on a phone. */
function checker(page: Page, look: string): AxeBuilder {
  const axe = new AxeBuilder({ page })
  if (look === 'dark') return axe.withRules(['color-contrast', 'link-in-text-block'])
  if (look === 'phone') return axe.withRules(['scrollable-region-focusable', 'target-size', 'button-name'])
  return axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
}

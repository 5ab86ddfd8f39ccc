/** By keyboard alone: everything is reached, nothing holds the focus, and what opens closes by Escape. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { type App, startApp } from './support/app.ts'
import { atStep } from './support/wizard.ts'

let app: App
before(async () => {
  app = await startApp()
  await app.signUp()
})
after(() => app[Symbol.asyncDispose]())

/** The accessible name of what has the focus, as far as it has one of its own. */
const focused = (page: Page) =>
  page.evaluate<string>(`(() => {
    const element = document.activeElement
    const labels = [...(element?.labels ?? [])].map((label) => label.textContent).join(' ')
    return element?.getAttribute('aria-label') ?? (labels || (element?.textContent ?? ''))
  })()`)

/** Tab by tab to what is called so. */
async function tabTo(page: Page, name: RegExp, most = 60): Promise<void> {
  const passed: string[] = []
  for (let presses = 0; presses < most; presses++) {
    await page.keyboard.press('Tab')
    const at = await focused(page)
    if (name.test(at)) return
    passed.push(at.slice(0, 30))
  }
  assert.fail(`${name} is not reached; passed: ${passed.join(' | ')}`)
}

/** The step is there, and the focus at its beginning. */
async function arrive(page: Page, title: string): Promise<void> {
  await atStep(page, title)
  await page.locator('h2:focus').waitFor()
}

async function activate(page: Page, name: RegExp, most?: number): Promise<void> {
  await tabTo(page, name, most)
  await page.keyboard.press('Enter')
}

test('an integration is made by keyboard alone, from the list to its page', async () => {
  const page = await app.open()
  await page.getByRole('article', { name: 'Stripe' }).waitFor()
  await activate(page, /^Connect Stripe$/)
  await atStep(page, 'Name and schedule')
  await activate(page, /^Continue$/)
  await page.getByText('A name is needed').waitFor()
  await page.locator('input[aria-invalid="true"]:focus').waitFor()
  await page.keyboard.type('typed')
  await activate(page, /^Continue$/)
  await arrive(page, 'Authorise Stripe')
  await activate(page, /^The demo account/)
  await page.getByText(/tables can be read/).waitFor()
  await activate(page, /^Continue$/)
  await arrive(page, 'Warehouse')
  await tabTo(page, /^Address/)
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type(`duckdb:${app.served.service.folder}/typed.duckdb`)
  await page.keyboard.press('Enter')
  await page.getByText('It works').waitFor()
  await activate(page, /^Continue$/)
  await arrive(page, 'Tables')
  await page.getByLabel('Search tables').waitFor()
  await activate(page, /^Skip the tables$/, 10)
  await tabTo(page, /^Continue$/, 2)
  await page.locator('h2').focus()
  await tabTo(page, /^Search tables$/)
  await page.keyboard.type('products')
  await activate(page, /^None$/)
  await tabTo(page, /^products$/)
  await page.keyboard.press('Space')
  await page.getByText(/^1 of \d+ chosen/).waitFor()
  await activate(page, /^Continue$/, 10)
  await arrive(page, 'Fields')
  await page.getByLabel('Search fields of products').waitFor()
  await activate(page, /^Skip the fields$/, 10)
  await activate(page, /^Continue$/, 10)
  await arrive(page, 'Review')
  await activate(page, /^Create the integration$/)
  await page.getByRole('heading', { level: 1, name: 'typed' }).waitFor()
  await page.getByText('Active', { exact: true }).waitFor({ timeout: 30_000 })
  await page.context().close()
})

test('what opens has the focus, keeps it until Escape, and gives it back', async () => {
  const page = await app.open('/users')
  await page.getByRole('heading', { level: 1, name: 'Users' }).waitFor()
  await activate(page, /^Invite$/)
  const dialog = page.getByRole('dialog', { name: 'Invite somebody' })
  await dialog.waitFor()
  for (let presses = 0; presses < 12; presses++) {
    await page.keyboard.press('Tab')
    assert.equal(
      await page.evaluate<boolean>(`document.activeElement?.closest('[role="dialog"]') !== null`),
      true,
      'the focus stays in the dialog',
    )
  }
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'Invite' }).and(page.locator(':focus')).waitFor()
  await activate(page, /^A?Ada Lovelace ?admin$/)
  await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('menuitem', { name: 'Sign out' }).waitFor({ state: 'hidden' })
  await page
    .getByRole('button', { name: /Ada Lovelace/ })
    .and(page.locator(':focus'))
    .waitFor()
  await page.context().close()
})

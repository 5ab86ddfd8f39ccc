/** What a person does in the wizard, step by step. */
import type { Page } from 'playwright-core'

export async function go(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Continue' }).click()
}

/** Its title is there at once, and what it asks for a moment later: keys that are pressed in between go elsewhere. */
export async function atStep(page: Page, title: string): Promise<void> {
  const step = page.getByRole('region', { name: title, exact: true })
  await step.waitFor()
  await step.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' })
}

export async function nameIt(page: Page, name: string): Promise<void> {
  await page.getByLabel('Integration name').fill(name)
  await go(page)
  await atStep(page, 'Authorise Stripe')
}

export async function takeDemo(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'The demo account' }).click()
  await page.getByText(/tables can be read/).waitFor()
  await go(page)
  await atStep(page, 'Warehouse')
}

/** Adds a DuckDB file and takes it. */
export async function addWarehouse(page: Page, address: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Address' }).fill(address)
  await page.getByRole('button', { name: 'Test and add' }).click()
  await page.getByText('It works').waitFor()
  await go(page)
  await atStep(page, 'Tables')
}

/** Takes one table with all of its fields, up to the review. */
export async function onlyTable(page: Page, table: string): Promise<void> {
  await page.getByRole('button', { name: 'None' }).click()
  await page.getByLabel('Search tables').fill(table)
  await page.getByRole('checkbox', { name: table, exact: true }).check()
  await go(page)
  await atStep(page, 'Fields')
  await go(page)
  await atStep(page, 'Review')
}

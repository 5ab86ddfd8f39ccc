/** How a page looks: pictures of it, and what a checker of accessibility finds wrong with it. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

export const looks = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['phone', { colorScheme: 'light', viewport: { width: 390, height: 844 } }],
] as const

/** Makes a folder for pictures, and says where it is. */
export function pictureFolder(): string {
  const pictures = mkdtempSync(join(tmpdir(), 'sluice-pages-'))
  process.stdout.write(`pictures of the pages: ${pictures}\n`)
  return pictures
}

/** Waits until what is read is there, takes a picture, and has the page checked: what is wrong with it. */
export async function looked(
  page: Page,
  pictures: string,
  name: string,
  look: string,
): Promise<readonly string[]> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.locator('[aria-label="Loading"], [data-pending]').first().waitFor({ state: 'detached' })
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

/** Looks at a page in both schemes and on a phone, one after the other. */
export async function seen(page: Page, pictures: string, name: string): Promise<readonly string[]> {
  const faults: string[] = []
  for (const [look, options] of looks) {
    const { colorScheme, viewport } = { viewport: { width: 1280, height: 900 }, ...options }
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme })
    faults.push(...(await looked(page, pictures, name, look)))
  }
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.emulateMedia({ colorScheme: 'light' })
  return faults
}

/** All rules in the light; what depends on colours in the dark, and on room on a phone. */
function checker(page: Page, look: string): AxeBuilder {
  const axe = new AxeBuilder({ page })
  if (look === 'dark') return axe.withRules(['color-contrast', 'link-in-text-block'])
  if (look === 'phone') return axe.withRules(['scrollable-region-focusable', 'target-size', 'button-name'])
  return axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
}

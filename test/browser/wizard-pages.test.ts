/** Each step of the wizard in both schemes and on a phone, as the pages are looked at. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type App, startApp } from './support/app.ts'
import { looked, looks, pictureFolder } from './support/looks.ts'
import { addWarehouse, atStep, go, nameIt, takeDemo } from './support/wizard.ts'

const pictures = pictureFolder()
let app: App
before(async () => {
  app = await startApp()
  await app.signUp()
})
after(() => app[Symbol.asyncDispose]())

for (const [look, options] of looks) {
  test(`the steps of the wizard, ${look}`, async () => {
    const page = await app.open('/integrations/new', options)
    const faults: string[] = []
    const see = async (name: string) => void faults.push(...(await looked(page, pictures, name, look)))
    await nameIt(page, `looked_${look}`)
    await page.getByRole('button', { name: 'Your Stripe account' }).click()
    await page.getByRole('button', { name: 'Connected accounts' }).click()
    await see('stripe')
    await takeDemo(page)
    // The first makes a warehouse; then there is one to choose.
    if (look !== 'light') await page.getByRole('button', { name: 'Add a warehouse' }).click()
    await page.getByLabel('Name').fill(look)
    await see('warehouse')
    await addWarehouse(page, `duckdb:${app.served.service.folder}/${look}.duckdb`)
    await page.getByRole('button', { name: 'Estimate rows' }).click()
    await page
      .getByText(/ a month$/)
      .first()
      .waitFor()
    await see('tables')
    await go(page)
    await atStep(page, 'Fields')
    await see('fields')
    await go(page)
    await atStep(page, 'Review')
    await see('review')
    await page.context().close()
    assert.deepEqual(faults, [])
  })
}

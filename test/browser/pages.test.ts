/** Each page in both schemes and on a phone: accessible, not wider than the screen, without errors; and a picture of it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type App, startApp } from './support/app.ts'
import { looked, looks, pictureFolder } from './support/looks.ts'
import { pagesOf } from './support/pages.ts'
import { integrationThatRan } from './support/ran.ts'

const pictures = pictureFolder()
let app: App
let pages: ReturnType<typeof pagesOf>
before(async () => {
  app = await startApp()
})
after(() => app[Symbol.asyncDispose]())

test('the pages for who is not signed in', async () => {
  for (const [look, options] of looks) {
    const page = await app.open('/sign-up', options)
    assert.deepEqual(await looked(page, pictures, 'sign-up', look), [])
    await page.context().close()
  }
  await app.signUp()
  const page = await app.open('/sign-in')
  await page.context().clearCookies()
  for (const path of ['sign-in', 'forgot-password', 'reset-password?token=x']) {
    await page.goto(`${app.url}/${path}`)
    assert.deepEqual(await looked(page, pictures, path.replace(/\?.*/, ''), 'light'), [])
  }
})

for (const [look, options] of looks) {
  test(`all other pages, ${look}`, async () => {
    pages ??= pagesOf(...(await integrationThatRan(app)))
    const page = await app.open('/', options)
    const faults: string[] = []
    for (const [name, path] of pages) {
      await page.goto(app.url + path)
      faults.push(...(await looked(page, pictures, name, look)))
    }
    await page.context().close()
    assert.deepEqual(faults, [])
  })
}

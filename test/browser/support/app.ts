/** The whole service and a browser before it: server, worker, sandbox, DuckDB, Chromium. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { Role } from '../../../src/app/service/resources/user.ts'
import { builtWeb } from '../../../src/server/web-build.ts'
import { startWorker } from '../../../src/worker/worker.ts'
import { stopDatabases } from '../../support/databases.ts'
import { type Served, serve } from '../../support/server.ts'

export const ada = { name: 'Ada Lovelace', email: 'ada@example.com', password: 'correct horse battery' }

export interface App extends AsyncDisposable {
  readonly url: string
  readonly served: Served
  readonly browser: Browser
  /** A page of a visitor whom the service does not know. What it writes to the console as an error fails the test at the end. */
  open(path?: string, options?: BrowserContextOptions): Promise<Page>
  /** Ada signs up by the API; pages that are opened afterwards are hers. */
  signUp(): Promise<void>
  /** The worker stops as when a machine is taken away, and another takes over. */
  anotherWorker(): Promise<void>
  /** A page of somebody whom Ada invited. */
  openAs(role: Role, path?: string): Promise<Page>
}

const program = process.env.SLUICE_CHROMIUM ?? '/usr/bin/chromium'

export async function startApp(options: { readonly connected?: number } = {}): Promise<App> {
  assert.ok(existsSync(program), `${program} is missing: apt-get install chromium, or set SLUICE_CHROMIUM`)
  const served = await serve({ ...options, web: await builtWeb(() => {}) })
  const work = () => startWorker(served.service.ctx, { name: 'test', concurrency: 2 })
  let worker = await work()
  // Its own sandbox needs rights that root in a container has not.
  const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] })
  const errors: string[] = []
  let cookies: Cookies = []
  let invited = 0
  const app: App = {
    url: served.url,
    served,
    browser,
    open: (path = '/', options = {}) => openWith(cookies, path, options),
    async openAs(role, path = '/') {
      const admin = await served.signedIn(ada.email, ada.password)
      const email = `${role}${++invited}@example.com`
      const { body } = await admin('POST', '/api/v1/invitations', { email, role })
      const invitation = new URL(body.link).searchParams.get('invitation')
      const { password } = ada
      const made = await served.nobody('POST', '/api/v1/session/sign-up', {
        ...{ name: `The ${role}`, email, password, invitation },
      })
      assert.equal(made.status, 201, made.text)
      return openWith(cookiesFor(served.url, made.headers), path, {})
    },
    async anotherWorker() {
      await worker.stop(5_000)
      worker = await work()
    },
    async signUp() {
      const made = await served.nobody('POST', '/api/v1/session/sign-up', ada)
      assert.equal(made.status, 201, made.text)
      cookies = cookiesFor(served.url, made.headers)
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      await worker.stop(5_000)
      await served[Symbol.asyncDispose]()
      await stopDatabases()
      assert.deepEqual(errors, [], 'errors in the console of the browser')
    },
  }
  return app

  async function openWith(known: Cookies, path: string, options: BrowserContextOptions): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    await context.addCookies(known)
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    page.on('pageerror', (error) => errors.push(`${page.url()}: ${error.message}`))
    page.on('console', (message) => {
      // The browser's own line about an answer that is not 2xx: whether that is right is for the test to say.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        errors.push(`${page.url()}: ${message.text()}`)
    })
    await page.goto(served.url + path)
    return page
  }
}

type Cookies = { name: string; value: string; url: string }[]

function cookiesFor(url: string, headers: Headers): Cookies {
  return headers.getSetCookie().map((cookie) => {
    const [pair = ''] = cookie.split(';', 1)
    const at = pair.indexOf('=')
    return { name: pair.slice(0, at), value: pair.slice(at + 1), url }
  })
}

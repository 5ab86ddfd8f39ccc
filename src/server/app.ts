/** All that is served, as one function from request to response. */
import { Hono } from 'hono'
import { compress } from 'hono/compress'
import type { PeopleContext } from '../app/service/people/context.ts'
import { apiRoutes } from './api.ts'
import { bodiesUpTo } from './bodies.ts'
import type { Env } from './declare.ts'
import { deedsOf } from './deeds.ts'
import { docsPage } from './docs-page.ts'
import { apiDocument, prefix } from './document.ts'
import { guard } from './guard.ts'
import { healthRoutes } from './health.ts'
import { hooks } from './hooks.ts'
import { idempotency } from './idempotency.ts'
import { oauthReturn } from './oauth-return.ts'
import { operationsOf } from './operations.ts'
import { problemOf, Refusal } from './problem.ts'
import { requestLog } from './requests.ts'
import { headers, sameOrigin } from './security.ts'
import { wholeTexts } from './texts.ts'
import { traced } from './traced.ts'
import { webFiles } from './web-files.ts'

export interface AppOptions {
  /** Where people reach the service: `https://sluice.example.com`. */
  readonly publicUrl?: string | undefined
  /** A proxy stands before the service, and writes who asked into `X-Forwarded-For`. */
  readonly proxied?: boolean | undefined
  /** The folder of the web app's built files; absent: the API alone. */
  readonly web?: string | undefined
  /** Takes one line of JSON per request. */
  readonly logRequest?: ((line: string) => void) | undefined
}

/** Bytes. A selection of all tables with all their fields is a tenth of it. */
const longestBody = 1024 * 1024

/** `closing`: the server ends, and with it what would never end by itself. */
export async function serverApp(
  people: PeopleContext,
  { publicUrl, proxied = false, web, logRequest }: AppOptions,
  closing: AbortSignal,
): Promise<Hono<Env>> {
  const api = apiRoutes(people)
  const operationOf = operationsOf(api, prefix)
  const document = apiDocument(api)
  const [documentText, documentPage] = [JSON.stringify(document), docsPage(document)]
  const bug = (id: string, error: Error) =>
    people.service.log('error', `request ${id}: ${error.stack ?? String(error)}`)

  const app = new Hono<Env>()
  app.onError((error, c) => problemOf(c, error, bug))
  app.notFound((c) => problemOf(c, new Refusal(404, 'there is nothing here')))
  app.use(async (c, next) => {
    c.set('proxied', proxied)
    c.set('closing', closing)
    await next()
  })
  if (logRequest) app.use(requestLog(logRequest))
  app.use(headers({ https: publicUrl?.startsWith('https:') === true }))
  app.route('/', healthRoutes(people))
  app.route('/hooks', hooks(people.service))
  app.route('/oauth', oauthReturn(people))
  app.get('/api/docs', (c) => c.html(documentPage))
  app.get(`${prefix}/openapi.json`, (c) => c.body(documentText, 200, { 'content-type': 'application/json' }))
  app.use(`${prefix}/*`, async (c, next) => {
    c.header('cache-control', 'no-store')
    await next()
  })
  if (people.service.tracer) app.use(`${prefix}/*`, traced(people.service.tracer, operationOf))
  app.use(`${prefix}/*`, compress())
  app.use(`${prefix}/*`, bodiesUpTo(longestBody))
  app.use(`${prefix}/*`, wholeTexts())
  app.use(`${prefix}/*`, sameOrigin(publicUrl === undefined ? undefined : new URL(publicUrl).origin))
  app.use(`${prefix}/*`, guard(people, operationOf))
  app.use(`${prefix}/*`, deedsOf(people, operationOf))
  app.use(`${prefix}/*`, idempotency(people.service, operationOf))
  app.route(prefix, api)
  if (web !== undefined) app.use(await webFiles(web))
  return app
}

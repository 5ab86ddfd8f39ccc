/** All that is served, as one function from request to response. */
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { PeopleContext } from '../app/service/people/context.ts'
import { apiRoutes } from './api.ts'
import type { Env } from './declare.ts'
import { deedsOf } from './deeds.ts'
import { apiDocument, prefix } from './document.ts'
import { guard } from './guard.ts'
import { idempotency } from './idempotency.ts'
import { operationsOf } from './operations.ts'
import { problemOf, Refusal } from './problem.ts'
import { headers, sameOrigin } from './security.ts'

export interface AppOptions {
  /** Where people reach the service: `https://sluice.example.com`. */
  readonly publicUrl?: string | undefined
  /** A proxy stands before the service, and writes who asked into `X-Forwarded-For`. */
  readonly proxied?: boolean | undefined
}

/** Bytes. A selection of all tables with all their fields is a tenth of it. */
const longestBody = 1024 * 1024

export function serverApp(people: PeopleContext, { publicUrl, proxied = false }: AppOptions): Hono<Env> {
  const api = apiRoutes(people)
  const operationOf = operationsOf(api, prefix)
  const document = JSON.stringify(apiDocument(api))
  const bug = (id: string, error: Error) =>
    people.service.log('error', `request ${id}: ${error.stack ?? String(error)}`)

  const app = new Hono<Env>()
  app.onError((error, c) => problemOf(c, error, bug))
  app.notFound((c) => problemOf(c, new Refusal(404, 'there is nothing here')))
  app.use(async (c, next) => {
    c.set('proxied', proxied)
    await next()
  })
  app.use(headers({ https: publicUrl?.startsWith('https:') === true }))
  app.get(`${prefix}/openapi.json`, (c) => c.body(document, 200, { 'content-type': 'application/json' }))
  app.use(`${prefix}/*`, async (c, next) => {
    c.header('cache-control', 'no-store')
    await next()
  })
  app.use(
    `${prefix}/*`,
    bodyLimit({
      maxSize: longestBody,
      onError: () => {
        throw new Refusal(413, `a body has at most ${longestBody} bytes`)
      },
    }),
  )
  app.use(`${prefix}/*`, sameOrigin(publicUrl === undefined ? undefined : new URL(publicUrl).origin))
  app.use(`${prefix}/*`, guard(people, operationOf))
  app.use(`${prefix}/*`, deedsOf(people, operationOf))
  app.use(`${prefix}/*`, idempotency(people.service, operationOf))
  app.route(prefix, api)
  return app
}

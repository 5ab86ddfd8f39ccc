import type { OpenAPIHono } from '@hono/zod-openapi'
import { version } from '../app/version.ts'
import type { Env } from './declare.ts'
import { openApiDocument } from './openapi.ts'
import type { Json } from './schemas.ts'

/** Where the API is mounted. */
export const prefix = '/api/v1'

/** The OpenAPI document of these routes, as it is served. */
export function apiDocument(api: OpenAPIHono<Env>): Json {
  return openApiDocument(api, prefix, {
    title: 'Sluice',
    version: version(),
    description:
      'Everything that the web app and the command line do. Sign in, or send an API token as `Authorization: Bearer slt_…`. Errors are application/problem+json.',
  })
}

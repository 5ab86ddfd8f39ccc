/** SQL on a warehouse that can only read. */
import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { answer } from '../../app/service/data/query.ts'
import type { PeopleContext } from '../../app/service/people/context.ts'
import { queryAnswer, queryInput } from '../../app/service/resources/data.ts'
import { csvOf } from '../csv.ts'
import { body, group, json } from '../declare.ts'

const ask = createRoute({
  method: 'post',
  path: '/',
  operationId: 'query',
  summary: 'One statement that only reads, and its first rows',
  request: { body: body(queryInput) },
  responses: { 200: json(queryAnswer, 'The answer') },
})

const askCsv = createRoute({
  method: 'post',
  path: '/csv',
  operationId: 'queryCsv',
  summary: 'The same as a file',
  request: { body: body(queryInput) },
  responses: { 200: { description: 'RFC 4180', content: { 'text/csv': { schema: z.string() } } } },
})

export function queryApi(ctx: PeopleContext) {
  return group()
    .openapi(ask, async (c) => c.json(await answer(ctx.service, c.req.valid('json'), c.req.raw.signal), 200))
    .openapi(askCsv, async (c) => csvOf(await answer(ctx.service, c.req.valid('json'), c.req.raw.signal)))
}

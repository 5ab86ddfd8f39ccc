/** What can be connected: the catalog, and the check of a key. */
import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { catalogStreams, connectors, catalogStream as streamOf } from '../../app/service/catalog.ts'
import type { PeopleContext } from '../../app/service/people/context.ts'
import { catalogStream, catalogStreamDetail, connector } from '../../app/service/resources/catalog.ts'
import { history } from '../../app/service/resources/integration.ts'
import { rowEstimate, sourceCheck, sourceInput } from '../../app/service/resources/source.ts'
import { checkSource, estimateRows } from '../../app/service/source.ts'
import { all, body, group, json } from '../declare.ts'

const list = createRoute({
  method: 'get',
  path: '/',
  operationId: 'listConnectors',
  summary: 'The connectors',
  responses: { 200: json(all(connector), 'All of them') },
})

const streams = createRoute({
  method: 'get',
  path: '/stripe/streams',
  operationId: 'listStreams',
  summary: 'The streams of the catalog',
  responses: { 200: json(all(catalogStream), 'All of them, by name') },
})

const stream = createRoute({
  method: 'get',
  path: '/stripe/streams/{name}',
  operationId: 'getStream',
  summary: 'A stream with its columns',
  request: { params: z.object({ name: z.string().min(1).max(200) }) },
  responses: { 200: json(catalogStreamDetail, 'The stream') },
})

const check = createRoute({
  method: 'post',
  path: '/stripe/check',
  operationId: 'checkSource',
  summary: 'Try credentials: whose they are, and what they may read',
  request: {
    body: body(
      z
        .object({
          source: sourceInput,
          streams: z.array(z.string().min(1).max(200)).max(500).optional().describe('Absent: all'),
        })
        .meta({ id: 'SourceCheckInput' }),
    ),
  },
  responses: { 200: json(sourceCheck, 'What the credentials give') },
})

const estimate = createRoute({
  method: 'post',
  path: '/stripe/estimate',
  operationId: 'estimateRows',
  summary: 'How many rows streams may have: one request to Stripe for each',
  request: {
    body: body(
      z
        .object({
          source: sourceInput,
          streams: z.array(z.string().min(1).max(200)).min(1).max(500),
          history,
        })
        .meta({ id: 'RowEstimateInput' }),
    ),
  },
  responses: { 200: json(all(rowEstimate), 'What their newest pages tell') },
})

export function connectorsApi(ctx: PeopleContext) {
  return group()
    .openapi(list, (c) => c.json({ items: connectors() }, 200))
    .openapi(streams, (c) => c.json({ items: catalogStreams() }, 200))
    .openapi(stream, (c) => c.json(streamOf(c.req.valid('param').name), 200))
    .openapi(check, async (c) => {
      const { source, streams } = c.req.valid('json')
      return c.json(await checkSource(ctx.service, source, streams), 200)
    })
    .openapi(estimate, async (c) => {
      const { source, streams, history } = c.req.valid('json')
      return c.json({ items: await estimateRows(ctx.service, source, streams, history) }, 200)
    })
}

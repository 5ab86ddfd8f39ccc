/** Endpoints for what Stripe calls out, by the integration's id. */
import { createRoute } from '@hono/zod-openapi'
import type { PeopleContext } from '../../app/service/people/context.ts'
import { webhook, webhookInput } from '../../app/service/resources/webhook.ts'
import { createWebhookEndpoint, removeWebhook } from '../../app/service/webhooks/endpoint.ts'
import { getWebhook, setWebhook } from '../../app/service/webhooks/webhooks.ts'
import { body, byId, group, json, nothing } from '../declare.ts'

const get = createRoute({
  method: 'get',
  path: '/{id}',
  operationId: 'getWebhook',
  summary: 'Where Stripe may call for an integration, and whether it does',
  request: { params: byId },
  responses: { 200: json(webhook, 'Its endpoint') },
})

const set = createRoute({
  method: 'put',
  path: '/{id}',
  operationId: 'setWebhook',
  summary: 'Start runs when Stripe calls, by the signing secret of the endpoint',
  request: { params: byId, body: body(webhookInput) },
  responses: { 200: json(webhook, 'Its endpoint') },
})

const make = createRoute({
  method: 'post',
  path: '/{id}/endpoint',
  operationId: 'createWebhookEndpoint',
  summary:
    'Make the endpoint in Stripe with the key of the integration, which takes the permission to write webhooks',
  request: { params: byId },
  responses: { 200: json(webhook, 'Its endpoint; the signing secret is kept sealed') },
})

const remove = createRoute({
  method: 'delete',
  path: '/{id}',
  operationId: 'removeWebhook',
  summary: 'Refuse calls from now on, and remove the endpoint that the service made in Stripe',
  request: { params: byId },
  responses: { 204: nothing },
})

export function webhooksApi(ctx: PeopleContext) {
  return group()
    .openapi(get, async (c) => c.json(await getWebhook(ctx, c.req.valid('param').id), 200))
    .openapi(set, async (c) =>
      c.json(await setWebhook(ctx, c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(make, async (c) => c.json(await createWebhookEndpoint(ctx, c.req.valid('param').id), 200))
    .openapi(remove, async (c) => {
      await removeWebhook(ctx, c.req.valid('param').id)
      return c.body(null, 204)
    })
}

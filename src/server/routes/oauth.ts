/** Connecting accounts on Stripe's own pages. */
import { createRoute } from '@hono/zod-openapi'
import { oauthState, startOauth } from '../../app/service/oauth/connect.ts'
import type { PeopleContext } from '../../app/service/people/context.ts'
import { oauth, oauthStart } from '../../app/service/resources/oauth.ts'
import { group, json } from '../declare.ts'

const get = createRoute({
  method: 'get',
  path: '/',
  operationId: 'getOauth',
  summary: "Whether accounts can be connected on Stripe's own pages",
  responses: { 200: json(oauth, 'What the operator has registered') },
})

const start = createRoute({
  method: 'post',
  path: '/start',
  operationId: 'startOauth',
  summary:
    'Begin to connect an account; its pages lead back to the web app, with the `grant_id` of the source',
  responses: { 200: json(oauthStart, "Stripe's page") },
})

export function oauthApi(ctx: PeopleContext) {
  return group()
    .openapi(get, (c) => c.json(oauthState(ctx), 200))
    .openapi(start, async (c) => c.json(await startOauth(ctx, c.get('actor')), 200))
}

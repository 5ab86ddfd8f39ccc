/** API tokens: one's own; administrators see those of all. */
import { createRoute } from '@hono/zod-openapi'
import type { PeopleContext } from '../../app/service/people/context.ts'
import { createToken, listTokens, revokeToken } from '../../app/service/people/tokens.ts'
import { token, tokenInput, tokenMade } from '../../app/service/resources/token.ts'
import { all, body, byId, group, json, nothing } from '../declare.ts'

const list = createRoute({
  method: 'get',
  path: '/',
  operationId: 'listTokens',
  summary: 'Your tokens; for an administrator those of all users',
  responses: { 200: json(all(token), 'All of them, newest first') },
})

const create = createRoute({
  method: 'post',
  path: '/',
  operationId: 'createToken',
  summary: 'Make a token; it is shown in this answer and never again',
  request: { body: body(tokenInput) },
  responses: { 201: json(tokenMade, 'The token') },
})

const revoke = createRoute({
  method: 'delete',
  path: '/{id}',
  operationId: 'revokeToken',
  summary: 'End a token',
  request: { params: byId },
  responses: { 204: nothing },
})

export function tokensApi(people: PeopleContext) {
  return group()
    .openapi(list, async (c) => c.json({ items: await listTokens(people, c.get('actor')) }, 200))
    .openapi(create, async (c) => c.json(await createToken(people, c.get('actor'), c.req.valid('json')), 201))
    .openapi(revoke, async (c) => {
      await revokeToken(people, c.get('actor'), c.req.valid('param').id)
      return c.body(null, 204)
    })
}

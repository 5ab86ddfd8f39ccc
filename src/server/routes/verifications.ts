/** Verifications of all integrations, one by one, and how far one is while it goes on. */
import { createRoute } from '@hono/zod-openapi'
import type { PeopleContext } from '../../app/service/people/context.ts'
import { verificationDetail, verificationEvent } from '../../app/service/resources/verification.ts'
import { followVerification } from '../../app/service/verify/follow.ts'
import {
  cancelVerification,
  getVerification,
  readVerification,
} from '../../app/service/verify/verifications.ts'
import { byId, group, json } from '../declare.ts'
import { eventStream } from '../event-stream.ts'

const get = createRoute({
  method: 'get',
  path: '/{id}',
  operationId: 'getVerification',
  summary: 'A verification with its report',
  request: { params: byId },
  responses: { 200: json(verificationDetail, 'The verification') },
})

const cancel = createRoute({
  method: 'post',
  path: '/{id}/cancel',
  operationId: 'cancelVerification',
  summary: 'Stop a verification; what a repair has written stays',
  request: { params: byId },
  responses: { 200: json(verificationDetail, 'It is asked to stop, or has') },
})

const events = createRoute({
  method: 'get',
  path: '/{id}/events',
  operationId: 'followVerification',
  summary: 'How far a verification is, as server-sent events, until it ends',
  request: { params: byId },
  responses: {
    200: { description: 'Events', content: { 'text/event-stream': { schema: verificationEvent } } },
  },
})

export function verificationsApi({ service }: PeopleContext) {
  return group()
    .openapi(get, async (c) => c.json(await getVerification(service, c.req.valid('param').id), 200))
    .openapi(cancel, async (c) => c.json(await cancelVerification(service, c.req.valid('param').id), 200))
    .openapi(events, async (c) => {
      const { id } = c.req.valid('param')
      await readVerification(service, id)
      return eventStream(c, async function* (signal) {
        for await (const { kind, ...data } of followVerification(service, id, signal)) yield { kind, data }
      })
    })
}

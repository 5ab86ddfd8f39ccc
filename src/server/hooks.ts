/** Where Stripe calls: outside the API, since what is signed needs no session. */
import { Hono } from 'hono'
import type { ServiceContext } from '../app/service/context.ts'
import { id } from '../app/service/resources/common.ts'
import { receiveWebhook } from '../app/service/webhooks/receive.ts'
import { bodiesUpTo } from './bodies.ts'
import type { Env } from './declare.ts'
import { Refusal } from './problem.ts'

/** Bytes. Events are far smaller. */
const longest = 1024 * 1024

const refusals = {
  unknown: new Refusal(404, 'there is no webhook for this integration'),
  malformed: new Refusal(400, 'Stripe-Signature is missing or malformed'),
  wrong: new Refusal(400, 'the signature is not that of this endpoint', {
    cure: 'enter the signing secret of the endpoint again',
  }),
  old: new Refusal(400, 'the signature is too old', { cure: "see whether this machine's clock is right" }),
} as const

/** Answers as soon as the call is written down; the run comes later. */
export function hooks(service: ServiceContext): Hono<Env> {
  return new Hono<Env>().post('/stripe/:id', bodiesUpTo(longest), async (c) => {
    const integration = c.req.param('id') ?? ''
    if (!id.safeParse(integration).success) throw refusals.unknown
    const body = new Uint8Array(await c.req.arrayBuffer())
    const verdict = await receiveWebhook(service, integration, {
      body,
      signature: c.req.header('stripe-signature'),
    })
    if (verdict !== 'good') throw refusals[verdict]
    return c.json({ received: true })
  })
}

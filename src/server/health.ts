/** For who watches over the service: is it alive, can it work, how does it do. */
import { Hono } from 'hono'
import { metrics } from '../app/service/metrics.ts'
import type { PeopleContext } from '../app/service/people/context.ts'
import { who } from '../app/service/people/who.ts'
import { ready } from '../app/service/ready.ts'
import type { Env } from './declare.ts'
import { Refusal } from './problem.ts'
import { visitOf } from './visit.ts'

export function healthRoutes(people: PeopleContext): Hono<Env> {
  return new Hono<Env>()
    .get('/healthz', (c) => c.text('ok\n'))
    .get('/readyz', async (c) => {
      const trouble = await ready(people.service)
      return trouble === undefined ? c.text('ok\n') : c.text(`${trouble}\n`, 503)
    })
    .get('/metrics', async (c) => {
      // Names of integrations and how much they hold are not for everybody on the network.
      const token = /^Bearer +(\S+) *$/i.exec(c.req.header('authorization') ?? '')?.[1]
      if (!(await who(people, visitOf(c), token))) {
        throw new Refusal(401, 'figures are told to who is known', {
          cure: 'give Prometheus an API token of the scope read, as `authorization: credentials`',
          headers: { 'www-authenticate': 'Bearer' },
        })
      }
      const { text, type } = await metrics(people.service)
      return c.body(text, 200, { 'content-type': type })
    })
}

/** Where Stripe sends people back to: outside the API, since they come by a link and leave with another. */
import { Hono } from 'hono'
import { finishOauth } from '../app/service/oauth/connect.ts'
import type { PeopleContext } from '../app/service/people/context.ts'
import { who } from '../app/service/people/who.ts'
import { isBug, troubleOf } from '../app/service/values.ts'
import { suffices } from './access.ts'
import type { Env } from './declare.ts'
import { visitOf } from './visit.ts'

/** Leads on to the wizard: with `grant`, or with `problem` and its `cure`. */
export function oauthReturn(people: PeopleContext): Hono<Env> {
  return new Hono<Env>().get('/stripe', async (c) => {
    const { state = '', code, error, error_description } = c.req.query()
    const on = (found: Readonly<Record<string, string>>) =>
      c.redirect(`/integrations/new?${new URLSearchParams({ step: 'stripe', ...found })}`, 303)
    c.header('cache-control', 'no-store')
    const actor = await who(people, visitOf(c), undefined)
    if (!actor || !suffices(actor.role, 'editor'))
      return on({ problem: 'Sign in, and connect the account again' })
    try {
      return on({
        grant: await finishOauth(people, actor, { state, code, refused: error_description ?? error }),
      })
    } catch (thrown) {
      if (isBug(thrown)) throw thrown
      const { message, cure } = troubleOf(thrown)
      return on({ problem: message, ...(cure === null ? {} : { cure }) })
    }
  })
}

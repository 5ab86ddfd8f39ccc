/** Nothing of the API is reached by who may not do it. */
import type { MiddlewareHandler } from 'hono'
import type { PeopleContext } from '../app/service/people/context.ts'
import { who } from '../app/service/people/who.ts'
import { access, bySession, suffices } from './access.ts'
import type { Env } from './declare.ts'
import type { OperationOf } from './operations.ts'
import { Refusal } from './problem.ts'
import { visitOf } from './visit.ts'

/** Finds out who asks. Throws `Refusal` (401, 403, 404) unless the table of access lets them. */
export function guard(people: PeopleContext, operationOf: OperationOf): MiddlewareHandler<Env> {
  return async (c, next) => {
    const operation = operationOf(c)
    const needed = operation === undefined ? undefined : access[operation]
    const token = tokenIn(c.req.header('authorization'))
    const actor = needed === 'anyone' ? undefined : await who(people, visitOf(c), token)
    if (needed === 'anyone') return next()
    if (!actor) {
      throw new Refusal(
        401,
        token === undefined ? 'nobody is signed in' : 'the token is not good (any more)',
        {
          cure: 'sign in, or send an API token as `Authorization: Bearer slt_…`',
          headers: { 'www-authenticate': 'Bearer' },
        },
      )
    }
    if (operation === undefined || needed === undefined) {
      throw new Refusal(404, 'the API has no such path', { cure: 'see /api/docs' })
    }
    if (!suffices(actor.role, needed)) {
      throw new Refusal(403, `this takes the role ${needed}, and ${held(actor.via)} ${actor.role}`, {
        cure: actor.via === 'token' ? 'use a token of a wider scope' : 'ask an administrator',
      })
    }
    if (actor.via === 'token' && bySession.has(operation)) {
      throw new Refusal(403, 'this is not for tokens', { cure: 'sign in' })
    }
    c.set('actor', actor)
    return next()
  }
}

const held = (via: 'session' | 'token') => (via === 'token' ? 'this token has' : 'yours is')

function tokenIn(header: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(header ?? '')?.[1]
}

/** What a request tells of who sends it. */
import type { Context } from 'hono'
import type { Visit } from '../app/service/people/actor.ts'
import type { Env } from './declare.ts'

export function visitOf(c: Context<Env>): Visit {
  return {
    cookie: c.req.header('cookie') ?? null,
    ip: ipOf(c),
    userAgent: c.req.header('user-agent') ?? null,
  }
}

/**
 * The address that asked: the connection's, or what the proxy wrote that stands before the service. Whatever stands
 * further to the left in `X-Forwarded-For` is what the sender claims.
 */
function ipOf(c: Context<Env>): string {
  const direct = c.env?.incoming?.socket?.remoteAddress ?? 'unknown'
  if (!c.get('proxied')) return direct
  return c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() || direct
}

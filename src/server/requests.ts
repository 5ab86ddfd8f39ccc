/** One line of JSON per request, for operators who ask for it. */
import type { MiddlewareHandler } from 'hono'
import type { Env } from './declare.ts'
import { visitOf } from './visit.ts'

/** Paths only: a query may hold what is not for a log. */
export function requestLog(write: (line: string) => void): MiddlewareHandler<Env> {
  return async (c, next) => {
    const started = performance.now()
    await next()
    write(
      JSON.stringify({
        at: new Date().toISOString(),
        method: c.req.method,
        path: c.req.path,
        status: c.res.status,
        milliseconds: Math.round(performance.now() - started),
        ip: visitOf(c).ip,
        user: c.get('actor')?.user.email ?? null,
      }),
    )
  }
}

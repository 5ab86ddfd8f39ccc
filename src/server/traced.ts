/** A span per request of the API, for who follows traces. */
import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import { type Tracer, within } from '../app/traces/tracer.ts'
import type { Env } from './declare.ts'
import type { OperationOf } from './operations.ts'

/** Part of the trace that the request says it belongs to (`traceparent`). A stream of events ends it when it begins. */
export function traced(tracer: Tracer, operationOf: OperationOf): MiddlewareHandler<Env> {
  return async (c, next) => {
    const operation = operationOf(c) ?? 'unknown'
    const { method } = c.req
    const span = tracer.span(
      { name: `${method} ${operation}`, kind: 'server', attributes: { 'http.request.method': method } },
      { parent: c.req.header('traceparent') },
    )
    // What handlers throw is an answer by now.
    await within(span, next)
    const { status } = c.res
    span.set({ 'http.route': routePath(c, -1), 'http.response.status_code': status })
    span.end({ failed: status >= 500 })
  }
}

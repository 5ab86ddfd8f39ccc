/** Which operation a request is, by the route that it matched. */
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Env } from './declare.ts'

/** Gives the operation's id; undefined when no route of the API was matched. */
export type OperationOf = (c: Context<Env>) => string | undefined

export function operationsOf(api: OpenAPIHono<Env>, prefix: string): OperationOf {
  const known = new Map<string, string>()
  for (const definition of api.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue
    const { method, path, operationId = '' } = definition.route
    const pattern = path.replaceAll(/\{(.+?)\}/g, ':$1').replace(/\/$/, '')
    known.set(`${method.toUpperCase()} ${prefix}${pattern}`, operationId)
  }
  return (c) => {
    for (const { method, path } of matchedRoutes(c)) {
      const operation = known.get(`${method} ${path.replace(/\/$/, '')}`)
      if (operation !== undefined) return operation
    }
    return undefined
  }
}

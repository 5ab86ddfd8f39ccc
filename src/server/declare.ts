/** What every declaration of a route would repeat. */

import type { HttpBindings } from '@hono/node-server'
import { OpenAPIHono } from '@hono/zod-openapi'
import { z } from 'zod'
import type { Actor } from '../app/service/people/actor.ts'
import { id } from '../app/service/resources/common.ts'
import { problemOf } from './problem.ts'

/** A type, since an interface has no index signature, which hono asks for. */
export type Env = {
  Variables: { actor: Actor; proxied: boolean; closing: AbortSignal }
  Bindings: HttpBindings
}

/** A group of routes. What a request's schema refuses becomes a problem that names the fields. */
export function group() {
  return new OpenAPIHono<Env>({
    defaultHook: (result, c) => (result.success ? undefined : problemOf(c, result.error)),
  })
}

export function json<T extends z.ZodType>(schema: T, description: string) {
  return { description, content: { 'application/json': { schema } } }
}

export function body<T extends z.ZodType>(schema: T) {
  return { required: true as const, content: { 'application/json': { schema } } }
}

export const nothing = { description: 'Done; no content' }

/** Of a path with one id in it. */
export const byId = z.object({ id })

/** A list that is given whole. */
export function all<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item).readonly() })
}

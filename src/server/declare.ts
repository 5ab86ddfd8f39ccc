/** What every declaration of a route would repeat. */
import { OpenAPIHono } from '@hono/zod-openapi'
import { z } from 'zod'
import { id } from '../app/service/resources/common.ts'
import type { Role } from '../app/service/resources/user.ts'
import { problemOf } from './problem.ts'

/** On whose behalf a request is made. */
export interface Actor {
  readonly user: { readonly id: string; readonly email: string; readonly name: string }
  /** What the request may do: the user's role, and no more than a token's scope. */
  readonly role: Role
  readonly via: 'session' | 'token'
  /** Of the session or the token. */
  readonly credential: { readonly id: string; readonly name: string | null }
}

/** A type, since an interface has no index signature, which hono asks for. */
export type Env = { Variables: { actor: Actor; requestId: string } }

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
  return z.object({ items: z.array(item) })
}

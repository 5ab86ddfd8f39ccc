/** The OpenAPI 3.1 document, from the routes' own schemas. */
import type { OpenAPIHono, RouteConfig } from '@hono/zod-openapi'
import { z } from 'zod'
import { access } from './access.ts'
import type { Env } from './declare.ts'
import { problem } from './problem.ts'
import { collectSchemas, type Json, type Schemas } from './schemas.ts'

/** As it is called over plain HTTP; with https its name begins with `__Secure-`. */
export const sessionCookie = 'sluice.session_token'

export interface Info {
  readonly title: string
  readonly version: string
  readonly description: string
}

/** Of the routes of `api`, which is mounted below `prefix`. */
export function openApiDocument(api: OpenAPIHono<Env>, prefix: string, info: Info): Json {
  const schemas = collectSchemas()
  const refused = {
    description: 'What went wrong, and what to do about it',
    content: { 'application/problem+json': { schema: schemas.of(problem, 'output') } },
  }
  const paths: Record<string, Json> = {}
  for (const definition of api.openAPIRegistry.definitions) {
    if (definition.type !== 'route') continue
    const { route } = definition
    const path = `${prefix}${route.path.replace(/\/$/, '')}`
    paths[path] = {
      ...paths[path],
      [route.method]: {
        tags: [route.path.split('/')[1] ?? ''],
        ...operationOf(route, schemas.of),
        responses: { ...responsesOf(route, schemas.of), default: refused },
      },
    }
  }
  return {
    openapi: '3.1.0',
    info,
    servers: [{ url: '/' }],
    security: [{ session: [] }, { token: [] }],
    paths: schemas.linked(paths),
    components: {
      schemas: schemas.components(),
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: sessionCookie },
        token: { type: 'http', scheme: 'bearer', description: 'An API token: `slt_…`' },
      },
    },
  }
}

function operationOf({ operationId, summary, request }: RouteConfig, schema: Schemas['of']): Json {
  const needed = access[operationId ?? '']
  const parameters = [
    ...parametersOf(request?.params, 'path', schema),
    ...parametersOf(request?.query, 'query', schema),
  ]
  const given = schemaIn(request?.body?.content['application/json'])
  return {
    operationId,
    summary,
    ...(needed === 'anyone' ? { security: [] } : {}),
    'x-role': needed,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(given
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schema(given, 'input') } },
          },
        }
      : {}),
  }
}

function parametersOf(type: unknown, place: 'path' | 'query', schema: Schemas['of']): Json[] {
  if (!(type instanceof z.ZodObject)) return []
  return Object.entries(type.shape).map(([name, field]) => {
    const { description, ...rest } = schema(field as z.ZodType, place === 'path' ? 'output' : 'input')
    const required = !(field as z.ZodType).safeParse(undefined).success
    return {
      name,
      in: place,
      required,
      ...(description === undefined ? {} : { description }),
      schema: rest,
    }
  })
}

function responsesOf({ responses }: RouteConfig, schema: Schemas['of']): Json {
  return mapped(responses, (response) => {
    if ('$ref' in response) return response
    const { description, content } = response
    if (!content) return { description }
    return {
      description,
      content: mapped(content, (media) => {
        const answered = schemaIn(media)
        return answered ? { schema: schema(answered, 'output') } : {}
      }),
    }
  })
}

function mapped<T>(record: Readonly<Record<string, T>>, to: (value: T) => unknown): Json {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, to(value)]))
}

function schemaIn(media: unknown): z.ZodType | undefined {
  const { schema } = (media ?? {}) as { readonly schema?: unknown }
  return schema instanceof z.ZodType ? schema : undefined
}

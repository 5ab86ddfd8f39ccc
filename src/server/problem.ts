/** How the API says no: RFC 9457, always of one shape. */
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { z } from 'zod'
import { ConflictError, FieldError, isAway, NotFoundError } from '../app/service/errors.ts'
import { SignInError } from '../app/service/people/door.ts'
import { TooManyError } from '../app/service/people/limits.ts'
import { ConfigError, TransientError } from '../core/errors.ts'

export const problem = z
  .object({
    type: z.string().describe('What kind it is: `urn:sluice:problem:not-found`'),
    title: z.string().describe('The kind in words'),
    status: z.int(),
    detail: z.string().describe('What is wrong, in one line'),
    cure: z.string().nullable().describe('What to do about it'),
    errors: z
      .array(
        z.object({ field: z.string().describe('`source.api_key`, as in the body'), message: z.string() }),
      )
      .describe('What is wrong with which field of the request'),
    id: z.string().optional().describe('Of an error that is ours: it is in the log under this id'),
  })
  .meta({ id: 'Problem' })
export type Problem = z.output<typeof problem>

const titles = {
  400: ['bad-request', 'The request is not understood'],
  401: ['signed-out', 'Nobody is signed in'],
  403: ['forbidden', 'This may not be done'],
  404: ['not-found', 'There is no such thing'],
  405: ['wrong-method', 'Not with this method'],
  409: ['conflict', 'It does not go with how things are now'],
  412: ['changed-meanwhile', 'It was changed by somebody else'],
  413: ['too-large', 'The request is too large'],
  415: ['wrong-media-type', 'The body is not JSON'],
  422: ['invalid', 'Something in the request must be changed'],
  429: ['too-many', 'Too many attempts'],
  500: ['bug', 'An error of ours'],
  503: ['try-later', 'It may work later'],
} as const

export type ProblemStatus = keyof typeof titles

/** Thrown where the server itself says no. */
export class Refusal extends Error {
  readonly status: ProblemStatus
  readonly cure: string | undefined
  readonly headers: Readonly<Record<string, string>>
  constructor(
    status: ProblemStatus,
    message: string,
    { cure, headers = {} }: { cure?: string; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message)
    this.name = 'Refusal'
    this.status = status
    this.cure = cure
    this.headers = headers
  }
}

/** The answer for an error; one that nobody foresaw is given to `bug`, and told by its id alone. */
export function problemOf(c: Context, error: Error, bug?: (id: string, error: Error) => void): Response {
  const { headers = {}, ...made } = describe(error)
  const id = made.status === 500 ? crypto.randomUUID() : undefined
  if (id) bug?.(id, error)
  const [kind, title] = titles[made.status]
  const answer: Problem = {
    type: `urn:sluice:problem:${kind}`,
    title,
    status: made.status,
    detail: made.detail,
    cure: made.cure ?? null,
    errors: made.errors ?? [],
    ...(id === undefined ? {} : { id }),
  }
  return c.json(answer, made.status, { ...headers, 'content-type': 'application/problem+json' })
}

interface Made {
  readonly status: ProblemStatus
  readonly detail: string
  readonly cure?: string | undefined
  readonly errors?: Problem['errors']
  readonly headers?: Readonly<Record<string, string>>
}

function describe(error: Error): Made {
  if (error instanceof Refusal) {
    const { status, message: detail, cure, headers } = error
    return { status, detail, cure, headers }
  }
  if (error instanceof z.ZodError) return ofSchema(error)
  if (error instanceof NotFoundError) return { status: 404, detail: error.message }
  if (error instanceof ConflictError) return { status: 409, detail: error.message, cure: error.cure }
  if (error instanceof SignInError) return { status: 401, detail: error.message }
  if (error instanceof TooManyError) {
    const cure = `try again in ${error.wait} seconds`
    return { status: 429, detail: error.message, cure, headers: { 'retry-after': String(error.wait) } }
  }
  if (error instanceof FieldError) {
    const { field, message, cure } = error
    return { status: 422, detail: message, cure, errors: [{ field, message }] }
  }
  if (error instanceof ConfigError) return { status: 422, detail: error.message, cure: error.cure }
  if (error instanceof TransientError) return { status: 503, detail: error.message, cure: error.cure }
  if (error instanceof HTTPException) return ofHono(error)
  if (isAway(error)) {
    return { status: 503, detail: "the service's database cannot be reached", cure: 'ask again in a moment' }
  }
  if (isOfData(error)) {
    return { status: 422, detail: 'a value of the request is none that can be stored or looked for' }
  }
  return { status: 500, detail: 'something went wrong that should not have; its id is in the log' }
}

function ofSchema({ issues }: z.ZodError): Made {
  const errors = issues.flatMap((issue) => {
    const at = (...more: readonly string[]) => [...issue.path, ...more].join('.')
    if (issue.code !== 'unrecognized_keys') return [{ field: at(), message: issue.message }]
    return issue.keys.map((key) => ({ field: at(key), message: 'there is no such field' }))
  })
  const [first] = errors
  const detail = first ? [first.field, first.message].filter((part) => part !== '').join(': ') : 'invalid'
  const isUnknown = issues.every(({ code }) => code === 'unrecognized_keys')
  return {
    status: 422,
    detail,
    errors,
    cure: isUnknown ? 'leave it out; /api/docs has the fields that there are' : undefined,
  }
}

/** SQLSTATE of a text with a NUL, an `after` that is of another list, a number beyond all bounds. */
function isOfData(error: Error): boolean {
  const { code } = error as { readonly code?: unknown }
  return typeof code === 'string' && ['22021', '22P02', '22P05', '22003', '22008'].includes(code)
}

/** What hono itself throws: a body that is no JSON, or none at all. */
function ofHono({ status, message }: HTTPException): Made {
  if (status === 415) return { status, detail: 'the body must be sent as application/json' }
  if (status === 413) return { status, detail: 'the body is too large' }
  if (status >= 400 && status < 500) return { status: 400, detail: message || 'the request is malformed' }
  return { status: 500, detail: 'something went wrong that should not have; its id is in the log' }
}

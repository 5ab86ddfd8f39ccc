import type { Operations } from './operations.gen.ts'
import { Problem } from './problem.ts'

/** `GET /api/v1/integrations/{id}`. */
export type Operation = keyof Operations

export type Answer<Name extends Operation> = Operations[Name]['answer']

/** What is undefined is not sent. */
type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? {
        readonly [Field in keyof T]:
          | Frozen<T[Field]>
          | (Record<never, never> extends Pick<T, Field> ? undefined : never)
      }
    : T

/** What is null, undefined or empty is not asked for; a flag is a word on the wire. */
type Query<T> = {
  readonly [Field in keyof T]?: T[Field] | (string extends T[Field] ? boolean : never) | null | undefined
}

type Part<Name extends string, T> = [T] extends [never] ? unknown : { readonly [Field in Name]: T }

type Options<Name extends Operation> = Part<'path', Operations[Name]['path']> &
  Part<'body', Frozen<Operations[Name]['body']>> & {
    readonly query?: Query<Operations[Name]['query']>
    readonly signal?: AbortSignal
    /** Of a POST that the service does once, however often it comes with the same key: tried again when no answer comes. */
    readonly repeat?: boolean
  }

/** Options may be left out where nothing must be given. */
type Given<Name extends Operation> = unknown extends Part<'path', Operations[Name]['path']> &
  Part<'body', Operations[Name]['body']>
  ? [options?: Options<Name>]
  : [options: Options<Name>]

interface Loose {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Values
  readonly body?: unknown
  readonly signal?: AbortSignal
  readonly repeat?: boolean
}

type Values = Readonly<Record<string, string | number | boolean | null | undefined>>

/** Asks the service. Throws a {@link Problem} for whatever is not a good answer. */
export async function request<Name extends Operation>(
  operation: Name,
  ...[given]: Given<Name>
): Promise<Answer<Name>> {
  // Whatever an operation takes fits the loose shape: the types have said so before.
  const options = (given ?? {}) as Loose
  const [method = '', pattern = ''] = operation.split(' ')
  const url = address(pattern, options.path) + search(options.query)
  const headers: Record<string, string> = { accept: 'application/json' }
  if (options.body !== undefined) headers['content-type'] = 'application/json'
  if (options.repeat) headers['idempotency-key'] = crypto.randomUUID()
  const init = {
    method,
    headers,
    credentials: 'same-origin',
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    ...(options.signal ? { signal: options.signal } : {}),
  } as const
  const again = options.repeat ? 8 : 0
  const response = await (method === 'GET' ? fetch(url, init).catch(gone) : sent(url, init, again))
  const text = await response.text()
  const value: unknown = text === '' ? undefined : parse(text)
  if (!response.ok) throw problemOf(response.status, value)
  return value as Answer<Name>
}

/** What changes something waits while the browser is offline; nothing of it is lost, and nothing is done twice. */
async function sent(url: string, init: RequestInit, again: number): Promise<Response> {
  for (let tries = 0; ; tries++) {
    await online()
    try {
      return await fetch(url, init)
    } catch (error) {
      if (init.signal?.aborted || tries >= again) return gone(error)
      await new Promise((resolve) => setTimeout(resolve, Math.min(500 * 2 ** tries, 5_000)))
    }
  }
}

function online(): Promise<void> {
  if (navigator.onLine) return Promise.resolve()
  return new Promise((resolve) => {
    window.addEventListener('online', () => resolve(), { once: true })
  })
}

const away = 'It may be starting: try again in a moment. If it stays so, its own log says why'

function gone(error: unknown): never {
  if (error instanceof DOMException && error.name === 'AbortError') throw error
  throw new Problem(0, 'The service does not answer', 'It is asked again as soon as it can be reached')
}

/** The path of an operation that is not asked for by `request`: a download, a stream of events. */
export function pathOf<Name extends Operation>(
  operation: Name,
  path: Operations[Name]['path'],
  query: Query<Operations[Name]['query']> = {},
): string {
  const [, pattern = ''] = operation.split(' ')
  return address(pattern, path) + search(query as Values)
}

function address(pattern: string, path: Readonly<Record<string, string>> = {}): string {
  return pattern.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''))
}

function search(query: Values = {}): string {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') given.set(name, String(value))
  }
  const text = given.toString()
  return text === '' ? '' : `?${text}`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

interface Said {
  readonly title?: string
  readonly detail?: string
  readonly message?: string
  readonly cure?: string | null
  readonly errors?: readonly { readonly field?: string; readonly message?: string }[]
}

function problemOf(status: number, value: unknown): Problem {
  // It was not the service that answered: something before it, or it is not up yet.
  if (status >= 500 && value === undefined)
    return new Problem(status, 'The service does not answer as it should', away)
  const said: Said = value !== null && typeof value === 'object' ? value : {}
  const fields: Record<string, string> = {}
  for (const { field, message } of said.errors ?? []) if (field && message) fields[field] ??= message
  const message = said.detail ?? said.message ?? said.title ?? `The service answered with ${status}`
  return new Problem(status, message, said.cure ?? null, fields)
}

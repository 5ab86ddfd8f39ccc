import { Problem } from './problem.ts'

type Query = Readonly<Record<string, string | number | boolean | null | undefined>>

interface Options {
  readonly query?: Query
  readonly body?: unknown
  readonly signal?: AbortSignal
  /** Of a POST that the service does once, however often it comes with the same key: tried again when no answer comes. */
  readonly repeat?: boolean
}

/** Asks the service. Throws a {@link Problem} for whatever is not a good answer. */
export async function request<T>(method: string, path: string, options: Options = {}): Promise<T> {
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
  const response = await (method === 'GET'
    ? fetch(path + search(options.query), init).catch(gone)
    : sent(path + search(options.query), init, again))
  const text = await response.text()
  const value: unknown = text === '' ? undefined : parse(text)
  if (!response.ok) throw problemOf(response.status, value)
  return value as T
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

function gone(error: unknown): never {
  if (error instanceof DOMException && error.name === 'AbortError') throw error
  throw new Problem(0, 'The service does not answer', 'It is asked again as soon as it can be reached')
}

export function search(query: Query = {}): string {
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
  const said: Said = value !== null && typeof value === 'object' ? value : {}
  const fields: Record<string, string> = {}
  for (const { field, message } of said.errors ?? []) if (field && message) fields[field] ??= message
  const message = said.detail ?? said.message ?? said.title ?? `The service answered with ${status}`
  return new Problem(status, message, said.cure ?? null, fields)
}

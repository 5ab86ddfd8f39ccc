/** The server of a service, and people who talk to it over HTTP. */
import { startServer } from '../../src/server/start.ts'
import { type Service, startService } from './service.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: what an answer holds is for each test to look at
  readonly body: any
}

export type Ask = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>

export interface Served extends AsyncDisposable {
  readonly service: Service
  readonly url: string
  /** Nobody in particular; as a program, without an origin. */
  readonly nobody: Ask
  /** With a session of its own; signed in as the user. */
  signedIn(email: string, password: string): Promise<Ask>
  withToken(token: string): Ask
}

export async function serve({
  connected,
  ...options
}: Partial<Parameters<typeof startServer>[0]> & { connected?: number } = {}): Promise<Served> {
  const service = await startService(connected === undefined ? {} : { connected })
  const server = await startServer({ ctx: service.ctx, host: '127.0.0.1', port: 0, ...options })
  const asker =
    (fixed: Readonly<Record<string, string>>): Ask =>
    async (method, path, body, headers = {}) => {
      const response = await fetch(`${server.url}${path}`, {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...fixed,
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      const json = response.headers.get('content-type')?.includes('json') === true
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: json ? JSON.parse(text) : undefined,
      }
    }
  return {
    service,
    url: server.url,
    nobody: asker({}),
    async signedIn(email, password) {
      const { status, headers, text } = await asker({})('POST', '/api/v1/session', { email, password })
      if (status !== 200) throw new Error(`${email} does not get in: ${text}`)
      return asker({ cookie: cookiesOf(headers), origin: server.url })
    },
    withToken: (token) => asker({ authorization: `Bearer ${token}` }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await service[Symbol.asyncDispose]()
    },
  }
}

export function cookiesOf(headers: Headers): string {
  return headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type StripeClient, stripeApi } from '../client.ts'
import { stripeConfig } from '../config.ts'

/** A made-up key; no test may find it anywhere but in the Authorization header. */
export const testKey = 'rk_test_51ThisIsASecretOfTests0000wxyz'

export interface Asked {
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
}

export type Answer = (response: ServerResponse, asked: Asked) => void

export interface WireServer extends AsyncDisposable {
  readonly base: string
  readonly asked: Asked[]
}

/** A real HTTP server that gives one answer after the other, the last one again and again. */
export async function wireServer(...answers: readonly Answer[]): Promise<WireServer> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://local')
    const one = { path: url.pathname, query: url.searchParams, headers: request.headers }
    asked.push(one)
    answers[Math.min(asked.length, answers.length) - 1]?.(response, one)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Of a client that soon gives up waiting for an answer: only for servers that give none. */
export const impatient = { connect: 2_000, headers: 400, body: 400, total: 5_000 }

/** A client that retries as the real one does, but hardly waits. */
export function quickClient(base: string, more: Partial<Parameters<typeof stripeApi>[1]> = {}): StripeClient {
  return stripeApi(stripeConfig({ apiKey: testKey, apiBase: base, rate: 1 }), {
    apiVersion: '2026-10-28.endive',
    version: '1.2.3',
    retry: { tries: 8, waitsMs: [2, 4, 8], limitedWaitsMs: [2], limitedForMs: 60_000 },
    ...more,
  })
}

export const json =
  (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }

export const page = (...data: readonly unknown[]): Answer => json({ object: 'list', data, has_more: false })

/** An error as Stripe words it. */
export const refuse = (
  status: number,
  error: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Answer =>
  json({ error: { type: 'invalid_request_error', ...error } }, status, { 'request-id': 'req_1', ...headers })

export const call = { endpoint: '/v1/invoices', stream: 'invoices', signal: new AbortController().signal }

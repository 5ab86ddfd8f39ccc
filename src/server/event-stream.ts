import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Env } from './declare.ts'

/** Milliseconds. Proxies cut what is silent for a minute. */
const beat = 20_000
/** After that long the client comes back by itself, and is looked at anew: its session may have ended. */
const longest = 15 * 60_000

export interface StreamEvent {
  readonly kind: string
  /** What the client gives back as Last-Event-ID. */
  readonly id?: string
  readonly data: unknown
}

/** Answers with server-sent events: until there are no more, the client leaves, or a quarter of an hour is over. */
export function eventStream(
  c: Context<Env>,
  events: (signal: AbortSignal) => AsyncIterable<StreamEvent>,
): Response {
  const closing = c.get('closing')
  c.header('cache-control', 'no-store')
  c.header('x-accel-buffering', 'no')
  return streamSSE(c, async (out) => {
    const ending = new AbortController()
    out.onAbort(() => ending.abort())
    const signal = AbortSignal.any([ending.signal, closing, AbortSignal.timeout(longest)])
    const beating = setInterval(() => void out.write(': beat\n\n').catch(() => ending.abort()), beat)
    try {
      for await (const { kind, id, data } of events(signal)) {
        await out.writeSSE({ event: kind, data: JSON.stringify(data), ...(id === undefined ? {} : { id }) })
      }
    } finally {
      clearInterval(beating)
      ending.abort()
    }
  })
}

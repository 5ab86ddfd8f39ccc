/** A run as server-sent events. The id of an event is that of the last log line which was sent. */
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { Service } from './service.ts'

/** Milliseconds. Proxies cut what is silent for a minute. */
const beat = 20_000
/** After that long the client comes back by itself, and is looked at anew: its session may have ended. */
const longest = 15 * 60_000

/** Ends with the run, when the client leaves, or after a quarter of an hour. */
export async function runStream(c: Context, service: Service, run: string): Promise<Response> {
  await service.getRun(run)
  const since = Number(c.req.header('last-event-id') ?? c.req.query('after') ?? 0)
  let last = Number.isSafeInteger(since) && since >= 0 ? since : 0
  c.header('cache-control', 'no-store')
  c.header('x-accel-buffering', 'no')
  return streamSSE(c, async (out) => {
    const ending = new AbortController()
    out.onAbort(() => ending.abort())
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(longest)])
    const beating = setInterval(() => void out.write(': beat\n\n').catch(() => ending.abort()), beat)
    try {
      for await (const event of service.followRun(run, signal, last)) {
        if (event.kind === 'log') last = event.lines.at(-1)?.id ?? last
        const { kind, ...data } = event
        await out.writeSSE({ event: kind, id: String(last), data: JSON.stringify(data) })
        if (kind === 'end') return
      }
    } finally {
      clearInterval(beating)
      ending.abort()
    }
  })
}

/** A run as server-sent events. The id of an event is that of the last log line which was sent. */
import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import type { ServiceContext } from '../app/service/context.ts'
import { followRun } from '../app/service/runs/logs.ts'
import { getRun } from '../app/service/runs/runs.ts'

/** Milliseconds. Proxies cut what is silent for a minute. */
const beat = 20_000
/** After that long the client comes back by itself, and is looked at anew: its session may have ended. */
const longest = 15 * 60_000

/** Ends with the run, when the client leaves, or after a quarter of an hour. */
export async function runStream(c: Context, service: ServiceContext, run: string): Promise<Response> {
  await getRun(service, run)
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
      for await (const event of followRun(service, run, signal, last)) {
        if (event.type === 'logs') last = event.lines.at(-1)?.id ?? last
        await out.writeSSE({ event: event.type, id: String(last), data: JSON.stringify(event) })
      }
      // Without it the client could not tell the end from a stream that broke, and would come back.
      if (!signal.aborted) await out.writeSSE({ event: 'end', id: String(last), data: '{"type":"end"}' })
    } finally {
      clearInterval(beating)
      ending.abort()
    }
  })
}

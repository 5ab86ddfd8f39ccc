/** A run as server-sent events. The id of an event is that of the last log line which was sent. */
import type { Context } from 'hono'
import type { ServiceContext } from '../app/service/context.ts'
import type { Run } from '../app/service/resources/run.ts'
import type { RunEvent } from '../app/service/resources/run-event.ts'
import { followRun } from '../app/service/runs/logs.ts'
import { getRun } from '../app/service/runs/runs.ts'
import type { Env } from './declare.ts'
import { eventStream } from './event-stream.ts'

/** Ends with the run, when the client leaves, or after a quarter of an hour. */
export async function runStream(
  c: Context<Env>,
  service: ServiceContext,
  run: string,
  after = 0,
): Promise<Response> {
  await getRun(service, run)
  const since = Number(c.req.header('last-event-id') ?? after)
  let last = Number.isSafeInteger(since) && since >= 0 ? since : 0
  return eventStream(c, async function* (signal) {
    for await (const event of eventsOf(service, run, signal, last)) {
      if (event.kind === 'log') last = event.lines.at(-1)?.id ?? last
      const { kind, ...data } = event
      yield { kind, id: String(last), data }
    }
  })
}

async function* eventsOf(
  service: ServiceContext,
  id: string,
  signal: AbortSignal,
  after: number,
): AsyncGenerator<RunEvent> {
  let seen: Run | undefined
  for await (const update of followRun(service, id, signal, after)) {
    if (update.type === 'logs') {
      yield { kind: 'log', lines: [...update.lines] }
    } else {
      const { tables, ...run } = update.run
      seen = run
      yield { kind: 'run', run }
      yield { kind: 'tables', tables }
    }
  }
  // Without it a client could not tell the end of the run from a stream that broke, and would come back for ever.
  if (seen && seen.ended_at !== null && !signal.aborted) yield { kind: 'end', run: seen }
}

/** A run's log as a text file, sent while it is read. */
import type { Context, TypedResponse } from 'hono'
import { stream } from 'hono/streaming'
import type { ServiceContext } from '../app/service/context.ts'
import type { LogLine, LogQuery } from '../app/service/resources/run.ts'
import { readLogs } from '../app/service/runs/logs.ts'

/** As hono calls an answer of `text/plain`. */
type Text = Response & TypedResponse<string, 200, 'text'>

const atOnce = 5_000

export async function logText(
  c: Context,
  service: ServiceContext,
  run: string,
  filter: Pick<LogQuery, 'level' | 'stream' | 'q'>,
): Promise<Text> {
  // Before the answer begins, so that an unknown run is told as such.
  let lines = await readLogs(service, run, { ...filter, limit: atOnce })
  c.header('content-type', 'text/plain; charset=utf-8')
  c.header('content-disposition', `attachment; filename="run-${run}.txt"`)
  const sent = stream(c, async (out) => {
    while (lines.length > 0 && !out.aborted) {
      await out.write(lines.map(lineOf).join(''))
      const after = lines.at(-1)?.id
      if (after === undefined || lines.length < atOnce) break
      lines = await readLogs(service, run, { ...filter, after, limit: atOnce })
    }
  })
  return sent as Text
}

function lineOf({ at, attempt, level, stream, message }: LogLine): string {
  const place = stream === null ? '' : ` [${stream}]`
  return `${at} ${level.padEnd(5)} #${attempt}${place} ${message}\n`
}

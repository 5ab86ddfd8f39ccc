/** What runs say of themselves, and runs as they go on. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type LogRow, runLogs } from '../../../store/run-logs.ts'
import { runView } from '../../../store/runs.ts'
import type { ServiceContext } from '../context.ts'
import { NotFoundError } from '../errors.ts'
import type { LogLine, LogQuery, RunDetail } from '../resources/run.ts'
import { iso } from '../values.ts'
import { getRun } from './runs.ts'

/** Milliseconds between two looks at a run that goes on. */
const pause = 1_000
const mostLines = 1_000

/** Oldest first. Throws `NotFoundError`. */
export async function readLogs(
  ctx: ServiceContext,
  run: string,
  query: LogQuery,
): Promise<readonly LogLine[]> {
  if (!(await runView(ctx.pool, run))) throw new NotFoundError('run')
  const { after, level, stream, q: text, limit } = query
  return (await runLogs(ctx.pool, run, { after, level, stream, text, limit })).map(lineOf)
}

export type RunUpdate =
  | { readonly type: 'run'; readonly run: RunDetail }
  | { readonly type: 'logs'; readonly lines: readonly LogLine[] }

/**
 * The run as it is, then each time it changed, with the lines of its log after `after`; ends when the run has ended
 * and all is told, or the signal says so. Throws `NotFoundError`.
 */
export async function* followRun(
  ctx: ServiceContext,
  id: string,
  signal: AbortSignal,
  after = 0,
): AsyncGenerator<RunUpdate> {
  let last = after
  let told = ''
  while (!signal.aborted) {
    const run = await getRun(ctx, id)
    // Before the last lines are read: a run that has ended writes no more.
    const text = JSON.stringify(run)
    if (text !== told) {
      told = text
      yield { type: 'run', run }
    }
    let lines: readonly LogRow[]
    do {
      lines = await runLogs(ctx.pool, id, { after: last, limit: mostLines })
      last = lines.at(-1)?.id ?? last
      if (lines.length > 0) yield { type: 'logs', lines: lines.map(lineOf) }
    } while (lines.length === mostLines && !signal.aborted)
    if (run.ended_at !== null) return
    await sleep(pause, undefined, { signal }).catch(() => {})
  }
}

function lineOf({ id, at, attempt, level, stream, message }: LogRow): LogLine {
  return { id, at: iso(at), attempt, level, stream, message }
}

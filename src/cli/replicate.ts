import { planSync } from '../app/plan.ts'
import { runSync } from '../app/run-sync.ts'
import type { Settings } from '../app/settings.ts'
import { openTracer } from '../app/traces/open.ts'
import { reportingTo, runSpans } from '../app/traces/run-spans.ts'
import type { RunSummary } from '../core/model.ts'
import { failedSummary, printJson } from './json-line.ts'
import { reporter } from './progress/reporter.ts'
import { progressState } from './progress/state.ts'
import { exitCodes, stoppedText } from './results.ts'
import { settle } from './settle.ts'
import { Interrupted, interruptible } from './signals.ts'

export interface Showing {
  readonly json: boolean
  readonly quiet: boolean
  readonly secrets: readonly string[]
}

export interface Replicated {
  readonly summary: RunSummary
  readonly reads: Reads
}

/** As told in JSON. */
export interface Reads {
  /** Of this account in the last 30 days, from this work folder. */
  readonly reads_30_days: number
  /** What `--max-reads-per-month` says; null without it. */
  readonly reads_allowed: number | null
}

/**
 * Runs a sync with its progress on stderr and sets the exit code. Returns what came of it when it came
 * to its end; otherwise says why not (with `json` also as a failed summary) and returns undefined.
 */
export async function replicate(settings: Settings, showing: Showing): Promise<Replicated | undefined> {
  let tell = (line: string): void => {
    process.stderr.write(`${line}\n`)
  }
  await using plan = await planSync(settings, (message) => tell(`warning: ${message}`))
  const tracer = await openTracer(process.env, (message) => tell(`warning: ${message}`))
  await using _ = tracer
  const spans = runSpans(tracer, {
    name: 'run',
    attributes: { 'sluice.integration': settings.name, 'sluice.run.reason': 'command' },
    tables: plan.tables,
  })
  const state = progressState(plan.tables, Date.now)
  let stopped: Interrupted | undefined
  const readsOf = async (): Promise<Reads> => ({
    reads_30_days: await plan.meter.total(),
    reads_allowed: settings.maxReadsPerMonth ?? null,
  })
  try {
    await using show = await reporter({ ...showing, state, clock: Date.now })
    tell = show.say
    using interrupt = interruptible(() =>
      show.say('stopping: the load at hand is being finished; Ctrl-C again stops at once'),
    )
    try {
      const summary = await runSync(plan, {
        signal: interrupt.signal,
        report: reportingTo(show.report, spans),
      })
      spans.end(summary.status, { failed: summary.status === 'failed' })
      if (!interrupt.signal.aborted) {
        process.exitCode = exitCodes[summary.status]
        return { summary, reads: await readsOf() }
      }
    } catch (error) {
      spans.end(interrupt.signal.aborted ? 'stopped' : 'failed', { failed: !interrupt.signal.aborted })
      // Whatever else went wrong while it stopped is worth telling.
      if (!isAbort(error, interrupt.signal)) throw error
    }
    stopped = interrupt.signal.reason instanceof Interrupted ? interrupt.signal.reason : undefined
  } catch (error) {
    const message = settle(error, showing.secrets)
    if (showing.json) {
      const summary = failedSummary(message, state.summary(settings.name, Date.now()))
      printJson({ ...summary, ...(await readsOf()) }, showing.secrets)
    }
    return undefined
  }
  const summary = state.summary(settings.name, Date.now())
  process.stderr.write(`sluice: ${stoppedText(summary)}\n`)
  if (showing.json)
    printJson({ ...failedSummary(stopped?.message ?? 'stopped', summary), ...(await readsOf()) })
  process.exitCode = stopped?.exitCode ?? 1
  return undefined
}

function isAbort(error: unknown, signal: AbortSignal): boolean {
  return (
    signal.aborted && (error === signal.reason || (error instanceof Error && error.name === 'AbortError'))
  )
}

/** What the log of a run says of its turns. */

import type { NewLogLine } from '../../../store/run-logs.ts'
import type { RunRow } from '../../../store/runs.ts'
import type { OfRun } from '../../../store/turns.ts'
import type { Plan } from '../../plan.ts'
import type { Taken } from '../turns/kind.ts'
import type { Outcome, Stopped } from '../turns/outcome.ts'
import type { Recorder } from './recorder.ts'

export function greet(
  record: Recorder,
  taken: Taken<RunRow, OfRun>,
  { tables, settings, part }: Plan,
  worker: string,
): void {
  const some = tables.size === 1 ? 'one table' : `${tables.size} tables`
  const { full_refresh, tables: asked } = taken.row
  const whole = full_refresh ? `, ${asked?.join(', ') ?? 'all'} read whole` : ''
  const how = part ? `${whole}; the other tables keep their place` : whole
  record.say('info', `attempt ${taken.attempt}, by ${worker}: ${some}${how}, into ${settings.to}`)
}

/** Of a worker that has died; see `Kind`. */
export const wordsOfDeath = (outcome: Outcome | undefined, at: Date): NewLogLine => ({
  at,
  level: outcome?.kind === 'end' ? 'error' : 'warn',
  stream: null,
  message: `the worker fell silent; what it had loaded stays; ${outcome ? wordsOf(outcome, undefined) : 'another carries on'}`,
})

export function tell(record: Recorder, outcome: Outcome, stopped: Stopped | undefined): void {
  const level = outcome.kind === 'end' && outcome.error === null ? 'info' : stopped ? 'info' : 'error'
  record.say(outcome.kind === 'again' && !stopped ? 'warn' : level, wordsOf(outcome, stopped))
}

export function wordsOf(outcome: Outcome, stopped: Stopped | undefined): string {
  if (stopped === 'cancelled') return 'cancelled, as it was asked; what was read is in the warehouse'
  if (stopped === 'stopping') return 'handed back, since this worker stops; another carries on'
  if (stopped === 'long') return 'handed back, since others wait; it carries on when it is its turn again'
  const { error, cure } = outcome
  const said = [error, cure].filter((text) => text !== null).join('. ')
  if (outcome.kind === 'again') return `tried again in ${Math.round(outcome.after / 1000)} s: ${said}`
  return error === null ? 'ended' : `ended: ${said}`
}

/** What a turn tells to who follows traces. */
import type { RunRow } from '../../../store/runs.ts'
import type { OfRun } from '../../../store/turns.ts'
import type { Plan } from '../../plan.ts'
import { type RunSpans, runSpans } from '../../traces/run-spans.ts'
import type { ServiceContext } from '../context.ts'
import type { Taken } from '../turns/kind.ts'

/** A span for each turn of a run, linked to the request that asked for it. */
export function turnSpans(
  { tracer }: ServiceContext,
  taken: Taken<RunRow, OfRun>,
  { tables }: Plan,
): RunSpans {
  const { id, attempt, row, integration } = taken
  return runSpans(tracer, {
    name: 'run',
    attributes: {
      'sluice.integration': integration.name,
      'sluice.run.id': id,
      'sluice.run.attempt': attempt,
      'sluice.run.reason': row.trigger,
      'sluice.full_refresh': row.full_refresh,
    },
    origin: { link: row.trace ?? undefined },
    tables,
  })
}

import type { RunEvent, RunSummary } from '../core/model.ts'
import { sync } from '../core/sync.ts'
import { integrationOf, type Plan } from './plan.ts'

export interface RunSyncOptions {
  readonly signal: AbortSignal
  readonly report: (event: RunEvent) => void
  /** See core/sync.ts. */
  readonly wholeSince?: ReadonlyMap<string, number>
}

/** Runs an integration once; see core/sync.ts for what it throws. */
export function runSync(plan: Plan, options: RunSyncOptions): Promise<RunSummary> {
  const { settings, modes } = plan
  return sync({
    ...integrationOf(plan),
    fullRefresh: settings.fullRefresh,
    newColumns: settings.newColumns,
    sweeps: settings.sweep,
    modes,
    heal: settings.heal,
    ...options,
  })
}

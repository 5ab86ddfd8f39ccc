import { randomUUID } from 'node:crypto'
import type { RunEvent, RunSummary } from '../core/model.ts'
import { sync } from '../core/sync.ts'
import type { Plan } from './plan.ts'

export interface RunSyncOptions {
  readonly signal: AbortSignal
  readonly report: (event: RunEvent) => void
}

/** Runs an integration once; see core/sync.ts for what it throws. */
export function runSync(plan: Plan, options: RunSyncOptions): Promise<RunSummary> {
  const { settings, source, destination, streams, modes } = plan
  return sync({
    source,
    destination,
    address: settings.to,
    integration: settings.name,
    streams,
    ...(settings.since === undefined ? {} : { since: settings.since }),
    fullRefresh: settings.fullRefresh,
    newColumns: settings.newColumns,
    modes,
    deletes: settings.deletes,
    heal: settings.heal,
    workDir: settings.workDir,
    clock: Date.now,
    newId: randomUUID,
    ...options,
  })
}

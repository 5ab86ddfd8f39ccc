import type { RunEvent, RunSummary } from '../core/model.ts'
import { sync } from '../core/sync.ts'
import { syncAccounts } from '../core/sync-accounts.ts'
import { heapFor } from './heap.ts'
import { integrationOf, type Plan } from './plan.ts'

export interface RunSyncOptions {
  readonly signal: AbortSignal
  readonly report: (event: RunEvent) => void
  /** See core/sync.ts. */
  readonly wholeSince?: ReadonlyMap<string, number>
  readonly flushEvery?: number
}

/** Runs an integration once, over its account or all of them; see core/sync.ts for what it throws. */
export async function runSync(plan: Plan, options: RunSyncOptions): Promise<RunSummary> {
  const { settings, modes, accounts, destination } = plan
  using _ = heapFor(destination.caps)
  const run = {
    ...integrationOf(plan),
    part: plan.part,
    fullRefresh: settings.fullRefresh,
    newColumns: settings.newColumns,
    sweeps: settings.sweep,
    modes,
    heal: settings.heal,
    ...options,
  }
  return await (accounts ? syncAccounts({ ...run, accounts }) : sync(run))
}

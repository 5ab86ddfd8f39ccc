/** A run: one account of a source into a warehouse. */
import { accountView, ownScopes } from './account-view.ts'
import { deletesRun } from './deletes-state.ts'
import { agree, identityMark } from './identity.ts'
import { lastRuns } from './last-run.ts'
import type { Deletes, Destination, RunEvent, RunSummary, Source } from './model.ts'
import { type RunChoices, syncAccount } from './sync-account.ts'
import { runTally } from './tally.ts'

/** Where a run writes, and under which name. */
export interface RunPlace {
  readonly destination: Destination
  readonly address: string
  /** The integration's name. */
  readonly integration: string
  /** Milliseconds since 1970; how far back history goes. Fixed by the first run, until a full refresh. */
  readonly since?: number
  /** As the runs before when absent; `soft` in the first. */
  readonly deletes?: Deletes
  readonly workDir: string
  readonly report: (event: RunEvent) => void
}

export interface SyncOptions extends RunChoices, RunPlace {
  readonly source: Source
}

/**
 * Runs an integration once. Everything up to the last checkpoint is durable when it returns or throws;
 * a second call carries on from there. Throws `ConfigError` for what the user must change (nothing is
 * written then, if it was wrong from the start), `TransientError` when the warehouse or the source as a
 * whole cannot be reached, `FenceError` when another run took over. Problems of single streams are in the summary,
 * as are those that were `paused` when the source threw `BudgetError`. Of an integration with several accounts
 * (sync-accounts.ts) only the owner is read.
 */
export async function sync(options: SyncOptions): Promise<RunSummary> {
  const { source, signal } = options
  const tables = source.tables(options.streams)
  const tally = runTally({
    integration: options.integration,
    tables,
    clock: options.clock,
    report: options.report,
  })
  const account = await source.check(signal, tally.report)

  await using warehouse = await options.destination.open(options.address, {
    integration: options.integration,
    workDir: options.workDir,
    signal,
    report: tally.report,
  })
  const state = await warehouse.readState({ scopes: ownScopes })
  tally.start(lastRuns(state))
  const identity = agree(state, account, options)
  const { deletes, marks, told } = deletesRun(state, options.deletes)
  if (told !== undefined) tally.report({ type: 'log', level: 'warn', message: told })
  await syncAccount({
    ...options,
    warehouse: accountView(warehouse, account.id, true),
    state,
    account: account.id,
    tables,
    tally,
    deletes,
    since: identity.since,
    marks: [identityMark(identity), ...marks],
    limits: options.destination.caps.load,
  })
  return tally.summary()
}

/** Compares a warehouse with its source, window by window, and repairs what differs; docs/decisions/0004-verify.md. */
import { accountView, ownScopes } from './account-view.ts'
import { deletesIn } from './deletes-state.ts'
import { ConfigError } from './errors.ts'
import { checkIdentity, historyStart } from './identity.ts'
import { knownAccounts } from './known-accounts.ts'
import { modesIn } from './mode-state.ts'
import type { AccountInfo, Deletes, Source, State } from './model.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { sourceClock } from './source-clock.ts'
import { type VerifyChoices, verifyAccount } from './verify-account.ts'
import { requestCounter, spending } from './verify-count.ts'
import { statusOf, tableTallies, type VerifyReport } from './verify-report.ts'
import {
  type LeftState,
  stateOf,
  sumOf,
  talliesIn,
  type VerifyState,
  verifiedThing,
  windowsIn,
} from './verify-state.ts'

/** What is verified, and how much may be asked for it. */
export interface VerifyPlace extends VerifyChoices {
  readonly address: string
  readonly integration: string
  /** As the runs have it when absent: with `ignore`, what is gone upstream is no difference. */
  readonly deletes?: Deletes
  /** Milliseconds since 1970: objects created before it are not looked at. */
  readonly since?: number
  /** Requests that may be made, retries aside; no limit when absent. */
  readonly maxRequests?: number
  readonly workDir: string
  /** What an earlier verification that was cut off had found, as `follow` gave it; of anything else it is not heeded. */
  readonly from?: unknown
  /** Called at the beginning with what gives, at any time, what was found so far: it is to be kept as JSON. */
  readonly follow?: (state: () => LeftState) => void
}

export interface VerifyOptions extends VerifyPlace {
  readonly source: Source
}

/**
 * Says for every table whether its rows are what the source has. Reads only, unless it is to repair: then it
 * raises the fence, and leaves the checkpoints alone. Throws as `sync` does, and `ConfigError` when nothing was
 * ever synced under this name.
 */
export async function verify(options: VerifyOptions): Promise<VerifyReport> {
  const { source, signal, clock } = options
  const started = clock()
  const tables = source.tables(options.streams)
  const counted = requestCounter(options.report, options.maxRequests)
  const { report, spend } = counted
  const account = await source.check(signal, report)
  await using opened = await options.destination.open(options.address, { ...options, report })
  const warehouse = oneAtATime(opened)
  const state = await warehouse.readState({ peek: true, scopes: ownScopes })
  const setting = settingOf(state, account, options)
  const { deletes, since, modes } = setting
  const { address, integration, repair = false } = options
  const of = verifiedThing(
    { account: account.id, address, integration, repair, deletes, since, modes: [...modes] },
    tables,
  )
  const from = stateOf<VerifyState>(options.from, of)
  const tallies = tableTallies(tables, new Map(talliesIn(from?.parts ?? {})))
  const spent = spending(from, counted, () => clock() - started)
  // Where only one account was ever read, a row of any other is one too many.
  const isAlone = knownAccounts(state).size === 0
  await verifyAccount({
    ...options,
    ...setting,
    source,
    clock: sourceClock(source, clock),
    account: account.id,
    warehouse: isAlone ? warehouse : accountView(warehouse, account.id, true),
    ...{ state, tables, report, spend },
    tally: tallies.of,
    from: from?.parts,
    follow: (parts) =>
      options.follow?.(() => {
        const now = parts()
        return {
          ...{ v: 1, of, parts: now, windows: windowsIn(talliesIn(now)) },
          ...spent(),
        }
      }),
  })
  const { requests, ...sums } = spent()
  const verified = tallies.report((stream) => requests[stream] ?? 0)
  return {
    status: statusOf(verified),
    integration: options.integration,
    tables: verified,
    requests: sumOf(requests),
    ...sums,
  }
}

/** What the runs of the integration agreed upon. Throws `ConfigError` when there was none, or not of this owner. */
export function settingOf(state: State, owner: AccountInfo, options: VerifyPlace) {
  if (checkIdentity(state, owner, options) === 'free') {
    throw new ConfigError(`nothing was replicated as "${options.integration}" into ${options.address} yet`, {
      cure: 'let it run first, or see whether name and warehouse are the right ones',
      option: '--name, --to',
    })
  }
  return {
    deletes: options.deletes ?? deletesIn(state),
    since: Math.max(historyStart(state) ?? 0, options.since ?? 0),
    modes: modesIn(state),
  }
}

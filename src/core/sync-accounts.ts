/** A run over several accounts: one warehouse, one fence, and each account by itself; docs/decisions/0021-accounts.md. */
import { type AccountRuns, accountRuns, passedOn, runOf } from './account-runs.ts'
import { accountView, ownScopes } from './account-view.ts'
import { accountWork } from './account-work.ts'
import { deletesRun } from './deletes-state.ts'
import { agree, identityMark } from './identity.ts'
import { inTurn, type Known, knownAccounts, knownMark } from './known-accounts.ts'
import { lastRunOfAll, lastRuns, lastRunsOfAll } from './last-run.ts'
import { modeRun } from './mode-state.ts'
import type { AccountInfo, AccountRun, Accounts, Checkpoint, RunSummary } from './model.ts'
import { room } from './room.ts'
import { sourceClock } from './source-clock.ts'
import type { RunPlace } from './sync.ts'
import { type RunChoices, syncAccount } from './sync-account.ts'
import { runTally } from './tally.ts'

export interface SyncAccountsOptions extends RunChoices, RunPlace {
  readonly accounts: Accounts
  /** Accounts that are read beside each other; 8 by default. */
  readonly atOnce?: number
}

/** Accounts that are done and of which it is not yet kept that they are; a killed run looks at so many again. */
const unkept = 20

/**
 * Runs an integration once for each of its accounts. What is durable, and what it throws, is as with `sync`; an account
 * that cannot be read is in the summary, and the others are read. A bug in one is thrown when the others are done.
 */
export async function syncAccounts(options: SyncAccountsOptions): Promise<RunSummary> {
  const { accounts, clock, destination, signal } = options
  const tables = accounts.tables(options.streams)
  const tally = runTally({ ...options, tables })
  const { report } = tally
  const owner = await accounts.owner(signal, report)
  await using opened = await destination.open(options.address, { ...options, report })
  const state = await opened.readState({ scopes: ownScopes })
  tally.start(lastRunsOfAll(state))
  const identity = agree(state, owner, options)
  const { deletes, marks, told } = deletesRun(state, options.deletes)
  if (told !== undefined) report({ type: 'log', level: 'warn', message: told })
  // Of the tables: an account that is new to them goes the way of the others.
  const modes = modeRun(state, tables.keys(), options.modes, sourceClock(accounts, clock))

  const known = knownAccounts(state)
  const listed = new Map<string, AccountInfo>()
  for await (const some of accounts.list(signal, report)) {
    for (const one of some) listed.set(one.id, remembered(one, known.get(one.id)))
  }
  const work = accountWork(opened, options)
  const keeping = keeper({ ...options, owner: owner.id, warehouse: work.warehouse })
  await keeping.now([identityMark(identity), ...marks, ...modes.marks])

  const runs = accountRuns()
  const tell = (account: string, message: string) => {
    const incident = { stream: '', kind: 'account', account, message } as const
    report({ type: 'incident', incident })
    runs.incident(incident)
  }
  const limits = destination.caps.load
  const shared = room({ rows: 2 * limits.rows, bytes: 2 * limits.bytes })

  await work.all(inTurn(listed.values(), known), async (account) => {
    const own = runTally({
      ...options,
      tables,
      report(event) {
        if (event.type === 'incident') runs.incident({ ...event.incident, account: account.id })
        const passed = passedOn(event, account.id)
        if (passed) report(passed)
      },
    })
    let checked = account
    const unread = await work.attempt(account, async (source) => {
      checked = await source.check(work.signal, own.report)
      const warehouse = accountView(work.warehouse, account.id, account.id === owner.id)
      const before = await warehouse.readState({ peek: true })
      own.start(lastRuns(before))
      await syncAccount({
        ...options,
        ...{ source, warehouse, tables, deletes, limits },
        state: before,
        account: account.id,
        tally: own,
        since: identity.since,
        marks: [],
        room: shared,
        signal: work.signal,
      })
    })
    if (!unread) work.answered(!own.isUnanswered)
    const summary = own.summary(unread)
    const run = runOf(checked, summary, unread, {
      read: known.get(account.id)?.read ?? null,
      part: options.part === true,
    })
    if (unread?.status === 'failed') tell(account.id, [unread.reason, unread.cure].filter(Boolean).join('; '))
    runs.add(run, unread && !own.hasEnds ? undefined : summary.tables)
    report({ type: 'account', account: run, done: runs.accounts.length, all: listed.size })
    // What the budget did not let begin keeps its turn.
    if (run.status === 'paused' && run.requests === 0) return
    await keeping.later(knownMark(account.id, knownOf(checked, run, clock())))
  })

  for (const [id, before] of accounts.all ? known : []) {
    if (listed.has(id) || id === owner.id) continue
    const reason = disconnected(id, before, runs)
    if (before.gone !== undefined) continue
    tell(id, reason)
    await keeping.later(knownMark(id, { ...before, gone: new Date(clock()).toISOString() }))
  }
  if (listed.size === 0)
    tell('', 'there is no account to read yet; one that is connected joins with the next run')
  const ends = [...tables.keys()].map(runs.end)
  const good = ends.filter(({ status }) => status === 'ok')
  await keeping.now(good.map(({ stream }) => lastRunOfAll(stream, tally.started)))
  for (const end of ends) report({ type: 'end', end })
  work.throwBug()
  return {
    ...tally.summary(),
    status: runs.status(),
    accounts: runs.accounts,
    incidents: runs.incidents(),
  }
}

/** What an earlier run was told of an account that is not told now. */
function remembered(account: AccountInfo, known: Known | undefined): AccountInfo {
  const { name, created } = known ?? {}
  return {
    ...(name === undefined ? {} : { name }),
    ...(created === undefined ? {} : { created }),
    ...account,
  }
}

function knownOf({ name, created }: AccountInfo, run: AccountRun, now: number): Known {
  return {
    tried: new Date(now).toISOString(),
    ...(name === undefined ? {} : { name }),
    ...(created === undefined ? {} : { created }),
    ...(run.last_run === null ? {} : { read: run.last_run }),
  }
}

/** Enters an account that is none any more. Returns what is to be said of it. */
function disconnected(id: string, { name, read }: Known, runs: AccountRuns): string {
  const stay = read === undefined ? '' : `; its rows stay as they were on ${read.slice(0, 10)}`
  const reason = `it is not connected any more${stay}`
  const rest = { rows: 0, deleted: 0, requests: 0, cure: null, tables: [] }
  runs.add(
    { account: id, name: name ?? null, status: 'disconnected', reason, last_run: read ?? null, ...rest },
    undefined,
  )
  return reason
}

/** Writes checkpoints that no row goes with, several together. */
function keeper({
  warehouse,
  owner,
  clock,
  newId,
}: Pick<RunChoices, 'clock' | 'newId'> & {
  readonly warehouse: ReturnType<typeof accountWork>['warehouse']
  readonly owner: string
}) {
  let waiting: Checkpoint[] = []
  const now = async (more: readonly Checkpoint[]) => {
    const checkpoints = [...waiting, ...more]
    waiting = []
    if (checkpoints.length === 0) return
    await warehouse.load({ id: newId(), packedAt: clock() * 1000, account: owner, batches: [], checkpoints })
  }
  return {
    now,
    async later(checkpoint: Checkpoint) {
      waiting.push(checkpoint)
      if (waiting.length >= unkept) await now([])
    },
  }
}

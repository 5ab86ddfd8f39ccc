/** Compares a warehouse with several accounts, each by itself; docs/decisions/0021-accounts.md. */
import { accountView, ownScopes } from './account-view.ts'
import { accountWork, type Unread } from './account-work.ts'
import { inTurn, knownAccounts } from './known-accounts.ts'
import type { AccountInfo, Accounts } from './model.ts'
import { sourceClock } from './source-clock.ts'
import { settingOf, type VerifyPlace } from './verify.ts'
import { verifyAccount } from './verify-account.ts'
import { requestCounter, spending } from './verify-count.ts'
import {
  statusOf,
  type TallyState,
  tableTallies,
  type VerifiedAccount,
  type VerifiedTable,
  type VerifyReport,
  withAccount,
} from './verify-report.ts'
import {
  type AccountsState,
  plus,
  stateOf,
  sumOf,
  talliesIn,
  verifiedThing,
  windowsIn,
} from './verify-state.ts'

export interface VerifyAccountsOptions extends VerifyPlace {
  readonly accounts: Accounts
  /** Accounts that are looked at beside each other; 4 by default. */
  readonly atOnce?: number
}

/** As `verify`, over all accounts with one budget; one that cannot be read is told, and the others are looked at. */
export async function verifyAccounts(options: VerifyAccountsOptions): Promise<VerifyReport> {
  const { accounts, signal, clock, atOnce = 4 } = options
  const started = clock()
  const tables = accounts.tables(options.streams)
  const counted = requestCounter(options.report, options.maxRequests)
  const owner = await accounts.owner(signal, counted.report)
  await using opened = await options.destination.open(options.address, { ...options, report: counted.report })
  const state = await opened.readState({ peek: true, scopes: ownScopes })
  const setting = settingOf(state, owner, options)
  const known = knownAccounts(state)
  const listed: AccountInfo[] = []
  for await (const some of accounts.list(signal, counted.report)) listed.push(...some)
  const work = accountWork(opened, { ...options, atOnce })
  const { address, integration, repair = false } = options
  const { deletes, since, modes } = setting
  const of = verifiedThing(
    { owner: owner.id, address, integration, repair, deletes, since, modes: [...modes] },
    tables,
  )
  const from = stateOf<AccountsState>(options.from, of)
  const spent = spending(from, counted, () => clock() - started)
  /** Looked at to their end; and what was told of the tables in them. */
  const done: VerifiedAccount[] = [...(from?.done ?? [])]
  let all: ReadonlyMap<string, TallyState> = new Map(Object.entries(from?.tallies ?? {}))
  /** Looked at as far as it went: who goes on tries these again. */
  const unfinished: { readonly verified: VerifiedAccount; readonly told: ReadonlyMap<string, TallyState> }[] =
    []
  /** How each stands that was begun. */
  const open = new Map(Object.entries(from?.open ?? {}).map(([account, state]) => [account, () => state]))
  options.follow?.(() => {
    const now = Object.fromEntries([...open].map(([account, state]) => [account, state()]))
    const begun = Object.values(now).flatMap(({ parts }) => talliesIn(parts))
    return {
      ...{ v: 1, of, done: [...done], tallies: Object.fromEntries(all), open: now },
      windows: windowsIn(all) + windowsIn(begun),
      ...spent(),
    }
  })
  const isDone = new Set(done.map(({ account }) => account))
  const left = listed.filter(({ id }) => !isDone.has(id))

  await work.all(inTurn(left, known), async (account) => {
    const before = from?.open[account.id]
    const own = requestCounter((event) => {
      // How much of the whole is done, one account does not know.
      counted.report(event.type === 'read' ? { type: 'read', stream: event.stream, rows: event.rows } : event)
    })
    const tallies = tableTallies(tables, new Map(talliesIn(before?.parts ?? {})))
    const asked = () => plus(before?.requests, own.byStream())
    const unread = await work.attempt(account, async (source) => {
      await source.check(work.signal, own.report)
      const warehouse = accountView(work.warehouse, account.id, account.id === owner.id)
      await verifyAccount({
        ...options,
        ...setting,
        source,
        clock: sourceClock(source, clock),
        account: account.id,
        warehouse,
        state: await warehouse.readState({ peek: true }),
        ...{ tables, report: own.report, spend: counted.spend, signal: work.signal },
        tally: tallies.of,
        from: before?.parts,
        follow: (parts) => open.set(account.id, () => ({ parts: parts(), requests: asked() })),
      })
    })
    if (!unread) work.answered(true)
    const by = asked()
    const verified = verifiedOf(
      account,
      tallies.report((stream) => by[stream] ?? 0),
      sumOf(by),
      unread,
    )
    if (unread) unfinished.push({ verified, told: tallies.state() })
    else {
      open.delete(account.id)
      done.push(verified)
      all = withAccount(all, account.id, tallies.state())
    }
  })
  work.throwBug()
  const found = [...done, ...unfinished.map(({ verified }) => verified)]
  const told = unfinished.reduce((sum, one) => withAccount(sum, one.verified.account, one.told), all)

  for (const [id, { name, read }] of accounts.all ? known : []) {
    if (id === owner.id || isDone.has(id) || listed.some((one) => one.id === id)) continue
    const reason = `it is not connected any more, so that its rows cannot be compared; they are of ${read?.slice(0, 10) ?? 'no run'}`
    found.push({ ...verifiedOf({ id, name }, [], 0, { status: 'failed', reason }), status: 'disconnected' })
  }
  const { requests, ...sums } = spent()
  const verified = tableTallies(tables, told).report((stream) => requests[stream] ?? 0)
  const status = statusOf(verified)
  const isWhole = found.every((one) => one.status !== 'failed')
  return {
    status: status === 'equal' && !isWhole ? 'incomplete' : status,
    integration: options.integration,
    accounts: found,
    tables: verified,
    requests: sumOf(requests),
    ...sums,
  }
}

function verifiedOf(
  { id, name }: { readonly id: string; readonly name?: string | undefined },
  tables: readonly VerifiedTable[],
  requests: number,
  unread: Unread | undefined,
): VerifiedAccount {
  const sum = (side: 'source' | 'warehouse') => tables.reduce((all, { rows }) => all + rows[side], 0)
  return {
    account: id,
    name: name ?? null,
    status: unread ? 'failed' : statusOf(tables),
    rows: { source: sum('source'), warehouse: sum('warehouse') },
    requests,
    reason: unread?.reason ?? null,
    cure: unread?.cure ?? null,
    tables: tables
      .filter(({ status }) => status !== 'equal' && status !== 'moved')
      .map(({ stream, table, status, reason, missing, extra, stale }) => ({
        ...{ stream, table, status, reason, missing, extra, stale },
      })),
  }
}

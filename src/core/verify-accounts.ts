/** Compares a warehouse with several accounts, each by itself; docs/decisions/0021-accounts.md. */
import { accountView, ownScopes } from './account-view.ts'
import { accountWork, type Unread } from './account-work.ts'
import { inTurn, knownAccounts } from './known-accounts.ts'
import type { AccountInfo, Accounts } from './model.ts'
import { settingOf, type VerifyPlace } from './verify.ts'
import { verifyAccount } from './verify-account.ts'
import { requestCounter } from './verify-count.ts'
import {
  statusOf,
  tableTallies,
  type VerifiedAccount,
  type VerifiedTable,
  type VerifyReport,
} from './verify-report.ts'

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
  const all = tableTallies(tables)
  const found: VerifiedAccount[] = []

  await work.all(inTurn(listed, known), async (account) => {
    const own = requestCounter((event) => {
      // How much of the whole is done, one account does not know.
      counted.report(event.type === 'read' ? { type: 'read', stream: event.stream, rows: event.rows } : event)
    })
    const tallies = tableTallies(tables, all, account.id)
    const unread = await work.attempt(account, async (source) => {
      await source.check(work.signal, own.report)
      const warehouse = accountView(work.warehouse, account.id, account.id === owner.id)
      await verifyAccount({
        ...options,
        ...setting,
        source,
        account: account.id,
        warehouse,
        state: await warehouse.readState({ peek: true }),
        ...{ tables, report: own.report, spend: counted.spend, signal: work.signal },
        tally: tallies.of,
        from: undefined,
        follow: undefined,
      })
    })
    if (!unread) work.answered(true)
    found.push(verifiedOf(account, tallies.report(own.of), own.sums().requests, unread))
  })
  work.throwBug()

  for (const [id, { name, read }] of accounts.all ? known : []) {
    if (id === owner.id || listed.some((one) => one.id === id)) continue
    const reason = `it is not connected any more, so that its rows cannot be compared; they are of ${read?.slice(0, 10) ?? 'no run'}`
    found.push({ ...verifiedOf({ id, name }, [], 0, { status: 'failed', reason }), status: 'disconnected' })
  }
  const verified = all.report(counted.of)
  const status = statusOf(verified)
  const isWhole = found.every((one) => one.status !== 'failed')
  return {
    status: status === 'equal' && !isWhole ? 'incomplete' : status,
    integration: options.integration,
    accounts: found,
    tables: verified,
    ...counted.sums(),
    seconds: Math.round((clock() - started) / 10) / 100,
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

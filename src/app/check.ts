/** Tries everything a sync needs, without changing anything, and tells every problem in one go. */

import { ownScopes } from '../core/account-view.ts'
import { ConfigError, TransientError } from '../core/errors.ts'
import { checkIdentity } from '../core/identity.ts'
import type { Access, AccountInfo, RunEvent } from '../core/model.ts'
import { keyCreationUrl } from '../stripe/access.ts'
import { type CheckedAccounts, checkAccounts } from './check-accounts.ts'
import { cureWithOption } from './cure.ts'
import type { Plan } from './plan.ts'

export interface CheckProblem {
  readonly part: 'key' | 'accounts' | 'tables' | 'warehouse'
  /** `config` is for the user to change, `transient` may pass. */
  readonly kind: 'config' | 'transient'
  readonly message: string
  readonly cure?: string
}

export interface CheckedTable {
  readonly stream: string
  readonly table: string
  readonly access: Access
}

export interface CheckReport {
  /** `partial`: a sync would run, and some tables, or some accounts, would not be read. */
  readonly status: 'ok' | 'partial' | 'failed'
  readonly integration: string
  readonly warehouse: string
  /** Whose the key is; of several accounts, their owner. */
  readonly account?: AccountInfo
  /** Where the integration has several: how many there are, and those that do not answer. */
  readonly accounts?: CheckedAccounts
  /** Whether the name is used in the warehouse already, by this account; unknown while either cannot be reached. */
  readonly name?: 'free' | 'ours'
  readonly tables: readonly CheckedTable[]
  /** Permissions that the key lacks for these tables. */
  readonly missing: readonly string[]
  /** A page that makes a restricted key with all permissions these tables need; only if one is missing. */
  readonly keyUrl?: string
  readonly problems: readonly CheckProblem[]
  /** What a sync would put up with: a clock that is wrong. */
  readonly warnings: readonly string[]
}

export async function runCheck(plan: Plan, signal: AbortSignal): Promise<CheckReport> {
  const { settings, destination, streams } = plan
  const problems: CheckProblem[] = []
  const warnings: string[] = []
  const report = (event: RunEvent) => {
    if (event.type === 'log' && event.level === 'warn') warnings.push(event.message)
  }
  const attempt = async <T>(part: CheckProblem['part'], work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ConfigError || error instanceof TransientError)) throw error
      const cure = cureWithOption(error)
      problems.push({
        part,
        kind: error instanceof ConfigError ? 'config' : 'transient',
        message: error.message,
        ...(cure === undefined ? {} : { cure }),
      })
      return undefined
    }
  }

  const reading = async () => {
    const { accounts } = plan
    const account = await attempt('key', () =>
      accounts ? accounts.owner(signal, report) : plan.source.check(signal, report),
    )
    if (!account) return { account, infos: [] }
    const checked = accounts && (await attempt('accounts', () => checkAccounts(accounts, signal)))
    await using source = checked?.first && accounts?.open(checked.first)
    if (accounts && !source) return { account, checked, infos: [] }
    const names = streams.map(({ name }) => name)
    const infos = await attempt('tables', () =>
      (source ?? plan.source).discover({ probe: true, streams: names }, signal),
    )
    return { account, checked, infos: infos ?? [] }
  }
  const writing = () =>
    attempt('warehouse', async () => {
      await using warehouse = await destination.open(settings.to, {
        integration: settings.name,
        workDir: settings.workDir,
        signal,
        report: () => {},
      })
      await warehouse.check()
      return await warehouse.readState({ peek: true, scopes: ownScopes })
    })
  const [{ account, checked, infos }, state] = await Promise.all([reading(), writing()])

  const name = await attempt('warehouse', async () =>
    account && state
      ? checkIdentity(state, account, { integration: settings.name, address: settings.to })
      : undefined,
  )
  const tables = infos.map(
    (info): CheckedTable => ({ stream: info.name, table: info.table.name, access: info.access }),
  )
  const barred = tables.filter(({ access }) => access.status !== 'ok' && access.status !== 'unknown')
  const missing = barred.flatMap(({ access }) =>
    access.status === 'no_permission' && access.permission ? [access.permission] : [],
  )
  const needed = infos.flatMap((info) => info.access.permission ?? info.permission ?? [])
  return {
    status:
      problems.length > 0 || (tables.length > 0 && barred.length === tables.length)
        ? 'failed'
        : barred.length > 0 || (checked?.accounts.unread.length ?? 0) > 0
          ? 'partial'
          : 'ok',
    integration: settings.name,
    warehouse: settings.to,
    ...(account === undefined ? {} : { account }),
    ...(checked === undefined ? {} : { accounts: checked.accounts }),
    ...(name === undefined ? {} : { name }),
    tables,
    missing: [...new Set(missing)].sort(),
    ...(missing.length > 0 ? { keyUrl: keyCreationUrl(needed) } : {}),
    problems,
    warnings,
  }
}

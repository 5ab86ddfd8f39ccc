/** A sandbox with connected accounts, and one integration over them. Runs are in this process, or in one that can be killed. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { TestContext } from 'node:test'
import { type CheckReport, runCheck } from '../../src/app/check.ts'
import { planSync } from '../../src/app/plan.ts'
import { query } from '../../src/app/query.ts'
import { runSync } from '../../src/app/run-sync.ts'
import { settings } from '../../src/app/settings.ts'
import { type RunVerifyOptions, runVerify } from '../../src/app/verify.ts'
import type { AccountRun, RunEvent, RunSummary } from '../../src/core/model.ts'
import type { VerifyReport } from '../../src/core/verify-report.ts'
import { startSandbox } from '../../src/sandbox/server.ts'
import { folder, start } from '../cli/spawn.ts'
import { key, lists } from './integration.ts'
import { idsOf, objectsOf } from './served.ts'

/** Tables, and a column of each that is added up. */
const amounts = { customers: 'balance', charges: 'amount', refunds: 'amount' } as const
export type Table = keyof typeof amounts
export const tables = Object.keys(amounts) as readonly Table[]

const accountsRun = new URL('accounts-run.ts', import.meta.url).pathname

type Said = Readonly<Record<string, unknown>>

export async function manyAccounts(context: TestContext, options: Parameters<typeof startSandbox>[0] = {}) {
  const sandbox = await startSandbox({ scale: 60, rateLimit: 'off', seed: 'many', connected: 3, ...options })
  context.after(() => sandbox.close())
  const cwd = await folder(context)
  const to = `duckdb:${cwd}/acme.duckdb`
  const said = (more: Said) => ({
    name: 'acme',
    to,
    apiKey: key,
    apiBase: sandbox.url,
    workDir: `${cwd}/.sluice`,
    tables: tables.join(','),
    rate: '100%',
    ...more,
  })
  const plan = (more: Said) => planSync(settings(said(more), Date.now()), assert.fail)
  const rows = async (sql: string) => (await query(to, sql, 1_000_000)).rows

  return {
    sandbox,
    rows,
    folder: cwd,
    platform: sandbox.account.id,
    /** Ids of the connected accounts, as the platform's list has them. */
    connected: () => idsOf(sandbox.url, key, { path: '/v1/accounts' }),
    async sync(
      more: Said = {},
      report: (event: RunEvent) => void = () => {},
      signal?: AbortSignal,
    ): Promise<RunSummary> {
      await using made = await plan(more)
      return await runSync(made, { signal: signal ?? new AbortController().signal, report })
    },
    async verify(more: Said = {}, how: Partial<RunVerifyOptions> = {}): Promise<VerifyReport> {
      await using made = await plan(more)
      return await runVerify(made, {
        repair: false,
        settle: 0,
        signal: new AbortController().signal,
        report: () => {},
        ...how,
      })
    },
    async check(more: Said = {}): Promise<CheckReport> {
      await using made = await plan(more)
      return await runCheck(made, new AbortController().signal)
    },
    start: (...more: readonly string[]) =>
      start(
        [
          'sync',
          '--name',
          'acme',
          '--to',
          to,
          '--rate',
          '100%',
          '--tables',
          tables.join(','),
          '--json',
          ...more,
        ],
        { cwd, env: { STRIPE_API_KEY: key, STRIPE_API_BASE: sandbox.url } },
      ),
    /** A run in a process that can be killed; what it says are the ids of accounts that are done. */
    process(more: Said) {
      const node = process.execArgv.filter((word) => !word.startsWith('--test'))
      return spawn(process.execPath, [...node, accountsRun, JSON.stringify(said(more))], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
    },
    /** Fails unless the account's rows are its objects, each once, with the same amounts. */
    async isWhole(account: string, some: readonly Table[] = tables) {
      const of = `where _account_id = '${account}' and _deleted_at is null`
      const found = await rows(
        some
          .map(
            (table) =>
              `select coalesce(list(id order by id), []), coalesce(sum(${amounts[table]}), 0)::bigint from acme.${table} ${of}`,
          )
          .join(' union all '),
      )
      for (const [at, table] of some.entries()) {
        const ids: string[] = []
        let sum = 0
        for (const listing of lists[table] ?? []) {
          const header = account === sandbox.account.id ? {} : { account }
          for await (const object of objectsOf(sandbox.url, key, { ...listing, ...header })) {
            ids.push(object.id)
            sum += Number(object[amounts[table]] ?? 0)
          }
        }
        const [there, total] = found[at] ?? []
        assert.deepEqual(there, ids.sort(), `${table} of ${account}`)
        assert.equal(Number(total), sum, `${table} of ${account}`)
      }
    },
  }
}

/** The runs of accounts by their ids. */
export const byAccount = ({ accounts }: RunSummary): ReadonlyMap<string, AccountRun> =>
  new Map(accounts?.map((run) => [run.account, run]))

/** A sandbox, a folder, and the command line between them. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { query } from '../../src/app/query.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts'
import { folder, lastJson, run, start } from '../cli/spawn.ts'
import { idsOf, type Listing } from './served.ts'

// A live key has the higher limits, so that the tests do not wait for Stripe's.
export const key = 'rk_live_0123456789abcdefghij'

/** Tables and the lists that have the same objects; each with what its default leaves out. */
export const lists: Readonly<Record<string, readonly Listing[]>> = {
  customers: [{ path: '/v1/customers' }],
  products: [{ path: '/v1/products' }],
  prices: [
    { path: '/v1/prices', params: { active: 'true' } },
    { path: '/v1/prices', params: { active: 'false' } },
  ],
  subscriptions: [{ path: '/v1/subscriptions', params: { status: 'all' } }],
  invoices: [{ path: '/v1/invoices' }],
  charges: [{ path: '/v1/charges' }],
  refunds: [{ path: '/v1/refunds' }],
  balance_transactions: [{ path: '/v1/balance_transactions' }],
}

export interface TableRun {
  readonly stream: string
  readonly status: string
  readonly rows: number
  readonly deleted: number
  readonly requests: number
  readonly reason: string | null
}

export const tablesOf = (stdout: string) =>
  new Map((lastJson(stdout).tables as TableRun[]).map((table) => [table.stream, table]))

/**
 * An integration `acme` of the sandbox into `acme.duckdb` in a folder of its own, or where `to` says for that
 * folder; all is gone after the test.
 */
export async function integration(
  context: TestContext,
  options: Parameters<typeof startSandbox>[0] = {},
  to = (folder: string) => `duckdb:${folder}/acme.duckdb`,
) {
  const sandbox = await startSandbox({ port: 0, scale: 60, rateLimit: 'off', seed: 'e2e', ...options })
  context.after(() => sandbox.close())
  const cwd = await folder(context)
  const file = `${cwd}/acme.duckdb`
  const env = { STRIPE_API_KEY: key, STRIPE_API_BASE: sandbox.url }
  const args = ['--name', 'acme', '--to', to(cwd), '--rate', '100%']
  const rows = async (sql: string) => (await query(to(cwd), sql, 1_000_000, `${cwd}/.sluice`)).rows
  const ids = async (table: string) =>
    (await rows(`select id from acme.${table} where _deleted_at is null order by id`)).map(([id]) =>
      String(id),
    )
  return {
    sandbox,
    cwd,
    env,
    file,
    rows,
    ids,
    sync: (...more: readonly string[]) => run(['sync', ...args, '--json', ...more], { cwd, env }),
    start: (...more: readonly string[]) => start(['sync', ...args, ...more], { cwd, env }),
    verify: (...more: readonly string[]) => run(['verify', ...args, '--json', ...more], { cwd, env }),
    check: (...more: readonly string[]) => run(['check', ...args, ...more], { cwd, env }),
    /** Fails unless the tables have exactly the objects of the sandbox's lists, each once. */
    async sameAsSandbox(tables = Object.keys(lists)) {
      for (const [table, listings] of Object.entries(lists).filter(([name]) => tables.includes(name))) {
        const upstream = await Promise.all(listings.map((listing) => idsOf(sandbox.url, key, listing)))
        const expected = [...new Set(upstream.flat())].sort()
        assert.deepEqual(await ids(table), expected, table)
      }
    },
  }
}

/** Waits until the sandbox has answered so many requests. */
export async function requestsSeen(sandbox: Sandbox, count: number): Promise<void> {
  const deadline = performance.now() + 30_000
  while (sandbox.stats().requests < count) {
    if (performance.now() > deadline) assert.fail(`only ${sandbox.stats().requests} requests`)
    await setTimeout(5)
  }
}

/** A sandbox over real HTTP, and a warehouse that follows it: what the tests of changes share. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Row, Table, Warehouse } from '../../src/core/model.ts'
import { loadTable } from '../../src/core/schema.ts'
import type { VerifyReport } from '../../src/core/verify-report.ts'
import { destinationFor } from '../../src/destinations/registry.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts'
import type { StartOptions } from '../../src/sandbox/settle.ts'
import type { SandboxObject } from '../../src/sandbox/world.ts'
import { tablesFor } from '../../src/stripe/selection.ts'
import { newDatabase } from './databases.ts'
import { doomed } from './doomed.ts'
import { oneRepair, oneRun, type Run, type RunOptions, type Watch, type Way } from './one-run.ts'

export { type Run, replicaKey } from './one-run.ts'

/** Of every kind: with and without events of their own, with children, with lists that no time filters. */
export const replicated = [
  'customers',
  'products',
  'prices',
  'coupons',
  'tax_rates',
  'subscriptions',
  'subscription_items',
  'invoices',
  'invoice_lines',
  'charges',
  'refunds',
  'payment_intents',
  'balance_transactions',
] as const

export interface Replica {
  readonly sandbox: Sandbox
  /** An object of the sandbox's world as it was at first. */
  world(stream: string, index: number): SandboxObject
  /**
   * Runs once. `streams` is a list with commas, or `replicated`. A death is real where the warehouse outlives a process: the
   * run's process is killed, and nothing of it can be watched.
   */
  sync(streams?: string, options?: RunOptions & Watch): Promise<Run>
  /** Compares `replicated` with the sandbox, and repairs what differs. */
  repair(options?: RunOptions): Promise<VerifyReport>
  /** Data cells of the rows that are there, in a fixed order. */
  alive(table: string): Promise<readonly Row[]>
  /** All cells of a table of the warehouse. */
  read(table: Table): Promise<readonly Row[]>
  /** Of those that are marked as deleted. */
  deleted(table: string): Promise<readonly Row[]>
  /** Moves the time of the sandbox and of whoever follows it. */
  advance(seconds: number): void
  /** Fails unless every table holds what a warehouse filled anew holds. */
  equalsFreshCopy(): Promise<void>
  close(): Promise<void>
}

/** New warehouses: in this process, in a folder, on a server (then call `stopDatabases` after all tests). */
const addresses = {
  memory: async (_folder: string, name: string) => `memory:replica-${process.pid}-${++stores}-${name}`,
  duckdb: async (folder: string, name: string) => `duckdb:${join(folder, `${name}.duckdb`)}`,
  files: async (folder: string, name: string) => `files:${join(folder, name)}`,
  postgres: newDatabase,
}

export type Kept = keyof typeof addresses

let stores = 0

export async function replica(options: StartOptions = {}, kept: Kept = 'memory'): Promise<Replica> {
  const sandbox = await startSandbox({ scale: 60, rateLimit: 'off', seed: 'changes', ...options })
  const workDir = kept === 'memory' ? '/nowhere' : await mkdtemp(join(tmpdir(), 'sluice-replica-'))
  const main = await addresses[kept](workDir, 'acme')
  const destination = await destinationFor(main)
  let ahead = 0

  const wayTo = (address: string): Way => ({
    apiBase: sandbox.url,
    address,
    workDir,
    get ahead() {
      return ahead
    },
  })

  async function run(address: string, tables: string, how: RunOptions & Watch = {}): Promise<Run> {
    const way = wayTo(address)
    const { onRequest, onPage, ...said } = how
    if (kept !== 'memory' && how.death) return doomed({ way, tables, how: said })
    return oneRun(destination, way, tables, said, {
      ...(onRequest && { onRequest }),
      ...(onPage && { onPage }),
    })
  }

  /** Opened once: an engine takes its time, and holds the file only while it reads. */
  const readers = new Map<string, Promise<Warehouse>>()

  async function read(at: string, table: Table): Promise<readonly Row[]> {
    const options = { integration: 'acme', workDir, signal: new AbortController().signal, report: () => {} }
    const reader = readers.get(at) ?? destination.open(at, options)
    readers.set(at, reader)
    const warehouse = await reader
    const found: Row[] = []
    for await (const row of warehouse.read(table)) found.push(row)
    return found
  }

  async function rows(at: string, table: string, alive: boolean): Promise<readonly Row[]> {
    const wanted = loadTable(tablesFor([{ name: table }]).get(table) ?? assert.fail(table))
    const all = (await read(at, wanted)).filter((row) => (row[3] === null) === alive)
    return all
      .map((row) => row.slice(4))
      .map((row) => ({ row, text: JSON.stringify(row) }))
      .sort((a, b) => (a.text < b.text ? -1 : 1))
      .map(({ row }) => row)
  }

  return {
    sandbox,
    world(stream, index) {
      const { world: objects } = sandbox.account.store
      return objects.object(stream, index % objects.count(stream))
    },
    sync: (streams = replicated.join(), how = {}) => run(main, streams, how),
    repair: (how = {}) => oneRepair(destination, wayTo(main), replicated.join(), how),
    read: (table) => read(main, table),
    deleted: (table) => rows(main, table, false),
    alive: (table) => rows(main, table, true),
    advance(seconds) {
      sandbox.advance(seconds)
      ahead += seconds * 1000
    },
    async equalsFreshCopy() {
      const fresh = await addresses[kept](workDir, 'fresh')
      await run(fresh, replicated.join())
      for (const table of replicated) {
        assert.deepEqual(await rows(main, table, true), await rows(fresh, table, true), table)
      }
    },
    async close() {
      await sandbox.close()
      for (const reader of readers.values()) await (await reader)[Symbol.asyncDispose]()
      if (kept !== 'memory') await rm(workDir, { recursive: true, force: true })
    },
  }
}

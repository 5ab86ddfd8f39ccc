/** A sandbox over real HTTP, and a warehouse in memory that follows it: what the tests of changes share. */
import assert from 'node:assert/strict'
import type {
  Deletes,
  Mode,
  Row,
  RunEvent,
  RunSummary,
  StreamSelection,
  Table,
} from '../../src/core/model.ts'
import { loadTable } from '../../src/core/schema.ts'
import { sync } from '../../src/core/sync.ts'
import { memory } from '../../src/destinations/memory.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts'
import type { StartOptions } from '../../src/sandbox/settle.ts'
import type { SandboxObject } from '../../src/sandbox/world.ts'
import { type Clock, systemClock } from '../../src/stripe/clock.ts'
import { stripeConfig } from '../../src/stripe/config.ts'
import { resolveStreams, tablesFor } from '../../src/stripe/selection.ts'
import { stripeSource } from '../../src/stripe/source.ts'
import { crashing, type Death } from './crashing.ts'

export const replicaKey = 'rk_live_0123456789abcdefghij'

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

export interface RunOptions {
  /** Ends the run by the process's death; `sync` then rejects. */
  readonly death?: Death
  /** Called at every request, from 1. */
  readonly onRequest?: (count: number) => void
  /** Milliseconds between loads. */
  readonly flushEvery?: number
  readonly fullRefresh?: boolean
  readonly modes?: Readonly<Record<string, Mode>>
  readonly deletes?: Deletes
  /** Objects that rows refer to and no list returns: so many are read by id. */
  readonly heal?: number
}

export interface Run {
  readonly summary: RunSummary
  readonly events: readonly RunEvent[]
  readonly warnings: readonly string[]
}

export interface Replica {
  readonly sandbox: Sandbox
  /** An object of the sandbox's world as it was at first. */
  world(stream: string, index: number): SandboxObject
  /** Runs once. `streams` is a list with commas, or `replicated`. */
  sync(streams?: string, options?: RunOptions): Promise<Run>
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

let stores = 0

/** Runs a hundred times as fast as the host's: waits between attempts and for limits are short; the time of day is right. */
const speed = 100

export async function replica(options: StartOptions = {}): Promise<Replica> {
  const sandbox = await startSandbox({ scale: 60, rateLimit: 'off', seed: 'changes', ...options })
  const main = `memory:replica-${++stores}`
  let ahead = 0
  const clock: Clock = {
    wall: () => systemClock.wall() + ahead,
    now: () => systemClock.now() * speed,
    after: (ms, run) => systemClock.after(ms / speed, run),
  }

  async function run(to: string, streams: readonly StreamSelection[], how: RunOptions = {}): Promise<Run> {
    const events: RunEvent[] = []
    const config = stripeConfig({ apiKey: replicaKey, apiBase: sandbox.url, rate: 1 })
    const guarded = crashing(memory, how.death)
    let requests = 0
    await using source = stripeSource(config, { version: 'test', clock })
    const summary = await sync({
      source,
      destination: guarded.destination,
      address: to,
      integration: 'acme',
      streams,
      workDir: '/nowhere',
      clock: clock.wall,
      newId: () => `load-${Math.random()}`,
      signal: new AbortController().signal,
      ...(how.flushEvery === undefined ? {} : { flushEvery: how.flushEvery }),
      ...(how.fullRefresh ? { fullRefresh: true } : {}),
      modes: new Map(Object.entries(how.modes ?? {})),
      ...(how.deletes ? { deletes: how.deletes } : {}),
      ...(how.heal === undefined ? {} : { heal: how.heal }),
      report(event) {
        events.push(event)
        if (event.type !== 'request') return
        guarded.request()
        how.onRequest?.(++requests)
      },
    })
    const warnings = events.flatMap((event) => (event.type === 'log' ? event.message : []))
    return { summary, events, warnings }
  }

  async function read(at: string, table: Table): Promise<readonly Row[]> {
    await using warehouse = await memory.open(at, {
      integration: 'acme',
      workDir: '/nowhere',
      signal: new AbortController().signal,
      report: () => {},
    })
    const found: Row[] = []
    for await (const row of warehouse.read(table)) found.push(row)
    return found
  }

  async function rows(at: string, table: string, alive: boolean): Promise<readonly Row[]> {
    const wanted = loadTable(tablesFor([{ name: table }]).get(table) ?? assert.fail(table))
    const all = (await read(at, wanted)).filter((row) => (row[3] === null) === alive)
    return all.map((row) => row.slice(4)).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }

  return {
    sandbox,
    world(stream, index) {
      const { world: objects } = sandbox.account.store
      return objects.object(stream, index % objects.count(stream))
    },
    sync: (streams = replicated.join(), how = {}) => run(main, resolveStreams(streams), how),
    read: (table) => read(main, table),
    deleted: (table) => rows(main, table, false),
    alive: (table) => rows(main, table, true),
    advance(seconds) {
      sandbox.advance(seconds)
      ahead += seconds * 1000
    },
    async equalsFreshCopy() {
      const fresh = `memory:fresh-${++stores}`
      await run(fresh, resolveStreams(replicated.join()))
      for (const table of replicated) {
        assert.deepEqual(await rows(main, table, true), await rows(fresh, table, true), table)
      }
    },
    close: () => sandbox.close(),
  }
}

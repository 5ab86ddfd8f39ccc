/** An opened warehouse of files: manifests for what counts, DuckDB for reading and writing it. */
import { join } from 'node:path'
import type { LoadReceipt, OpenOptions, SchemaChange, State, Table, Warehouse } from '../../core/model.ts'
import { catalog } from '../duckdb/dialect.ts'
import { engine } from '../duckdb/engine.ts'
import { explained } from '../duckdb/errors.ts'
import type { Address } from './address.ts'
import { applyLoad, noFence } from './apply.ts'
import { manifestLog } from './log.ts'
import { type Manifest, receiptOf } from './manifest.ts'
import { publish } from './publish.ts'
import { readTable } from './read.ts'
import { prepared } from './schema.ts'
import { shelf } from './shelf.ts'
import type { Store } from './store.ts'

/** Takes the store over: it is disposed of with the warehouse. */
export function filesWarehouse(store: Store, address: Address, options: OpenOptions): Warehouse {
  const { integration, workDir } = options
  const { format } = address
  const spill = join(workDir, 'duckdb')
  const db = engine({ memory: address.memory, threads: address.threads, spill })
  const log = manifestLog({ store, integration, format: format.name, clock: Date.now })
  const files = shelf(store, workDir)
  /** The newest, as long as the fence is ours. */
  let manifest: Manifest | undefined
  let ready: Promise<unknown> | undefined

  /** Other engines follow a moment later: what counts is the manifest. */
  let published: Manifest | undefined
  async function committed(next: Promise<Manifest>) {
    manifest = await next
    try {
      await publish(store, manifest, published)
      published = manifest
    } catch (error) {
      const message = `the views of ${store.root} are not up to date: ${(error as Error).message}`
      options.report({ type: 'log', level: 'warn', message })
    }
  }

  const held = (): Manifest => {
    if (!manifest) throw noFence()
    return manifest
  }
  /** The engine, with a database in memory for what is merged. */
  async function working() {
    ready ??= db.run(`attach if not exists ':memory:' as ${catalog}`)
    await ready
  }
  const asOurs = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw explained(error, store.root)
    }
  }

  return {
    async check() {
      await store.check()
      await log.newest()
    },

    async readState({ peek } = { peek: false }): Promise<State> {
      if (peek) return new Map((await log.newest())?.checkpoints)
      manifest = await log.raiseFence()
      return new Map(manifest.checkpoints)
    },

    async prepare(tables: readonly Table[]): Promise<readonly SchemaChange[]> {
      const before = held()
      const next = prepared(before.tables, tables)
      if (next.changes.length === 0 && next.rekeyed.length === 0) await log.mustBeNewest(before)
      else await committed(log.commit(before, { tables: next.tables }))
      return next.changes
    },

    async load(load): Promise<LoadReceipt> {
      const before = held()
      const known = receiptOf(before, load.id)
      if (known) {
        await log.mustBeNewest(before)
        return known
      }
      const into = { engine: db, integration, format, shelf: files, scratch: store.scratch }
      return asOurs(async () => {
        await working()
        const { receipt, changes } = await applyLoad(into, before, load, new Date().toISOString())
        await committed(log.commit(before, changes))
        return receipt
      })
    },

    async *read(table, within) {
      const newest = await log.newest()
      if (!newest) return
      const connection = await db.connect()
      try {
        yield* readTable({ connection, manifest: newest, shelf: files }, table, within)
      } catch (error) {
        throw explained(error, store.root)
      } finally {
        connection.closeSync()
      }
    },

    async [Symbol.asyncDispose]() {
      db.reset()
      await store[Symbol.asyncDispose]()
    },
  }
}

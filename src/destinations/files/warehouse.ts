/** An opened warehouse of files: manifests for what counts, DuckDB for reading and writing it. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FenceError } from '../../core/errors.ts'
import type {
  Load,
  LoadReceipt,
  OpenOptions,
  SchemaChange,
  State,
  Table,
  WholeWarehouse,
} from '../../core/model.ts'
import { stateWithin } from '../../core/scopes.ts'
import { catalog } from '../duckdb/dialect.ts'
import { engine } from '../duckdb/engine.ts'
import { explained } from '../duckdb/errors.ts'
import type { Address } from './address.ts'
import { applyLoad, noFence } from './apply.ts'
import { collectAbandoned, collectAll, collectRetired } from './collect.ts'
import { compact } from './compact.ts'
import { manifestLog } from './log.ts'
import { type FileEntry, type Manifest, nothingOf, receiptOf } from './manifest.ts'
import { entryOf } from './names.ts'
import { piles } from './piles.ts'
import { type Compaction, compactionOf, rewriteOf, type Tidiness } from './plan.ts'
import { publish } from './publish.ts'
import { readTable } from './read.ts'
import { prepared } from './schema.ts'
import { shelf } from './shelf.ts'
import type { Store } from './store.ts'

/** Takes the store over: it is disposed of with the warehouse. */
export function filesWarehouse(
  store: Store,
  address: Address,
  options: OpenOptions,
  tidiness: Tidiness,
): WholeWarehouse {
  const { integration, workDir } = options
  const { format } = address
  const spill = join(workDir, 'duckdb')
  const db = engine({ memory: address.memory, threads: address.threads, spill })
  const log = manifestLog({ store, integration, format: format.name, clock: Date.now })
  const files = shelf({ store, format, engine: db, workDir })
  /** The newest, as long as the fence is ours. */
  let manifest: Manifest | undefined
  /** Removed already; the next manifest forgets them. */
  let collected: ReadonlySet<string> = new Set()
  let published: Manifest | undefined

  async function commit(from: Manifest, changes: Partial<Manifest>) {
    const retired = (changes.retired ?? from.retired).filter(({ file }) => !collected.has(file))
    manifest = await log.commit(from, { ...changes, retired })
    collected = new Set()
  }

  /** What the data does not depend on: it is told when it fails, and tried again after the next load. */
  async function aside(what: string, work: () => Promise<void>) {
    try {
      await work()
    } catch (error) {
      if (error instanceof FenceError) throw error
      const message = `${what} of ${store.root}: ${(error as Error).message}`
      options.report({ type: 'log', level: 'warn', message })
    }
  }

  /** Other engines follow a moment later: what counts is the manifest. */
  const follow = () =>
    aside('the views and lists are not up to date', async () => {
      const newest = held()
      await publish(store, newest, published, format)
      published = newest
    })

  async function rewritten(table: string, which: (files: readonly FileEntry[]) => Compaction | undefined) {
    const before = held()
    const entry = before.tables.find(({ name }) => name === table)
    const compaction = which(before.files.filter((file) => file.table === table))
    if (!entry || !compaction || compaction.inputs.length === 0) return
    const place = { format, fence: before.fence, number: before.number + 1, scratch: store.scratch }
    await commit(
      before,
      await compact({ engine: db, shelf: files, place, now: Date.now() }, before, entry, compaction),
    )
  }

  const tellPile = piles(options.report, tidiness.many)

  /** One table that cannot be put together keeps no other from it. */
  async function tidy(tables: Iterable<string>) {
    for (const table of tables) {
      try {
        await asOurs(() => rewritten(table, (of) => compactionOf(of, tidiness)))
      } catch (error) {
        if (error instanceof FenceError) throw error
        const { files } = held()
        tellPile(table, files.filter((file) => file.table === table && file.kind === 'changes').length, error)
      }
    }
    await aside('files that nobody needs were not removed', async () => {
      collected = await collectRetired(store, held(), address.grace, Date.now())
    })
  }

  const held = (): Manifest => {
    if (!manifest) throw noFence()
    return manifest
  }
  /** The engine, with a database in memory for what is merged. */
  async function working() {
    // The engine makes it when it spills, but not what is above it.
    await mkdir(spill, { recursive: true })
    await db.run(`attach if not exists ':memory:' as ${catalog}`)
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

    async readState({ peek, scopes } = {}): Promise<State> {
      if (peek) return stateWithin(new Map((await log.newest())?.checkpoints), scopes)
      // Where there is nothing yet: a store that cannot keep two runs apart gets nothing.
      if (!(await log.newest())) await store.check()
      const raised = await log.raiseFence()
      manifest = raised
      published = undefined
      await aside('what died runs left was not removed', async () => {
        await collectAbandoned(store, raised, Date.now())
        collected = await collectRetired(store, raised, address.grace, Date.now())
        await files.forget(raised)
      })
      return stateWithin(new Map(raised.checkpoints), scopes)
    },

    async prepare(tables: readonly Table[]): Promise<readonly SchemaChange[]> {
      const before = held()
      const next = prepared(before.tables, tables)
      if (next.changes.length === 0 && next.rekeyed.length === 0) await log.mustBeNewest(before)
      else {
        // By the finer key, rows that were replaced would count again.
        for (const table of next.rekeyed) await asOurs(() => rewritten(table, rewriteOf))
        await commit(held(), { tables: next.tables })
        await follow()
      }
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
      await working()
      const { receipt, changes } = await asOurs(() =>
        applyLoad(into, before, load, new Date().toISOString()),
      ).catch(async (error: unknown) => {
        // Files that are gone are of a manifest that is not the newest any more.
        await log.mustBeNewest(before)
        throw error
      })
      await commit(before, changes)
      await tidy(touched(before, load))
      await follow()
      return receipt
    },

    async drop() {
      const before = held()
      // From here on nothing counts any more; what is left over is removed now, or by whoever comes next.
      await commit(before, nothingOf)
      const empty = held()
      await collectAll(store, empty)
      await files.forget(empty)
      // The last manifest stays: without it, who held an earlier one could go on from there.
      await log.mustBeNewest(empty)
      manifest = undefined
      return before.tables.map(({ name }) => name)
    },

    async *read(table, within, account) {
      const newest = await log.newest()
      if (!newest) return
      const connection = await db.connect()
      try {
        yield* readTable({ connection, manifest: newest, shelf: files, format }, table, { within, account })
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

const touched = (manifest: Manifest, { batches }: Load): ReadonlySet<string> =>
  new Set(batches.flatMap(({ table }) => entryOf(manifest, table)?.name ?? []))

/**
 * A DuckDB file as warehouse: one schema per integration, `acme.invoices`.
 *
 * The engine runs in memory; the file is attached only while state is read, tables are
 * prepared, a load is written or rows are read back, so that other programs can query it
 * between loads. Figures and reasons: docs/decisions/0003-duckdb-loading.md.
 */
import { mkdirSync } from 'node:fs'
import { join, parse, resolve } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { ConfigError, FenceError } from '../core/errors.ts'
import type { Batch, Destination, OpenOptions, Scopes, State, WholeWarehouse } from '../core/model.ts'
import { caps, catalog, dialect } from './duckdb/dialect.ts'
import { type Engine, engine } from './duckdb/engine.ts'
import { engineError, explained, isStarved } from './duckdb/errors.ts'
import {
  alone,
  attach,
  createFile,
  detach,
  exists,
  type Patience,
  realFile,
  take,
  tryCreate,
} from './duckdb/hold.ts'
import { checkSchemaIsOurs } from './duckdb/ours.ts'
import { attachForReading, queryDuckdb } from './duckdb/query.ts'
import { readRows } from './duckdb/read.ts'
import { stage } from './duckdb/stage.ts'
import { quoted } from './naming.ts'
import type { Removals, Stage } from './sql/dialect.ts'
import { dropIntegration } from './sql/drop.ts'
import { type Fence, ledger } from './sql/ledger.ts'
import { applyLoad, type StagedBatch, stageBatch, stagedNames } from './sql/load.ts'
import { prepareTables } from './sql/prepare.ts'
import { removals } from './sql/removed.ts'

export const duckdb: Destination = {
  name: 'duckdb',
  example: 'duckdb:./warehouse.duckdb',
  caps,
  async open(address, options) {
    return openDuckdb(address, options, { lockWait: 60_000, tellAfter: 2_000 })
  },
  async query(address, sql, options) {
    const { path } = parseAddress(address)
    return queryDuckdb((connection) => attachForReading(connection, path), sql, options)
  },
  columns: `select schema_name, table_name, column_name, data_type, is_nullable from duckdb_columns()
    where database_name = '_file' and schema_name <> '_sluice' and not internal
    order by schema_name, table_name, column_index`,
  views: {
    // A file opened by itself is called as it is without its ending. A name alone might mean the file or the schema.
    enter: (address, integration) => [
      `use ${quoted(parse(parseAddress(address).path).name)}.${quoted(integration)}`,
    ],
    create: (name, query) => [`create or replace view ${name} as\n${query}`],
  },
}

/** As `duckdb.open`, with the patience for a file that another process holds. */
export function openDuckdb(address: string, options: OpenOptions, patience: Patience): WholeWarehouse {
  const { path, memory, threads } = parseAddress(address)
  const spill = join(options.workDir, 'duckdb')
  const db = engine({ memory, threads, spill })
  return warehouse(db, path, spill, options, patience)
}

/** `duckdb:./file.duckdb?memory=512MB&threads=2`, or a bare path. Throws `ConfigError`. */
function parseAddress(address: string) {
  const [file = '', query = ''] = address.replace(/^duckdb:/i, '').split('?', 2)
  if (file === '' || file.includes('\0')) {
    throw new ConfigError(`${JSON.stringify(address)} names no file`, { cure: `write ${duckdb.example}` })
  }
  const settings = new Map(new URLSearchParams(query))
  const memory = settings.get('memory')
  const threads = settings.get('threads') ?? '1'
  const unknown = [...settings.keys()].find((name) => name !== 'memory' && name !== 'threads')
  if (unknown !== undefined) {
    throw new ConfigError(`${address}: unknown setting ${unknown}`, {
      cure: `known are memory and threads: ${duckdb.example}?memory=512MB&threads=2`,
    })
  }
  if (memory !== undefined && !/^\d+(\.\d+)?\s*[KMGT]i?B$/i.test(memory)) {
    throw new ConfigError(`${address}: ${memory} is no size`, { cure: 'write memory=256MB or memory=1GB' })
  }
  if (!/^[1-9]\d{0,2}$/.test(threads)) {
    throw new ConfigError(`${address}: ${threads} is no number of threads`, { cure: 'write threads=2' })
  }
  return { path: resolve(file), memory, threads: Number(threads) }
}

function warehouse(
  db: Engine,
  named: string,
  spill: string,
  options: OpenOptions,
  patience: Patience,
): WholeWarehouse {
  const { integration } = options
  const books = ledger(dialect, db, integration)
  let fence: Fence | undefined
  let removed: Removals = new Set()
  let stages = 0

  async function attached(): Promise<string> {
    const path = realFile(named)
    if (!exists(path)) {
      throw new ConfigError(`${path} is not there any more`, { cure: 'run again; it starts anew' })
    }
    await attach(db, path, options, patience)
    return path
  }

  /** Attached, in one transaction, committed (or not), detached. */
  function hold<T>(work: () => Promise<T>, end: 'commit' | 'rollback' = 'commit'): Promise<T> {
    return alone(named, async () => {
      const path = await attached()
      try {
        await db.run('begin')
        const result = await work()
        await db.run(end)
        return result
      } catch (error) {
        await db.run('rollback').catch(() => {})
        throw await letGo(error, path)
      } finally {
        await detach(db)
      }
    })
  }

  /** What an error means can only be looked up in the file once it is let go. */
  async function letGo(error: unknown, path: string): Promise<unknown> {
    await detach(db)
    return explained(error, path)
  }

  /** Does it again with more memory, as often as that is what it lacked and there is more. It leaves nothing when it fails. */
  async function fed<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work()
      } catch (error) {
        if (!isStarved(engineError(error)) || !(await db.widen())) throw error
      }
    }
  }

  function heldFence(): Fence {
    if (!fence) throw new FenceError('readState comes first: it raises the fence')
    return fence
  }

  /** The state as it is, without a fence and without making anything. */
  async function peekState(scopes: Scopes | undefined): Promise<State> {
    if (!exists(realFile(named))) return new Map()
    return hold(async () => {
      await checkSchemaIsOurs(db, integration)
      return (await dialect.hasLedger(db, integration)) ? books.readCheckpoints(scopes) : new Map()
    }, 'rollback')
  }

  return {
    async check() {
      const path = realFile(named)
      if (!exists(path)) return alone(named, () => tryCreate(db, path))
      await hold(async () => {
        await checkSchemaIsOurs(db, integration)
        await db.run(`create table ${catalog}.main._sluice_check (written boolean)`)
      }, 'rollback')
    },

    async readState({ peek, scopes } = {}) {
      if (peek) return peekState(scopes)
      await alone(named, () => createFile(db, realFile(named)))
      return hold(async () => {
        await checkSchemaIsOurs(db, integration)
        fence = await books.raiseFence()
        removed = await removals(dialect, db, integration)
        return books.readCheckpoints(scopes)
      })
    },

    async prepare(tables) {
      const held = heldFence()
      return hold(async () => {
        await books.checkFence(held)
        return prepareTables(dialect, db, integration, tables)
      })
    },

    async load(load) {
      const held = heldFence()
      makeFolder(spill)
      let staged: StagedBatch[] = []
      let stagedOn: DuckDBConnection | undefined
      const stageAll = async () => {
        staged = []
        for (const batch of load.batches) {
          const into = (...rows: Parameters<Stage>) => stage(db, ...rows)
          const prefix = `stage_${++stages}`
          staged.push(await fed(() => stageBatch(into, prefix, batch)))
        }
        if (load.batches.every(isPlain)) await db.tighten()
      }
      try {
        const into = { dialect, session: db, integration, removals: removed, load }
        return await fed(async () => {
          // An engine that had to be closed, as after a commit that lacked memory, has taken what was staged along.
          if (stagedOn === undefined || stagedOn !== (await db.connection())) {
            if (stagedOn !== undefined) await db.clearRoom()
            await stageAll()
            stagedOn = await db.connection()
          }
          return hold(() => applyLoad(into, books, held, staged))
        })
      } catch (error) {
        throw explained(error, spill)
      } finally {
        // After an engine that had to be closed there is nothing to drop.
        for (const name of staged.flatMap(stagedNames)) {
          await stagedOn?.run(`drop table if exists temp.${name}`).catch(() => {})
        }
        await db.clearRoom().catch(() => {})
      }
    },

    async drop() {
      const held = heldFence()
      const tables = await hold(async () => {
        await books.checkFence(held)
        return dropIntegration(dialect, db, integration)
      })
      fence = undefined
      return tables
    },

    async *read(table, within, account) {
      const release = await take(named)
      try {
        const path = await attached()
        const connection = await db.connect()
        try {
          const there = await dialect.physicalTables(db, integration)
          yield* readRows(connection, integration, table, { there, within, account })
        } catch (error) {
          throw explained(error, path)
        } finally {
          connection.closeSync()
          await detach(db)
        }
      } finally {
        release()
      }
    },

    async [Symbol.asyncDispose]() {
      await alone(named, async () => db.reset())
    },
  }
}

/** Of whose merge it is known what it takes: no histories to sort, no set of all ids to compare. */
const isPlain = ({ merge = 'newest', prunes }: Batch) => merge !== 'history' && prunes.length === 0

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    throw new ConfigError(
      `the work folder ${path} cannot be made: ${(error as NodeJS.ErrnoException).code}`,
      {
        cure: 'choose another folder',
        option: '--work-dir',
        cause: error,
      },
    )
  }
}

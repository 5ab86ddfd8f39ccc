/**
 * A SQLite file as warehouse: `acme_invoices`. The engine is the one inside Node; other programs may read the file
 * while a load is written. docs/adding-a-destination.md walks through it.
 */
import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { ConfigError, FenceError } from '../core/errors.ts'
import type { Destination, OpenOptions, WholeWarehouse } from '../core/model.ts'
import type { Removals } from './sql/dialect.ts'
import { dropIntegration } from './sql/drop.ts'
import { type Fence, ledger } from './sql/ledger.ts'
import { applyLoad, type StagedBatch, stageBatch, stagedNames } from './sql/load.ts'
import { prepareTables } from './sql/prepare.ts'
import { removals } from './sql/removed.ts'
import { connect, sessionOf, stageIn, transact } from './sqlite/connection.ts'
import { caps, dialect, lookupIndexes } from './sqlite/dialect.ts'
import { checkTablesAreOurs } from './sqlite/ours.ts'
import { mustOnlyRead, querySqlite } from './sqlite/query.ts'
import { readRows } from './sqlite/read.ts'

const example = 'sqlite:./warehouse.db'

export const sqlite: Destination = {
  name: 'sqlite',
  example,
  caps,
  async open(address, options) {
    return openSqlite(address, options, 60_000)
  },
  async query(address, sql, { limit, confined }) {
    const path = pathOf(address)
    if (confined) mustOnlyRead(sql)
    if (existsSync(path)) return querySqlite(path, sql, limit)
    throw new ConfigError(`there is no file ${path}`, {
      cure: 'let a run make it first, or name another',
      option: '--to',
    })
  },
  columns: `select 'main', m.name, c.name, c.type, iif(c."notnull" or c.pk, 'NO', 'YES')
    from sqlite_master m join pragma_table_info(m.name) c
    where m.type in ('table', 'view') and substr(m.name, 1, 8) <> '_sluice_' and substr(m.name, 1, 7) <> 'sqlite_'
    order by m.name, c.cid`,
  views: {
    enter: () => [],
    create: (name, query) => [`drop view if exists ${name}`, `create view ${name} as\n${query}`],
  },
}

/** `sqlite:./warehouse.db`, or a bare path. Throws `ConfigError`. */
function pathOf(address: string): string {
  const file = address.replace(/^sqlite:/i, '')
  if (file !== '' && !/[?\0]/.test(file)) return resolve(file)
  throw new ConfigError(`${JSON.stringify(address)} names no file`, { cure: `write ${example}` })
}

/** As `sqlite.open`; a file that another process writes is waited for `patience` milliseconds. */
export function openSqlite(address: string, options: OpenOptions, patience: number): WholeWarehouse {
  const path = pathOf(address)
  const { integration, signal } = options
  let opened: DatabaseSync | undefined
  let fence: Fence | undefined
  let removed: Removals = new Set()

  function database(): DatabaseSync {
    opened ??= connect(path, { readOnly: false })
    return opened
  }

  function writing<T>(
    work: (db: DatabaseSync) => Promise<T>,
    end: 'commit' | 'rollback' = 'commit',
  ): Promise<T> {
    return transact(database, path, { end, patience, signal }, work)
  }

  function heldFence(): Fence {
    if (!fence) throw new FenceError('readState comes first: it raises the fence')
    return fence
  }

  return {
    async check() {
      if (!existsSync(path)) return mustBeWritable(dirname(path))
      await writing(async (db) => {
        await checkTablesAreOurs(sessionOf(db), integration)
        db.exec('create table _sluice_check (written)')
      }, 'rollback')
    },

    async readState({ peek, scopes } = {}) {
      if (peek) {
        if (!existsSync(path)) return new Map()
        using db = connect(path, { readOnly: true })
        const session = sessionOf(db)
        return (await dialect.hasLedger(session, integration))
          ? await ledger(dialect, session, integration).readCheckpoints(scopes)
          : new Map()
      }
      return writing(async (db) => {
        const session = sessionOf(db)
        const books = ledger(dialect, session, integration)
        await checkTablesAreOurs(session, integration)
        fence = await books.raiseFence()
        removed = await removals(dialect, session, integration)
        return books.readCheckpoints(scopes)
      })
    },

    async prepare(tables) {
      const held = heldFence()
      return writing(async (db) => {
        const session = sessionOf(db)
        await ledger(dialect, session, integration).checkFence(held)
        const changes = await prepareTables(dialect, session, integration, tables)
        // Also for tables that were there before.
        for (const sql of tables.flatMap((table) => lookupIndexes(integration, table))) await session.run(sql)
        return changes
      })
    },

    async load(load) {
      const held = heldFence()
      return writing(async (db) => {
        const session = sessionOf(db)
        const staged: StagedBatch[] = []
        for (const [at, batch] of load.batches.entries()) {
          staged.push(await stageBatch(stageIn(db), `stage_${at}`, batch))
        }
        const books = ledger(dialect, session, integration)
        const into = { dialect, session, integration, removals: removed, load }
        const receipt = await applyLoad(into, books, held, staged)
        for (const name of staged.flatMap(stagedNames)) db.exec(`drop table if exists temp.${name}`)
        return receipt
      })
    },

    async drop() {
      const held = heldFence()
      const tables = await writing(async (db) => {
        const session = sessionOf(db)
        await ledger(dialect, session, integration).checkFence(held)
        return dropIntegration(dialect, session, integration)
      })
      fence = undefined
      return tables
    },

    async *read(table, within, account) {
      if (!existsSync(path)) return
      // A connection of its own: one state is read, whatever is written meanwhile.
      using db = connect(path, { readOnly: true })
      db.exec('begin')
      yield* readRows(db, sessionOf(db), integration, table, { within, account })
    },

    async [Symbol.asyncDispose]() {
      opened?.close()
      opened = undefined
    },
  }
}

function mustBeWritable(folder: string): void {
  try {
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    throw new ConfigError(
      `the folder ${folder} cannot be written: ${(cause as NodeJS.ErrnoException).code}`,
      {
        cure: 'create it or give this user the right, or name a file in another folder',
        cause,
      },
    )
  }
}

/** A connection to a SQLite file, through the engine that Node brings. */
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Row } from '../../core/model.ts'
import { columnName } from '../sql/columns.ts'
import type { Session, Stage } from '../sql/dialect.ts'
import { encode, microseconds, timeText } from './cells.ts'
import { dialect, functions, types } from './dialect.ts'
import { explained, isBusy } from './errors.ts'

/** Rows after which the event loop gets its turn. */
const batch = 250
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Made if it is not there, unless it is only to be read. Throws `ConfigError` for what is no such file. */
export function connect(path: string, how: { readonly readOnly: boolean }): DatabaseSync {
  let db: DatabaseSync | undefined
  try {
    // Waiting is ours: SQLite's own would stop the thread.
    db = new DatabaseSync(path, { readOnly: how.readOnly, timeout: 0 })
    const pure = { deterministic: true, useBigIntArguments: true }
    db.function(functions.time, pure, (value: SQLOutputValue) =>
      value === null ? null : timeText(value as bigint),
    )
    db.function(functions.milliseconds, pure, (value: SQLOutputValue) =>
      value === null ? null : BigInt(Math.floor(microseconds(String(value)) / 1000)),
    )
    db.exec('select count(*) from sqlite_master')
    if (!how.readOnly) {
      // Readers see what was there before a load until it is in; a load is on the disk when it is committed.
      db.exec('pragma journal_mode = wal')
      db.exec('pragma synchronous = full')
    }
    return db
  } catch (error) {
    db?.close()
    throw explained(error, path)
  }
}

export function sessionOf(db: DatabaseSync): Session {
  const prepare = (sql: string) => {
    const statement = db.prepare(sql)
    statement.setReadBigInts(true)
    statement.setReturnArrays(true)
    // Shared statements are given what some of them do not ask for.
    statement.setAllowUnknownNamedParameters(true)
    return statement
  }
  const named = (values: readonly string[]): Record<string, SQLInputValue> =>
    Object.fromEntries(values.map((value, at) => [`$${at + 1}`, value]))
  return {
    async run(sql, values = []) {
      await turn()
      return Number(prepare(sql).run(named(values)).changes)
    },
    async rows(sql, values = []) {
      await turn()
      return prepare(sql).all(named(values)) as unknown as readonly (readonly unknown[])[]
    },
  }
}

/** Stages rows in temporary tables of the connection, inside its open transaction. */
export function stageIn(db: DatabaseSync): Stage {
  return async (name, columns, rows, always) => {
    const positions = columns
      .map((_, at) => at)
      .filter(
        (at) => always.includes(columns[at]?.name ?? '') || rows.some((row) => (row[at] ?? null) !== null),
      )
    const staged = positions.flatMap((at) => columns[at] ?? [])
    const definitions = staged.map(
      (column) => `${columnName(dialect, column.name)} ${types[column.type].sql}`,
    )
    db.exec(`create temp table ${name} (${definitions.join(', ')})`)
    const insert = db.prepare(`insert into temp.${name} values (${staged.map(() => '?').join(', ')})`)
    const values = (row: Row) =>
      positions.map((at, index) => {
        const value = row[at] ?? null
        return value === null ? null : (encode[staged[index]?.type ?? 'text'](value) ?? null)
      })
    for (const [count, row] of rows.entries()) {
      insert.run(...values(row))
      if (count % batch === batch - 1) await turn()
    }
    return { name, rows: rows.length, columns: staged }
  }
}

export interface How {
  readonly end: 'commit' | 'rollback'
  /** Milliseconds for which a file that others write to is waited for. */
  readonly patience: number
  readonly signal: AbortSignal
}

/**
 * Work in one transaction that may write, committed or taken back. A file that others write to is waited for, also
 * when `database` opens it: two who make it at once are in each other's way. Then it is a `TransientError`.
 */
export async function transact<T>(
  database: () => DatabaseSync,
  path: string,
  how: How,
  work: (db: DatabaseSync) => Promise<T>,
): Promise<T> {
  const db = await begun(database, path, how)
  try {
    const result = await work(db)
    db.exec(how.end)
    return result
  } catch (error) {
    if (db.isTransaction) db.exec('rollback')
    throw explained(error, path)
  }
}

async function begun(database: () => DatabaseSync, path: string, how: How): Promise<DatabaseSync> {
  const until = performance.now() + how.patience
  for (;;) {
    try {
      const db = database()
      db.exec('begin immediate')
      return db
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) throw explained(error, path)
      await sleep(50, undefined, { signal: how.signal })
    }
  }
}

/** A look through DuckDB's eyes, for the person at the command line: one statement, on what is opened for reading only. */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type DuckDBConnection,
  DuckDBInstance,
  DuckDBTimestampTZValue,
  StatementType,
} from '@duckdb/node-api'
import { ConfigError, TransientError } from '../../core/errors.ts'
import type { QueryOptions, QueryResult } from '../../core/model.ts'
import { literal } from '../naming.ts'
import { engineError, explained, isLocked } from './errors.ts'
import { exists } from './hold.ts'

/** How long a sync that is writing is waited for, milliseconds. */
const patience = 10_000

/**
 * Gives the first `limit` rows of what `sight` brings into the view of a fresh engine; it returns the files that are only
 * read when the statement runs. Throws `ConfigError` for SQL that does not run.
 */
export async function queryDuckdb(
  sight: (connection: DuckDBConnection) => Promise<readonly string[]>,
  sql: string,
  { limit, confined }: QueryOptions,
): Promise<QueryResult> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  try {
    const connection = await instance.connect()
    // The binding writes times in the machine's zone, whatever the engine's is.
    DuckDBTimestampTZValue.timezoneOffsetInMinutes = 0
    try {
      await connection.run("set TimeZone = 'UTC'")
      const files = await sight(connection)
      if (confined) await confine(connection, sql, files)
      return await ask(connection, sql, limit)
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}

/**
 * Under a name that no integration can have: as the name of its file, `acme.invoices` in `acme.duckdb`
 * would be ambiguous to DuckDB, which could then mean a database or a schema. Throws `ConfigError` when there is no
 * such file, `TransientError` while another process holds it for long.
 */
export async function attachForReading(
  connection: DuckDBConnection,
  file: string,
): Promise<readonly string[]> {
  if (!exists(file)) {
    throw new ConfigError(`there is no file ${file}`, {
      cure: 'let a run make it first, or name another file',
      option: '--to duckdb:file',
    })
  }
  const started = performance.now()
  // Errors with their class and the system's number, as long as we are those who read them.
  await connection.run('set errors_as_json = true')
  while (true) {
    try {
      await connection.run(`attach ${literal(file)} as "_file" (type duckdb, read_only)`)
      await connection.run('use "_file"')
      await connection.run('reset errors_as_json')
      // It is open.
      return []
    } catch (cause) {
      if (!isLocked(engineError(cause))) throw explained(cause, file)
      if (performance.now() - started > patience) {
        throw new TransientError(`${file} is held by another process`, {
          cure: 'try again when it is done; a sync holds the file only while it writes',
          cause,
        })
      }
      await sleep(100)
    }
  }
}

/**
 * Statements that bring rows and do nothing else; `show`, `describe` and `from …` are selects to DuckDB. `explain analyze`
 * does what it explains, which nothing that is attached lets it do, and files would.
 */
const reading = (files: readonly string[]): readonly StatementType[] =>
  files.length > 0 ? [StatementType.SELECT] : [StatementType.SELECT, StatementType.EXPLAIN]

/** Megabytes. Enough for aggregates over tables that are larger. */
const memory = 512

/**
 * From here on the engine reads what was attached, some files, and nothing else. Throws `ConfigError` when the text is more than
 * one statement, or one that does something.
 */
async function confine(connection: DuckDBConnection, sql: string, files: readonly string[]): Promise<void> {
  for (const setting of [
    `allowed_paths = [${files.map(literal).join(', ')}]`,
    `memory_limit = '${memory}MB'`,
    // Nothing is put aside on the disk, which is not the asker's to fill.
    "temp_directory = ''",
    'enable_external_access = false',
    'lock_configuration = true',
  ]) {
    await connection.run(`set ${setting}`)
  }
  const statements = await said(() => connection.extractStatements(sql))
  if (statements.count !== 1)
    throw new ConfigError('the query is not one statement', { cure: 'ask one at a time' })
  const prepared = await said(() => statements.prepare(0))
  const { statementType } = prepared
  prepared.destroySync()
  if (reading(files).includes(statementType)) return
  throw new ConfigError('the query does more than read', { cure: 'write a select' })
}

async function said<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new ConfigError(
      `the query does not run: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    )
  }
}

async function ask(connection: DuckDBConnection, sql: string, limit: number): Promise<QueryResult> {
  return said(async () => {
    const reader = await connection.streamAndReadUntil(sql, limit + 1)
    const rows = reader.getRowsJson()
    return {
      columns: reader.deduplicatedColumnNames(),
      types: reader.columnTypes().map(String),
      rows: rows.slice(0, limit),
      more: rows.length > limit,
    }
  })
}

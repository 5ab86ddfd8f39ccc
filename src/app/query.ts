/** A look into a DuckDB file, for the person at the command line. */
import { access, constants } from 'node:fs/promises'
import { type DuckDBConnection, DuckDBInstance, type Json } from '@duckdb/node-api'
import { ConfigError, TransientError } from '../core/errors.ts'

export interface QueryResult {
  readonly columns: readonly string[]
  /** Values as JSON has them: 64-bit integers, decimals and times are strings. */
  readonly rows: readonly (readonly Json[])[]
  /** There are more rows than were asked for. */
  readonly more: boolean
}

/**
 * Runs SQL on a warehouse at `duckdb:file`, which is opened for reading only, and gives the first `limit` rows.
 * Throws `ConfigError` for an address that is no DuckDB file and for SQL that does not run, and
 * `TransientError` while another process holds the file.
 */
export async function query(address: string, sql: string, limit: number): Promise<QueryResult> {
  const file = fileOf(address)
  if (!(await readable(file))) {
    throw new ConfigError(`there is no file ${file} that can be read`, {
      cure: 'name the warehouse with --to duckdb:file, or run a sync first',
    })
  }
  const instance = await open(file)
  try {
    const connection = await instance.connect()
    try {
      return await ask(connection, sql, limit)
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}

function fileOf(address: string): string {
  const [, file] = /^duckdb:(.+)$/.exec(address) ?? []
  if (!file) {
    throw new ConfigError(`queries are for DuckDB files, and "${address}" is not one`, {
      cure: 'write --to duckdb:./acme.duckdb',
    })
  }
  return file
}

async function readable(file: string): Promise<boolean> {
  return access(file, constants.R_OK).then(
    () => true,
    () => false,
  )
}

async function open(file: string): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(file, {
      access_mode: 'READ_ONLY',
      autoinstall_known_extensions: 'false',
    })
  } catch (cause) {
    // The driver gives no codes, only text.
    const text = cause instanceof Error ? cause.message : String(cause)
    if (/Conflicting lock|Could not set lock/.test(text)) {
      const holder = /PID (\d+)/.exec(text)?.[1]
      throw new TransientError(`${file} is held by ${holder ? `process ${holder}` : 'another process'}`, {
        cure: 'try again in a moment; a sync holds the file only while it writes',
        cause,
      })
    }
    throw new ConfigError(`${file} cannot be opened as a DuckDB file`, {
      cure: 'name a file that sluice or DuckDB has made',
      cause,
    })
  }
}

async function ask(connection: DuckDBConnection, sql: string, limit: number): Promise<QueryResult> {
  try {
    const reader = await connection.streamAndReadUntil(sql, limit + 1)
    const rows = reader.getRowsJson()
    return {
      columns: reader.deduplicatedColumnNames(),
      rows: rows.slice(0, limit),
      more: rows.length > limit,
    }
  } catch (cause) {
    throw new ConfigError(
      `the query does not run: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
      },
    )
  }
}

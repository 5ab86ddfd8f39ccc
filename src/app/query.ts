/** A look into a DuckDB file, for the person at the command line. */
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type DuckDBConnection, DuckDBInstance, type Json } from '@duckdb/node-api'
import { ConfigError, TransientError } from '../core/errors.ts'
import { engineError, explained, isLocked } from '../destinations/duckdb/errors.ts'
import { exists } from '../destinations/duckdb/hold.ts'
import { literal } from '../destinations/naming.ts'

export interface QueryResult {
  readonly columns: readonly string[]
  /** Values as JSON has them: 64-bit integers, decimals and times are strings. Times are in UTC. */
  readonly rows: readonly (readonly Json[])[]
  /** There are more rows than were asked for. */
  readonly more: boolean
}

/** How long a sync that is writing is waited for, milliseconds. */
const patience = 10_000

/**
 * Runs SQL on a warehouse at `duckdb:file`, which is opened for reading only, and gives the first `limit` rows.
 * Throws `ConfigError` for an address that is no DuckDB file and for SQL that does not run, and
 * `TransientError` while another process holds the file for long.
 */
export async function query(address: string, sql: string, limit: number): Promise<QueryResult> {
  const file = fileOf(address)
  if (!exists(file)) {
    throw new ConfigError(`there is no file ${file}`, {
      cure: 'name the warehouse with --to duckdb:file, or run a sync first',
    })
  }
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  try {
    const connection = await instance.connect()
    try {
      await connection.run("set TimeZone = 'UTC'")
      await attach(connection, file)
      return await ask(connection, sql, limit)
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}

function fileOf(address: string): string {
  const [, file] = /^(?:duckdb:)?([^?]+)/.exec(address) ?? []
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(address)?.[1]
  if (!file || (scheme !== undefined && scheme.toLowerCase() !== 'duckdb')) {
    throw new ConfigError(`queries are for DuckDB files, and "${address}" is not one`, {
      cure: 'write --to duckdb:./warehouse.duckdb',
    })
  }
  return resolve(file)
}

/**
 * Under a name that no integration can have: as the name of its file, `acme.invoices` in `acme.duckdb`
 * would be ambiguous to DuckDB, which could then mean a database or a schema.
 */
async function attach(connection: DuckDBConnection, file: string): Promise<void> {
  const started = performance.now()
  // Errors with their class and the system's number, as long as we are those who read them.
  await connection.run('set errors_as_json = true')
  while (true) {
    try {
      await connection.run(`attach ${literal(file)} as "_file" (type duckdb, read_only)`)
      await connection.run('use "_file"')
      await connection.run('reset errors_as_json')
      return
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

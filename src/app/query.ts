/** A look into a warehouse, for the person at the command line: a DuckDB file, files that DuckDB can read, or what answers itself. */
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { ConfigError, TransientError } from '../core/errors.ts'
import type { QueryResult } from '../core/model.ts'
import { engineError, explained, isLocked } from '../destinations/duckdb/errors.ts'
import { exists } from '../destinations/duckdb/hold.ts'
import { literal } from '../destinations/naming.ts'
import { destinationFor } from '../destinations/registry.ts'

/** How long a sync that is writing is waited for, milliseconds. */
const patience = 10_000

interface Question {
  readonly address: string
  readonly sql: string
  /** For what must be fetched first. */
  readonly workDir: string
}

async function viewsOf(connection: DuckDBConnection, question: Question): Promise<void> {
  const { makeViews } = await import('../destinations/files/views.ts')
  await makeViews({ connection, ...question, signal: new AbortController().signal })
}

/** How the tables of a destination come into the sight of DuckDB, by the destination's name. */
const sights: Readonly<Record<string, (connection: DuckDBConnection, question: Question) => Promise<void>>> =
  {
    duckdb: (connection, { address }) => attach(connection, fileOf(address)),
    files: viewsOf,
    s3: viewsOf,
    az: viewsOf,
  }

/**
 * Runs SQL on a warehouse, which is opened for reading only, and gives the first `limit` rows.
 * Throws `ConfigError` for an address that cannot be queried and for SQL that does not run, and
 * `TransientError` while another process holds a file for long.
 */
export async function query(
  address: string,
  sql: string,
  limit: number,
  workDir = '.sluice',
): Promise<QueryResult> {
  // A file of DuckDB may have any ending.
  const isBare = !/^[a-z][a-z0-9+.-]+:/i.test(address) && !/[?&]format=/.test(address)
  const destination = isBare ? undefined : await destinationFor(address)
  if (destination?.query) return destination.query(address, sql, limit)
  const name = destination?.name ?? 'duckdb'
  const sight = Object.hasOwn(sights, name) ? sights[name] : undefined
  if (!sight) {
    throw new ConfigError(
      `queries are for DuckDB files, files in folders or buckets and PostgreSQL, and "${address}" is none of them`,
      {
        cure: 'write --to duckdb:./warehouse.duckdb, or query the warehouse with its own tools',
      },
    )
  }
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  try {
    const connection = await instance.connect()
    try {
      await connection.run("set TimeZone = 'UTC'")
      await sight(connection, { address, sql, workDir })
      return await ask(connection, sql, limit)
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}

/** Throws `ConfigError` when there is no such file. */
function fileOf(address: string): string {
  const [, named = ''] = /^(?:duckdb:)?([^?]+)/i.exec(address) ?? []
  const file = resolve(named)
  if (named !== '' && exists(file)) return file
  throw new ConfigError(`there is no file ${file}`, {
    cure: 'name the warehouse with --to duckdb:file, or run a sync first',
  })
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

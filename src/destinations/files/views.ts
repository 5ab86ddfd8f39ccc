/** Tables of files as views of DuckDB, for people and for `sluice query`. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { ConfigError } from '../../core/errors.ts'
import { quoted } from '../naming.ts'
import { parseAddress } from './address.ts'
import { type Format, formats } from './formats.ts'
import { manifestLog } from './log.ts'
import type { Manifest, TableEntry } from './manifest.ts'
import { nameOf } from './names.ts'
import { currentRows, type Readable } from './relation.ts'
import { rawFiles } from './shelf.ts'
import { kindOf } from './stores.ts'

/** `create or replace view "acme"."invoices" as …` */
export function viewSql(
  integration: string,
  table: TableEntry,
  files: readonly Readable[],
  format: Format,
): string {
  const columns = table.columns.map(({ name }) => quoted(name)).join(', ')
  return `create or replace view ${quoted(integration)}.${quoted(nameOf(table.name))} as
select ${columns} from ${currentRows(table, files, format)} t`
}

export interface Looking {
  readonly connection: DuckDBConnection
  readonly address: string
  /** Only tables that it names get a view: of object storage, theirs are the files that are fetched. */
  readonly sql: string
  readonly workDir: string
  readonly signal: AbortSignal
}

/**
 * Makes a schema for each integration at the address, and its views. Returns the files that they read. Throws
 * `ConfigError` when there is none.
 */
export async function makeViews({
  connection,
  address,
  sql,
  workDir,
  signal,
}: Looking): Promise<readonly string[]> {
  const kind = await kindOf(address)
  const parsed = parseAddress(address, kind.settings)
  const integrations = await kind.integrations(parsed, signal)
  if (integrations.length === 0) {
    throw new ConfigError(`there is no integration in ${address}`, {
      cure: 'let a run load something first, or name another place',
      option: '--to',
    })
  }
  const named = namedIn(connection, sql)
  const files: string[] = []
  for (const integration of integrations) {
    await using store = await kind.open(parsed, { integration, workDir, signal })
    const manifest = await manifestLog({ store, integration, clock: Date.now }).newest()
    // Also one that was dropped.
    if (!manifest || manifest.tables.length === 0) continue
    const format = formats[manifest.format]
    if (!format) continue
    const raw = rawFiles(store, workDir)
    await connection.run(`create schema if not exists ${quoted(integration)}`)
    for (const table of manifest.tables) {
      if (!named(nameOf(table.name))) continue
      const readable = await raw(filesOf(manifest, table))
      await connection.run(viewSql(integration, table, readable, format))
      files.push(...readable.map(({ path }) => path))
    }
  }
  return files
}

export const filesOf = (manifest: Manifest, table: TableEntry) =>
  manifest.files.filter((file) => file.table === table.name)

/** SQL that DuckDB cannot parse names nothing: running it tells why. */
function namedIn(connection: DuckDBConnection, sql: string): (table: string) => boolean {
  try {
    const names = connection.getTableNames(sql, false).map((name) => name.toLowerCase())
    // What lists tables should find them all.
    if (
      names.length === 0 ||
      names.some((name) => /^(information_schema|duckdb_)|^(tables|columns)$/.test(name))
    ) {
      return () => true
    }
    return (table) => names.includes(table.toLowerCase())
  } catch {
    return () => false
  }
}

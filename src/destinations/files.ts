/**
 * Files as warehouse: Parquet in folders, one manifest per load. `acme/invoices/…` below the folder; what
 * counts is in `acme/_manifests`. Reasons: docs/decisions/0013-files.md; how to read them: docs/files.md.
 */
import type { Destination, OpenOptions } from '../core/model.ts'
import { caps } from './duckdb/dialect.ts'
import { queryDuckdb } from './duckdb/query.ts'
import { parseAddress } from './files/address.ts'
import { type Tidiness, usual } from './files/plan.ts'
import { kindOf } from './files/stores.ts'
import { makeViews } from './files/views.ts'
import { filesWarehouse } from './files/warehouse.ts'

const destination = (name: string, example: string): Destination => ({
  name,
  example,
  // Rows of all tables and checkpoints count from the same manifest on.
  caps,
  open: (address, options) => openFiles(address, options, usual),
  async query(address, sql, options) {
    const { signal } = new AbortController()
    const { workDir } = options
    return queryDuckdb((connection) => makeViews({ connection, address, sql, workDir, signal }), sql, options)
  },
  columns: `select schema_name, table_name, column_name, data_type, is_nullable from duckdb_columns()
    where database_name = 'memory' and not internal order by schema_name, table_name, column_index`,
})

export const files = destination('files', 'files:./folder?format=parquet')
export const s3 = destination('s3', 's3://bucket/prefix?format=parquet')
export const azure = destination('az', 'az://container/prefix?format=parquet')
export const google = destination('gs', 'gs://bucket/prefix?format=parquet')

/** As `files.open`, with the measure by which files are put together. */
export async function openFiles(address: string, options: OpenOptions, tidiness: Tidiness) {
  const kind = await kindOf(address)
  const parsed = parseAddress(address, kind.settings)
  return filesWarehouse(await kind.open(parsed, options), parsed, options, tidiness)
}

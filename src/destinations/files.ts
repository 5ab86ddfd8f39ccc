/**
 * Files as warehouse: Parquet in folders, one manifest per load. `acme/invoices/…` below the folder; what
 * counts is in `acme/_manifests`. Reasons: docs/decisions/0013-files.md; how to read them: docs/files.md.
 */
import type { Destination } from '../core/model.ts'
import { caps } from './duckdb/dialect.ts'
import { parseAddress } from './files/address.ts'
import { kindOf } from './files/stores.ts'
import { filesWarehouse } from './files/warehouse.ts'

export const files: Destination = {
  name: 'files',
  example: 'files:./folder?format=parquet',
  // Rows of all tables and checkpoints count from the same manifest on.
  caps,
  async open(address, options) {
    const kind = await kindOf(address)
    const parsed = parseAddress(address, kind.settings)
    return filesWarehouse(await kind.open(parsed, options), parsed, options)
  },
}

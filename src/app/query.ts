/** A look into a warehouse, for the person at the command line. */
import { ConfigError } from '../core/errors.ts'
import type { QueryResult } from '../core/model.ts'
import { destinationFor } from '../destinations/registry.ts'

/**
 * Runs SQL on a warehouse, which is opened for reading only, and gives the first `limit` rows; what must be fetched
 * first goes into `workDir`. Throws `ConfigError` for an address that cannot be queried and for SQL that does not
 * run, and `TransientError` while another process holds a file for long.
 */
export async function query(
  address: string,
  sql: string,
  limit: number,
  workDir = '.sluice',
): Promise<QueryResult> {
  const destination = await destinationFor(address)
  if (destination.query) return destination.query(address, sql, { limit, workDir })
  throw new ConfigError(`a ${destination.name} warehouse has no engine to answer queries`, {
    cure: 'query it with its own tools',
  })
}

/** Whose a schema of the file is. */
import { ConfigError } from '../../core/errors.ts'
import { literal } from '../naming.ts'
import { catalog, dialect } from './dialect.ts'
import type { Engine } from './engine.ts'

/**
 * Refuses a schema that is not ours: of another program, or of an integration whose name differs only in case.
 * Throws `ConfigError`.
 */
export async function checkSchemaIsOurs(engine: Engine, integration: string): Promise<void> {
  const another = { cure: 'choose another name, or another file', option: '--name' }
  if (['information_schema', 'pg_catalog', 'temp', 'system', '_sluice'].includes(integration.toLowerCase())) {
    throw new ConfigError(
      `${integration} is a name of DuckDB itself and cannot be the name of an integration`,
      another,
    )
  }
  if (await dialect.hasLedger(engine, integration)) {
    const known = await engine.rows(
      `select integration from ${dialect.ledger(integration, 'integrations')} where lower(integration) = lower($1)`,
      [integration],
    )
    if (known.some(([name]) => name === integration)) return
    if (known.length > 0) {
      throw new ConfigError(`the file already has an integration called ${known[0]?.[0]}`, another)
    }
  }
  const [found] = await engine.rows(
    `select count(*) from (
       select schema_name from duckdb_tables() where database_name = ${literal(catalog)} and not internal
       union all select schema_name from duckdb_views() where database_name = ${literal(catalog)} and not internal)
     where lower(schema_name) = lower($1)`,
    [integration],
  )
  if (Number(found?.[0] ?? 0) > 0) {
    throw new ConfigError(
      `the file already has a schema called ${integration}, which Sluice did not make`,
      another,
    )
  }
}

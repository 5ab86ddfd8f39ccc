/** The store: our own database, embedded or elsewhere, with its schema as this program knows it. */
import { join, resolve } from 'node:path'
import type pg from 'pg'
import { ConfigError } from '../core/errors.ts'
import { codeOf } from './away.ts'
import { type Connection, openPool, unreachable } from './database.ts'
import { joinEmbedded } from './embedded.ts'
import { checkSchema, type Migration, migrate } from './migrate.ts'

export interface StoreOptions {
  /** The folder of the embedded database, of the master key and of what runs put aside. */
  readonly dataDir: string
  /** A PostgreSQL server instead of the embedded one. */
  readonly databaseUrl?: string | undefined
  /** Whether to bring the schema up to date; otherwise an older one is refused. */
  readonly migrate: boolean
  /** The schema to bring it up to; all that this program knows when absent. */
  readonly migrations?: readonly Migration[]
  readonly connections?: number
}

export interface Store extends AsyncDisposable {
  readonly pool: pg.Pool
  /** For whoever needs connections of its own. */
  readonly connection: Connection
  /** What opening it applied. */
  readonly migrated: readonly Migration[]
  readonly keyFile: string
}

/**
 * Opens the store. Throws `ConfigError` for a folder or an address that cannot be used, or a schema that is newer than
 * this program; `TransientError` when the server cannot be reached.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { dataDir, databaseUrl } = options
  const embedded = databaseUrl === undefined ? await joinEmbedded(dataDir) : undefined
  const connection = embedded?.connection ?? { connectionString: addressOf(databaseUrl ?? '') }
  const pool = openPool(connection, options.connections ?? 10)
  const close = async () => {
    await pool.end()
    await embedded?.[Symbol.asyncDispose]()
  }
  try {
    await reached(pool, databaseUrl)
    const migrated = options.migrate ? await migrate(pool, options.migrations) : []
    if (!options.migrate) await checkSchema(pool)
    const keyFile = join(resolve(dataDir), 'master.key')
    return { pool, connection, migrated, keyFile, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

function addressOf(url: string): string {
  const { protocol, pathname } = URL.parse(url) ?? {}
  if ((protocol === 'postgres:' || protocol === 'postgresql:') && pathname && pathname !== '/') return url
  throw new ConfigError('--database-url is not the address of a PostgreSQL database', {
    cure: 'write postgres://user:password@host/database',
  })
}

async function reached(pool: pg.Pool, url: string | undefined): Promise<void> {
  try {
    await pool.query('select 1')
  } catch (error) {
    const { host } = URL.parse(url ?? '') ?? {}
    const code = codeOf(error)
    // Classes of SQLSTATE: who logs in, which database.
    if (code.startsWith('28') || code === '3D000') {
      throw new ConfigError(`the database of sluice at ${host} refuses: ${(error as Error).message}`, {
        cure: 'see user, password and database of --database-url',
        cause: error,
      })
    }
    throw unreachable(error, host ?? 'the data folder')
  }
}

/** A PostgreSQL server of a test file, the warehouses on it, and what the server itself says of them. */
import { Client } from 'pg'
import type { OpenOptions, Table, WholeWarehouse } from '../../src/core/model.ts'
import { parseAddress } from '../../src/destinations/postgres/address.ts'
import { openPostgres } from '../../src/destinations/postgres.ts'
import { type Cluster, npmPrograms, startCluster } from './postgres.ts'

export interface Opening {
  readonly query?: string
  readonly port?: number
  readonly patience?: number
  readonly silence?: number
  readonly user?: string
}

export interface PostgresPlace {
  readonly cluster: Cluster
  /** Asks the server itself, as the superuser. */
  ask(sql: string, url?: string): Promise<readonly (readonly unknown[])[]>
  open(integration: string, more?: Opening): WholeWarehouse
  /** Also with its tables made. */
  opened(integration: string, tables: readonly Table[], more?: Opening): Promise<WholeWarehouse>
  /** Makes a table of another program that refers to `things`. */
  refer(integration: string): Promise<void>
}

/** To be stopped by whoever asked for it, with its cluster. */
export async function postgresPlace(): Promise<PostgresPlace> {
  const cluster = await startCluster({ programs: npmPrograms() })

  async function ask(sql: string, url = cluster.url()): Promise<readonly (readonly unknown[])[]> {
    const client = new Client({ connectionString: url })
    await client.connect()
    try {
      return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows
    } finally {
      await client.end()
    }
  }

  function open(integration: string, more: Opening = {}) {
    const address = parseAddress(cluster.url(more), {})
    return openPostgres(address, options({ integration }), more.patience ?? 20_000, more.silence)
  }

  return {
    cluster,
    ask,
    open,
    async opened(integration, tables, more) {
      const warehouse = open(integration, more)
      await warehouse.readState()
      await warehouse.prepare(tables)
      return warehouse
    },
    async refer(integration) {
      await ask(`create table ${integration}.notes (thing text, account text, note text,
        foreign key (thing, account) references ${integration}.things (id, _account_id) on delete cascade)`)
    },
  }
}

export function options(more: Partial<OpenOptions> = {}): OpenOptions {
  return { integration: 'acme', workDir: '.', signal: new AbortController().signal, report() {}, ...more }
}

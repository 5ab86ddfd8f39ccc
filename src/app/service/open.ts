/** Opens what the use cases work with: the store, its vault and its queue. */
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { ConfigError } from '../../core/errors.ts'
import { openStore } from '../../store/open.ts'
import { openQueue } from '../../store/queue.ts'
import { openVault } from '../../store/vault.ts'
import { stripeClocks } from '../../stripe/stripe-clock.ts'
import { type ServiceContext, timing } from './context.ts'

export interface OpenOptions {
  readonly dataDir: string
  readonly databaseUrl?: string | undefined
  /** Of SLUICE_MASTER_KEY. */
  readonly masterKey?: string | undefined
  /** Whether to bring the schema up to date; otherwise an older one is refused. */
  readonly migrate: boolean
  readonly connections?: number
  /** Seconds after which a silent worker loses its runs; see store/queue.ts. */
  readonly silence?: number
  readonly oauth?: ServiceContext['oauth']
  readonly tracer?: ServiceContext['tracer']
  readonly log: ServiceContext['log']
}

export interface OpenService extends AsyncDisposable {
  readonly ctx: ServiceContext
  /** What opening it applied to the schema. */
  readonly migrated: readonly { readonly id: number; readonly name: string }[]
}

/** Works beside other processes on the same store. Throws as `openStore`, `openVault` and `openQueue`. */
export async function openService(options: OpenOptions): Promise<OpenService> {
  const { dataDir, databaseUrl, migrate, connections, log } = options
  if (!migrate && databaseUrl === undefined && !existsSync(dataDir)) {
    throw new ConfigError(`there is no service in ${dataDir}: the folder is missing`, {
      cure: 'name its folder with --data-dir, or make one with sluice serve',
    })
  }
  await using parts = new AsyncDisposableStack()
  const store = parts.use(
    await openStore({ dataDir, databaseUrl, migrate, ...(connections === undefined ? {} : { connections }) }),
  )
  const vault = await openVault(store.pool, { given: options.masterKey, file: store.keyFile })
  const queue = parts.use(
    await openQueue({
      connection: store.connection,
      migrate,
      instance: `${hostname()}:${process.pid}`,
      onError: (message) => log('warn', message),
      ...(options.silence === undefined ? {} : { silence: options.silence }),
    }),
  )
  const held = parts.move()
  return {
    ctx: {
      pool: store.pool,
      vault,
      queue,
      clock: Date.now,
      stripeClock: stripeClocks(),
      newId: randomUUID,
      dataDir: resolve(dataDir),
      workDir: join(resolve(dataDir), 'work'),
      oauth: options.oauth,
      tracer: options.tracer,
      log,
      timing,
    },
    migrated: store.migrated,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

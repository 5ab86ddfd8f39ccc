/** A service on a database of its own, with a sandbox account and a warehouse in a folder that goes away. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServiceContext } from '../../src/app/service/context.ts'
import { timing } from '../../src/app/service/context.ts'
import { createDestination } from '../../src/app/service/destinations.ts'
import { createIntegration } from '../../src/app/service/integrations.ts'
import { type Integration, integrationInput } from '../../src/app/service/resources/integration.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts'
import { openStore } from '../../src/store/open.ts'
import { openQueue } from '../../src/store/queue.ts'
import { openVault } from '../../src/store/vault.ts'
import { oauthApp } from '../../src/stripe/oauth.ts'
import { stripeClocks } from '../../src/stripe/stripe-clock.ts'
import { newDatabase } from './databases.ts'
import { differing } from './equal.ts'

export const sandboxKey = 'rk_test_thisIsTheKeyOfTheTests0123456789'

export interface Service extends AsyncDisposable {
  readonly ctx: ServiceContext
  readonly sandbox: Sandbox
  readonly folder: string
  readonly databaseUrl: string
  /** What the operator would have read. */
  readonly logged: string[]
  /** An integration of the sandbox account, into a DuckDB file of its own. */
  integration(input?: Readonly<Record<string, unknown>>): Promise<Integration>
  /** One line for each row in which its warehouse and the sandbox differ. */
  differences(of: Integration, streams: readonly string[]): Promise<readonly string[]>
}

export interface ServiceOptions {
  readonly clock?: () => number
  readonly scale?: number
  readonly oauth?: 'app' | 'connect'
  /** Accounts that are connected to the sandbox's. */
  readonly connected?: number
}

export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-service-'))
  const databaseUrl = await newDatabase()
  const sandbox = await startSandbox({
    port: 0,
    scale: options.scale ?? 60,
    rateLimit: 'off',
    connected: options.connected ?? 0,
  })
  const store = await openStore({ dataDir: folder, databaseUrl, migrate: true })
  const logged: string[] = []
  const queue = await openQueue({
    connection: store.connection,
    migrate: true,
    instance: 'test',
    onError: (message) => logged.push(message),
    silence: 10,
    deliveryPause: 1,
  })
  const ctx: ServiceContext = {
    pool: store.pool,
    vault: await openVault(store.pool, { given: undefined, file: store.keyFile }),
    queue,
    clock: options.clock ?? Date.now,
    stripeClock: stripeClocks(),
    newId: randomUUID,
    dataDir: folder,
    workDir: join(folder, 'work'),
    demo: async () => ({ apiBase: sandbox.url, apiKey: 'rk_test_sandbox' }),
    log: (level, message) => logged.push(`${level}: ${message}`),
    oauth: oauthApp({
      kind: options.oauth ?? 'app',
      clientId: 'ca_tests',
      secret: 'sk_test_ofTheOperator0123456789',
      base: sandbox.url,
    }),
    timing: { ...timing, flush: 100, tick: 100, retry: 500 },
  }
  let made = 0
  return {
    ctx,
    sandbox,
    folder,
    databaseUrl,
    logged,
    async integration(input = {}) {
      const name = `shop${++made}`
      const destination = await createDestination(ctx, {
        name: `warehouse ${made}`,
        address: `duckdb:${folder}/${name}.duckdb`,
      })
      return createIntegration(
        ctx,
        integrationInput.parse({
          name,
          source: { kind: 'key', api_key: sandboxKey, api_base: sandbox.url },
          destination_id: destination.id,
          selection: { tables: [{ name: 'customers' }, { name: 'products' }] },
          schedule: { kind: 'manual' },
          ...input,
        }),
      )
    },
    differences({ id, name }, streams) {
      const address = `duckdb:${folder}/${name}.duckdb`
      return differing(sandbox, { address, integration: name, workDir: join(ctx.workDir, id) }, streams)
    },
    async [Symbol.asyncDispose]() {
      await queue[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
      await sandbox.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

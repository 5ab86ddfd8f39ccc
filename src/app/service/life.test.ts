/** Integrations as they live: runs that go well, fail, are cancelled, tried again; pauses in which nothing is missed. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { stopDatabases } from '../../../test/support/databases.ts'
import { type Service, sandboxKey, startService } from '../../../test/support/service.ts'
import { destinationFor } from '../../destinations/registry.ts'
import { startWorker, type Worker } from '../../worker/worker.ts'
import { createDestination, deleteDestination } from './destinations.ts'
import { integrationTables } from './integration-tables.ts'
import {
  activateIntegration,
  deleteIntegration,
  editIntegration,
  getIntegration,
  pauseIntegration,
} from './integrations.ts'
import type { Integration } from './resources/integration.ts'
import { logQuery, type RunDetail, runInput } from './resources/run.ts'
import { followRun, readLogs } from './runs/logs.ts'
import { cancelRun, getRun, retryRun, startRun } from './runs/runs.ts'
import { integrationSchemaChanges } from './schema-changes.ts'

let service: Service
let worker: Worker
before(async () => {
  service = await startService()
  worker = await startWorker(service.ctx, { name: 'tester', concurrency: 2 })
})
after(async () => {
  await worker.stop(10_000)
  await service[Symbol.asyncDispose]()
  await stopDatabases()
})

async function until(id: string, is: (run: RunDetail) => boolean): Promise<RunDetail> {
  for (;;) {
    const run = await getRun(service.ctx, id)
    if (is(run)) return run
    await sleep(20)
  }
}

const ended = (id: string) => until(id, (run) => run.ended_at !== null)

const run = async (integration: string, input = {}) =>
  ended((await startRun(service.ctx, integration, runInput.parse(input))).id)

const differences = (of: Integration, streams: readonly string[]) => service.differences(of, streams)

const textOf = async (run: string) =>
  (await readLogs(service.ctx, run, logQuery.parse({})))
    .map(({ level, stream, message }) => `${level} ${stream ?? ''}: ${message}`)
    .join('\n')

test('pending, then active with the first data; counts, logs and lastRunDate are told', async () => {
  const { ctx } = service
  const made = await service.integration()
  const { id } = made
  const first = await run(id)
  assert.equal(first.status, 'succeeded', JSON.stringify(first))
  assert.deepEqual(await differences(made, ['customers', 'products']), [])
  const customers = first.tables.find(({ stream }) => stream === 'customers')
  assert.equal(customers?.rows, service.sandbox.account.store.world.count('customers'))
  assert.equal(
    first.rows,
    first.tables.reduce((sum, table) => sum + table.rows, 0),
  )
  assert.ok(first.requests >= 2)
  const now = await getIntegration(ctx, id)
  assert.equal(now.status, 'active')
  assert.ok(now.loaded_at)
  assert.equal(now.rows_total, first.rows)
  assert.equal(now.last_run?.color, 'green')
  assert.equal(now.fresh_until, customers?.last_run)
  assert.equal((await integrationTables(ctx, id))[0]?.status, 'ok')

  const texts = await textOf(first.id)
  assert.match(texts, /info customers: began: read for the first time/)
  assert.match(texts, /info customers: the table customers was made/)
  assert.match(texts, /info customers: \d+ rows loaded/)
  assert.match(texts, /info customers: up to date: \d+ rows read/)
  const seen = []
  for await (const update of followRun(ctx, first.id, new AbortController().signal)) seen.push(update.type)
  assert.deepEqual(seen, ['run', 'logs'], 'a run that has ended is told at once')

  const second = await run(id)
  assert.equal(second.status, 'succeeded')
  assert.equal(second.tables[0]?.last_run_before, first.tables[0]?.last_run)
})

test('a first job that fails leaves the integration pending, with the reason and the cure', async () => {
  const { ctx, sandbox } = service
  const key = 'rk_test_thisOneIsRevokedBeforeLong0123456789'
  const { id } = await service.integration({
    source: { kind: 'key', api_key: key, api_base: sandbox.url },
  })
  sandbox.revokeKey(key)
  const failed = await run(id)
  assert.equal(failed.status, 'failed')
  assert.ok(failed.error?.message)
  const now = await getIntegration(ctx, id)
  assert.equal(now.status, 'pending')
  assert.equal(now.loaded_at, null)
  assert.ok(now.waiting_for?.includes(failed.error.message), now.waiting_for ?? '')
  assert.equal(now.last_run?.color, 'red')
  assert.match(await textOf(failed.id), /error : ended: /)

  const source = { kind: 'key', api_key: sandboxKey, api_base: sandbox.url } as const
  await editIntegration(ctx, id, { source })
  const again = await retryRun(ctx, failed.id)
  assert.equal((await ended(again.id)).status, 'succeeded')
  assert.equal((await getIntegration(ctx, id)).status, 'active')
})

test('what may pass is tried again by itself: another program took the warehouse over for a moment', async () => {
  const { ctx, sandbox } = service
  const made = await service.integration()
  const address = `duckdb:${service.folder}/${made.name}.duckdb`
  sandbox.setFaults('hold@/v1/customers:times=1')
  const started = await startRun(ctx, made.id, runInput.parse({}))
  while (sandbox.held() === 0) await sleep(20)
  const { workDir } = ctx
  const { signal } = new AbortController()
  const options = { integration: made.name, workDir, signal, report: () => {} }
  {
    await using other = await (await destinationFor(address)).open(address, options)
    await other.readState()
  }
  sandbox.setFaults('')
  const done = await ended(started.id)
  assert.deepEqual([done.status, done.attempt, done.error], ['succeeded', 2, null])
  assert.match(await textOf(done.id), /warn : tried again in \d+ s: /)
  assert.deepEqual(await differences(made, ['customers', 'products']), [])
})

test('paused, nothing runs and nothing is missed: what changed meanwhile comes when it is activated', async () => {
  const { ctx, sandbox } = service
  const made = await service.integration({ schedule: { kind: 'every', minutes: 5 } })
  const first = made.open_run_id ?? assert.fail('it starts by itself')
  assert.equal((await ended(first)).trigger, 'schedule')
  await pauseIntegration(ctx, made.id)
  const { world } = sandbox.account.store
  const [changed, gone] = [world.object('customers', 0), world.object('customers', 1)]
  await sandbox.update('customers', changed.id, { description: 'changed during the pause' })
  await sandbox.remove('customers', gone.id)
  await sandbox.create('products', { name: 'made during the pause' })
  assert.notDeepEqual(await differences(made, ['customers', 'products']), [])
  assert.equal((await getIntegration(ctx, made.id)).next_run_at, null)
  await activateIntegration(ctx, made.id)
  let now = await getIntegration(ctx, made.id)
  while (now.last_run?.id === first || now.last_run?.ended_at === null) {
    await sleep(50)
    now = await getIntegration(ctx, made.id)
  }
  assert.equal(now.last_run?.status, 'succeeded')
  assert.equal(now.status, 'active')
  assert.deepEqual(await differences(made, ['customers', 'products']), [])
})

test('cancelled at a checkpoint, a run carries on when it is tried again', async () => {
  const { ctx, sandbox } = service
  const made = await service.integration({ selection: { tables: [{ name: 'customers' }] } })
  sandbox.setFaults('hold@/v1/customers:times=1')
  const started = await startRun(ctx, made.id, runInput.parse({}))
  while (sandbox.held() === 0) await sleep(20)
  const asked = await cancelRun(ctx, started.id)
  assert.ok(asked.cancel_requested_at)
  const cancelled = await ended(started.id)
  sandbox.setFaults('')
  assert.equal(cancelled.status, 'cancelled')
  assert.equal(cancelled.tables[0]?.status, 'cancelled')
  assert.match(await textOf(started.id), /cancelled, as it was asked/)
  assert.equal((await getIntegration(ctx, made.id)).status, 'pending')
  assert.equal((await ended((await retryRun(ctx, started.id)).id)).status, 'succeeded')
  assert.deepEqual(await differences(made, ['customers']), [])
})

test('one table is run alone, or read whole; the others keep their place, and the next run brings what changed of them', async () => {
  const { sandbox } = service
  const tables = [{ name: 'invoices' }, { name: 'customers' }]
  const made = await service.integration({ selection: { tables } })
  const names = tables.map(({ name }) => name)
  assert.equal((await run(made.id)).status, 'succeeded')
  const { world } = sandbox.account.store
  const silent = { silent: true }
  await sandbox.update('customers', world.object('customers', 3).id, { description: 'untold' }, silent)
  await sandbox.update('invoices', world.object('invoices', 0).id, { description: 'told' })
  assert.equal((await run(made.id)).status, 'succeeded')
  assert.equal((await differences(made, names)).length, 1, 'no event tells of it')

  await sandbox.update('customers', world.object('customers', 5).id, { description: 'told' })
  await sandbox.update('invoices', world.object('invoices', 1).id, { description: 'told' })
  const before = (await getIntegration(service.ctx, made.id)).fresh_until
  const one = await run(made.id, { tables: ['invoices'] })
  assert.deepEqual([one.status, one.rows, one.incidents], ['succeeded', 1, []])
  assert.deepEqual(
    one.tables.map(({ stream }) => stream),
    ['invoices'],
  )
  assert.match(await textOf(one.id), /one table; the other tables keep their place/)
  assert.equal(
    (await getIntegration(service.ctx, made.id)).fresh_until,
    before,
    'customers are as old as before',
  )
  const both = await run(made.id)
  const rows = (of: RunDetail, stream: string) => of.tables.find((table) => table.stream === stream)?.rows
  assert.deepEqual([rows(both, 'customers'), both.incidents], [1, []], 'what changed, and nothing anew')
  // What only one of two runs has seen is read once more.
  assert.ok((rows(both, 'invoices') ?? 2) <= 1)
  await sandbox.update('invoices', world.object('invoices', 2).id, { description: 'told' })

  const whole = await run(made.id, { tables: ['customers'], full_refresh: true })
  assert.equal(whole.status, 'succeeded')
  assert.deepEqual(await differences(made, ['customers']), [])
  assert.deepEqual(
    whole.tables.map(({ stream }) => stream),
    ['customers'],
  )
  assert.ok(whole.rows >= world.count('customers') - 1, 'one was removed above')
  assert.match(await textOf(whole.id), /customers read whole/)
  const last = await run(made.id)
  assert.deepEqual([rows(last, 'invoices'), last.incidents], [1, []])
  assert.deepEqual(await differences(made, names), [])
})

test('a run without changes is one request, as its key was asked whose it is when it was given; revoked, it fails and says so', async () => {
  const { sandbox } = service
  const key = 'rk_test_thisOneIsRevokedWhenItHasRun01234567'
  const made = await service.integration({
    source: { kind: 'key', api_key: key, api_base: sandbox.url },
    selection: { tables: [{ name: 'customers' }] },
  })
  const first = await run(made.id)
  assert.ok(first.requests > 1)
  // What changed in the minutes before the first is read once more.
  await run(made.id)
  const third = await run(made.id)
  assert.deepEqual([third.status, third.requests, third.rows], ['succeeded', 1, 0])
  sandbox.revokeKey(key)
  const refused = await run(made.id)
  assert.deepEqual([refused.status, refused.requests], ['failed', 1])
  assert.match(`${refused.error?.message} ${refused.error?.cure}`, /key/)
})

test('hashed fields need no key from anybody: the service makes one, and all integrations share it', async () => {
  const tables = [{ name: 'customers', hash: ['email'], drop: ['phone'] }]
  const first = await service.integration({ selection: { tables } })
  const second = await service.integration({ selection: { tables } })
  await run(first.id)
  await run(second.id)
  const { query } = await import('../query.ts')
  const emails = async (name: string) =>
    (
      await query(
        `duckdb:${service.folder}/${name}.duckdb`,
        `select id, email from ${name}.customers where email is not null order by id limit 5`,
        10,
      )
    ).rows
  const found = await emails(first.name)
  assert.match(String(found[0]?.[1]), /^[0-9a-f]{64}$/)
  assert.deepEqual(found, await emails(second.name))
})

test('a selection grows from the next run on, the schema tells how, and what was deleted forgets its key at once', async () => {
  const { ctx } = service
  const made = await service.integration({ selection: { tables: [{ name: 'products', drop: ['name'] }] } })
  await run(made.id)
  assert.deepEqual(await integrationSchemaChanges(ctx, made.id), [])
  const whole = { ...made.selection.tables[0], drop: [] }
  const selection = {
    ...made.selection,
    tables: [whole, { ...whole, name: 'customers' }],
  } as Integration['selection']
  await editIntegration(ctx, made.id, { selection })
  const grown = await run(made.id)
  assert.deepEqual(
    grown.tables.map(({ stream, status }) => [stream, status]),
    [
      ['customers', 'ok'],
      ['products', 'ok'],
    ],
  )
  assert.deepEqual(
    (await integrationSchemaChanges(ctx, made.id)).map(({ run_id, table, added, unexpected }) => [
      ...[run_id, table, added, unexpected],
    ]),
    [[grown.id, `${made.name}.products`, ['name'], []]],
  )
  // It does not end by itself before.
  service.sandbox.setFaults('hold@/v1:times=all')
  const started = await startRun(ctx, made.id, runInput.parse({}))
  await deleteIntegration(ctx, made.id)
  assert.equal((await ended(started.id)).status, 'cancelled')
  service.sandbox.setFaults('')
  const { rows } = await ctx.pool.query(
    'select count(*) as keys from sluice.integrations where id = $1 and source_secret is not null',
    [made.id],
  )
  assert.deepEqual(rows, [{ keys: 0 }])
  await deleteDestination(ctx, made.destination?.id ?? '')
  assert.deepEqual(await differences(made, ['products', 'customers']), [], 'its tables stay')
})

test("the store, its logs and the operator's log hold no key, password or address of a customer", async () => {
  const { ctx, logged, sandbox } = service
  await createDestination(ctx, { name: 'secret', address: 'postgres://me:s3cretPassw0rd@db.example/shop' })
  const { rows: tables } = await ctx.pool.query<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
     where table_schema in ('sluice', 'pgboss') and table_type = 'BASE TABLE'`,
  )
  let dump = logged.join('\n')
  for (const { name } of tables) {
    const { rows } = await ctx.pool.query<{ row: string }>(`select t::text as row from ${name} t`)
    dump += rows.map(({ row }) => row).join('\n')
  }
  assert.ok(dump.length > 10_000)
  const { world } = sandbox.account.store
  const mails = Array.from({ length: 60 }, (_, index) => String(world.object('customers', index).email))
  for (const secret of [sandboxKey, 'thisOneIsRevoked', 's3cretPassw0rd', ...mails]) {
    assert.ok(!dump.includes(secret), secret)
    assert.ok(!dump.includes(Buffer.from(secret).toString('hex')), `${secret} in hexadecimal`)
  }
})

/** Tables of deleted integrations: kept unless somebody asks, and dropped by a worker. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { newDatabase, stopDatabases } from '../../../../test/support/databases.ts'
import { type Service, startService } from '../../../../test/support/service.ts'
import { startWorker, type Worker } from '../../../worker/worker.ts'
import { query } from '../../query.ts'
import { createDestination, deleteDestination } from '../destinations.ts'
import { ConflictError, NotFoundError } from '../errors.ts'
import { deleteIntegration, getIntegration } from '../integrations.ts'
import { listAudit } from '../people/audit.ts'
import { auditQuery } from '../resources/audit.ts'
import type { Integration } from '../resources/integration.ts'
import { runInput } from '../resources/run.ts'
import { getRun, startRun } from '../runs/runs.ts'
import { adoptDrops } from './ask.ts'

let service: Service
let worker: Worker | undefined
before(async () => {
  service = await startService()
})
after(async () => {
  await worker?.stop(10_000)
  await service[Symbol.asyncDispose]()
  await stopDatabases()
})

async function run({ id }: Integration) {
  const started = await startRun(service.ctx, id, runInput.parse({}))
  for (;;) {
    const now = await getRun(service.ctx, started.id)
    if (now.ended_at !== null) return now
    await sleep(20)
  }
}

/** As soon as it has ended. */
async function dropOf({ id }: Integration) {
  for (;;) {
    const { drop } = await getIntegration(service.ctx, id)
    if (drop && drop.ended_at !== null) return drop
    await sleep(20)
  }
}

const withTables = { drop_tables: true }

test('what waits to be dropped keeps its warehouse and its name from others, and survives the queue', async () => {
  const { ctx } = service
  const made = await service.integration()
  await deleteIntegration(ctx, made.id, withTables)
  await deleteIntegration(ctx, made.id, withTables)
  assert.equal((await getIntegration(ctx, made.id)).drop?.status, 'queued')
  await assert.rejects(deleteDestination(ctx, made.destination?.id ?? ''), ConflictError)
  const again = { name: made.name, destination_id: made.destination?.id, reuse_name: true }
  await assert.rejects(service.integration(again), /are being dropped/)
  // As after a backup, which has no queue in it.
  await ctx.pool.query('delete from pgboss.job')
  assert.equal(await adoptDrops(ctx), 1)
  assert.equal(await adoptDrops(ctx), 0)
  worker = await startWorker(ctx, { name: 'tester', concurrency: 2 })
  assert.deepEqual((await dropOf(made)).tables, [], 'it never ran')
  await deleteDestination(ctx, made.destination?.id ?? '')
})

test('a run that goes on is ended first; then its tables go, and nothing of its neighbour', async () => {
  const { ctx, sandbox, folder } = service
  const address = `duckdb:${folder}/shared.duckdb`
  const { id: destination_id } = await createDestination(ctx, { name: 'shared', address })
  const gone = await service.integration({ name: 'gone', destination_id })
  const stays = await service.integration({ name: 'stays', destination_id })
  for (const each of [gone, stays]) assert.equal((await run(each)).status, 'succeeded')
  sandbox.setFaults('hold@/v1:times=all')
  const open = await startRun(ctx, gone.id, runInput.parse({}))
  while ((await getRun(ctx, open.id)).status !== 'running') await sleep(20)
  await deleteIntegration(ctx, gone.id, withTables)
  const drop = await dropOf(gone)
  sandbox.setFaults('')
  assert.deepEqual([drop.status, drop.tables], ['done', ['customers', 'products']])
  assert.equal((await getRun(ctx, open.id)).status, 'cancelled')
  const schemas = async () =>
    (
      await query(
        address,
        `select distinct table_schema from information_schema.tables where table_schema <> '_sluice' order by 1`,
        10,
      )
    ).rows.flat()
  assert.deepEqual(await schemas(), ['stays'])
  const [told] = (await listAudit(ctx, auditQuery.parse({ object_id: gone.id }))).items
  assert.deepEqual(
    [told?.action, told?.actor.kind, told?.details],
    ['integration.drop_tables', 'system', { tables: ['customers', 'products'] }],
  )
  assert.equal((await getIntegration(ctx, gone.id)).destination, null)
  // Once more does nothing, and the name begins anew.
  await deleteIntegration(ctx, gone.id, withTables)
  const next = await service.integration({ name: 'gone', destination_id, reuse_name: true })
  assert.ok((await run(next)).rows > 0)
  await assert.rejects(deleteIntegration(ctx, gone.id, withTables), /has taken over the name/)
  assert.deepEqual(await schemas(), ['gone', 'stays'])
})

test('tables are kept unless asked; what is in the way is named, and asked again they go', async () => {
  const { ctx } = service
  const address = await newDatabase()
  const { id: destination_id } = await createDestination(ctx, { name: 'elsewhere', address })
  const made = await service.integration({ name: 'kept', destination_id })
  await run(made)
  await deleteIntegration(ctx, made.id)
  await assert.rejects(deleteIntegration(ctx, made.id), NotFoundError)
  assert.equal((await getIntegration(ctx, made.id)).drop, null)
  const client = new pg.Client({ connectionString: address })
  await client.connect()
  const { rows } = await client.query('select count(*)::int as count from kept.customers')
  assert.ok(rows[0].count > 0, 'they are there')
  await client.query('create view public.report as select count(*) from kept.customers')
  await deleteIntegration(ctx, made.id, withTables)
  const failed = await dropOf(made)
  assert.equal(failed.status, 'failed')
  assert.match(failed.error?.message ?? '', /view public\.report depends on table kept\.customers/)
  assert.match(failed.error?.cure ?? '', /drop that first/)
  await client.query('drop view public.report')
  await deleteIntegration(ctx, made.id, withTables)
  const done = await dropOf(made)
  assert.deepEqual([done.status, done.error], ['done', null])
  const left = await client.query(`select to_regnamespace('kept') is null as gone`)
  assert.equal(left.rows[0].gone, true)
  await client.end()
})

/** How fresh an integration was over time, read off its runs. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { endedRun } from '../../../test/browser/support/ran.ts'
import { stopDatabases } from '../../../test/support/databases.ts'
import { type Service, sandboxKey, startService } from '../../../test/support/service.ts'
import type { TableEnd } from '../../store/freshness.ts'
import { startWorker, type Worker } from '../../worker/worker.ts'
import { freshnessPoints, integrationFreshness } from './freshness.ts'
import { getIntegration } from './integrations.ts'
import { freshness } from './resources/freshness.ts'
import { runInput } from './resources/run.ts'
import { startRun } from './runs/runs.ts'
import { longestGap } from './schedules.ts'

let service: Service
let worker: Worker
before(async () => {
  service = await startService()
  worker = await startWorker(service.ctx, { name: 'test', concurrency: 1 })
})
after(async () => {
  await worker.stop(5_000)
  await service[Symbol.asyncDispose]()
  await stopDatabases()
})

test('its newest point says what the integration says; a run in which a table failed does not make it fresh', async () => {
  const { ctx, sandbox } = service
  const { id } = await service.integration({
    selection: { tables: [{ name: 'customers' }, { name: 'products' }] },
  })
  const fresh = () => integrationFreshness(ctx, id, { runs: 100 })
  const run = async (input = {}) => {
    await startRun(ctx, id, runInput.parse(input))
    await endedRun(ctx, id)
  }
  assert.deepEqual((await fresh()).points, [])
  await run()
  const first = await fresh()
  assert.deepEqual(freshness.parse(first), first)
  const { fresh_until } = await getIntegration(ctx, id)
  assert.ok(fresh_until)
  assert.equal(first.points.at(-1)?.fresh_until, fresh_until)
  assert.equal(first.points[0]?.fresh_until, null, 'nothing was there before')

  sandbox.setKey(sandboxKey, { permissions: ['customer_read', 'event_read'] })
  await run({ full_refresh: true })
  const second = await fresh()
  assert.deepEqual(second.points, first.points)
  sandbox.setKey(sandboxKey, { permissions: 'all' })
  await run()
  const third = await fresh()
  assert.equal(third.points.at(-1)?.fresh_until, (await getIntegration(ctx, id)).fresh_until)
  assert.ok((third.points.at(-1)?.fresh_until ?? '') > fresh_until)

  await run({ tables: ['customers'] })
  assert.deepEqual((await fresh()).points, third.points, 'products are as old as before')
})

test('tables that end together make one point, whichever is told first', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))
  const end = (stream: string, before: number): TableEnd => ({
    run_id: 'run',
    whole: true,
    stream,
    started_at: at(20),
    ended_at: at(30),
    last_run_before: at(before),
    last_run: at(20),
  })
  const ends = [end('a', 5), end('b', 10)]
  const points = [
    { at: at(20), until: at(5) },
    { at: at(30), until: at(20) },
  ]
  assert.deepEqual(freshnessPoints(ends), points)
  assert.deepEqual(freshnessPoints(ends.toReversed()), points)
})

test('the oldest of the tables tells; one that joins later makes no earlier data old, and has none at first', () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))
  const end = (run: number, stream: string, ended: number, ok = true, first = false): TableEnd => ({
    run_id: String(run),
    whole: true,
    stream,
    started_at: at(run),
    ended_at: at(ended),
    last_run_before: first ? null : at(run - 10),
    last_run: ok ? at(run) : null,
  })
  const points = freshnessPoints([
    end(10, 'a', 12),
    end(10, 'b', 14),
    end(20, 'a', 21),
    end(20, 'b', 22, false),
    end(30, 'a', 31),
    { ...end(30, 'b', 33), last_run_before: at(10) },
    end(40, 'a', 41),
    end(40, 'b', 42),
    end(40, 'c', 45, true, true),
  ])
  assert.deepEqual(
    points.map(({ at, until }) => [at.getUTCMinutes(), until?.getUTCMinutes() ?? null]),
    [
      [10, 0],
      [14, 10],
      [33, 30],
      [40, null],
      [45, 40],
    ],
  )
})

test('a schedule promises its longest gap', () => {
  const now = Date.UTC(2026, 0, 7)
  const cron = (expression: string) => longestGap({ kind: 'cron', expression, time_zone: 'UTC' }, now)
  const hour = 3_600_000
  assert.equal(longestGap({ kind: 'manual' }, now), undefined)
  assert.equal(longestGap({ kind: 'every', minutes: 15 }, now), hour / 4)
  assert.equal(cron('0 6 * * *'), 24 * hour)
  assert.equal(cron('0 6 * * 1-5'), 72 * hour)
  assert.equal(cron('*/5 9-17 * * *'), 15 * hour + hour / 12)
  assert.equal(cron('0 0 1 * *'), 31 * 24 * hour)
})

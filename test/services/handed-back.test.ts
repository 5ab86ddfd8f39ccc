/** `sluice worker` in the midst of a run: what it has read is kept, the run is handed back, and the process ends in time. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type RunDetail, runInput } from '../../src/app/service/resources/run.ts'
import { getRun, startRun } from '../../src/app/service/runs/runs.ts'
import { start } from '../cli/spawn.ts'
import { stopDatabases } from '../support/databases.ts'
import { startService } from '../support/service.ts'

test('SIGTERM while Stripe does not answer: within ten seconds the run is handed back, and another worker goes on', async (context) => {
  context.after(stopDatabases)
  await using service = await startService({ scale: 300 })
  const { ctx, sandbox, folder, databaseUrl } = service
  const worker = () => {
    const running = start(['worker', '--database-url', databaseUrl, '--data-dir', folder], { cwd: folder })
    context.after(() => running.kill('SIGKILL'))
    return running
  }
  const made = await service.integration()
  // One of its tables is not answered.
  sandbox.setFaults('hold@/v1/products:times=all')
  const { id } = await startRun(ctx, made.id, runInput.parse({}))
  const until = async (is: (run: RunDetail) => boolean) => {
    for (let tries = 0; ; tries++) {
      const now = await getRun(ctx, id)
      if (is(now)) return now
      assert.ok(tries < 600, JSON.stringify(now))
      await sleep(100)
    }
  }
  const first = worker()
  const before = await until(({ tables }) =>
    tables.some(({ stream, status, read }) => stream === 'customers' && (status === 'ok' || read > 0)),
  )
  assert.equal(before.status, 'running')
  const began = Date.now()
  first.kill('SIGTERM')
  const { code, stderr } = await first.finished
  assert.equal(code, 0, stderr)
  assert.ok(Date.now() - began < 10_000, `${Date.now() - began} ms`)
  const left = await getRun(ctx, id)
  assert.deepEqual([left.status, left.worker, left.error], ['queued', null, null])
  assert.ok(left.rows > 0, 'what was read is in the warehouse')

  sandbox.setFaults('')
  const second = worker()
  const done = await until(({ ended_at }) => ended_at !== null)
  assert.deepEqual([done.status, done.attempt], ['succeeded', 2])
  assert.deepEqual(await service.differences(made, ['customers', 'products']), [])
  second.kill('SIGTERM')
  assert.equal((await second.finished).code, 0)
})

/** Turns that change hands, schedules whose ticks were missed, and who goes before whom. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { stopDatabases } from '../../../test/support/databases.ts'
import { type Service, startService } from '../../../test/support/service.ts'
import { startWorker } from '../../worker/worker.ts'
import type { ServiceContext } from './context.ts'
import { editIntegration, getIntegration } from './integrations.ts'
import type { Integration } from './resources/integration.ts'
import { logQuery, runInput, runQuery } from './resources/run.ts'
import { runKind } from './runs/kind.ts'
import { readLogs } from './runs/logs.ts'
import { getRun, listRuns, startRun } from './runs/runs.ts'
import { takeTurn } from './runs/turn.ts'
import { startDue } from './scheduler.ts'
import { nextRun } from './schedules.ts'
import { adopt } from './turns/adopt.ts'

let service: Service
let later = 0
before(async () => {
  service = await startService({ clock: () => Date.now() + later })
})
after(async () => {
  await service[Symbol.asyncDispose]()
  await stopDatabases()
})

const never = new AbortController().signal

/** The turn that a worker would hold now. */
async function held(run: string) {
  const { rows } = await service.ctx.pool.query<{ id: string }>(
    'select job_id as id from sluice.runs where id = $1',
    [run],
  )
  return { id: rows[0]?.id ?? assert.fail('no job'), run, retries: 0 }
}

const differences = (of: Integration, streams: readonly string[]) => service.differences(of, streams)

const withTiming = (timing: Partial<ServiceContext['timing']>): ServiceContext => ({
  ...service.ctx,
  timing: { ...service.ctx.timing, ...timing },
})

test('a worker that was given up and wakes again writes nothing; the one after it ends the run', async () => {
  const { ctx, sandbox, logged } = service
  const made = await service.integration()
  const { id } = await startRun(ctx, made.id, runInput.parse({}))
  const turn = await held(id)
  sandbox.setFaults('hold@/v1/customers:times=1')
  const zombie = takeTurn(ctx, turn, { worker: 'zombie', stop: never })
  // By then it has raised its fence: raised later, it would fence out the other one.
  while (sandbox.held() === 0) await sleep(20)
  // The queue hands the same job out again when its worker is silent.
  await takeTurn(ctx, turn, { worker: 'heir', stop: never })
  const ended = await getRun(ctx, id)
  assert.deepEqual([ended.status, ended.attempt, ended.worker], ['succeeded', 2, 'heir'])
  sandbox.setFaults('')
  await zombie
  assert.deepEqual(await getRun(ctx, id), ended, 'nothing was added to what had ended')
  assert.ok(logged.some((line) => /another worker has taken it over/.test(line)))
  const lines = await readLogs(ctx, id, logQuery.parse({ level: 'warn' }))
  assert.match(lines.map(({ message }) => message).join('\n'), /fell silent; what it had loaded stays/)
  assert.deepEqual(await differences(made, ['customers', 'products']), [])
})

test('a run that kills its worker every time waits longer each time, and fails; progress forgives the deaths before it', async () => {
  const ctx = withTiming({ retry: 30_000 })
  const { id: integration } = await service.integration()
  const first = await startRun(ctx, integration, runInput.parse({}))
  /** Dies once more after so many deaths, and waits so many seconds then; null when it does not wait. */
  const die = async (run: string, deathsBefore: number, pause: number | null) => {
    const at = Date.now()
    await ctx.pool.query(
      "update sluice.runs set status = 'running', attempt = attempt + 1, failures = $2 where id = $1",
      [run, deathsBefore],
    )
    await takeTurn(ctx, await held(run), { worker: 'tester', stop: never })
    const { rows } = await ctx.pool.query<{ not_before: Date | null }>(
      'select not_before from sluice.runs where id = $1',
      [run],
    )
    const until = rows[0]?.not_before?.getTime() ?? null
    if (pause === null) return assert.equal(until, null)
    const least = at + pause * 1000
    assert.ok(until !== null && until >= least && until <= Date.now() + pause * 1000, `${until} for ${least}`)
  }
  for (const [deaths, pause] of [
    [1, 30],
    [2, 60],
    [3, 120],
    [8, 900],
  ] as const) {
    await die(first.id, deaths, pause)
    assert.equal((await getRun(ctx, first.id)).status, 'queued')
  }
  await die(first.id, 9, null)
  const failed = await getRun(ctx, first.id)
  assert.equal(failed.status, 'failed')
  assert.match(failed.error?.message ?? '', /died 10 times in a row/)
  const lines = (await readLogs(ctx, first.id, logQuery.parse({ level: 'warn' }))).map(
    ({ message }) => message,
  )
  assert.equal(lines.length, 5)
  assert.match(lines[0] ?? '', /fell silent.*tried again in 30 s: its worker died 2 times in a row/)
  assert.match(lines[4] ?? '', /fell silent.*ended: its worker died 10 times/)

  const again = await startRun(ctx, integration, runInput.parse({}))
  await die(again.id, 8, 900)
  await takeTurn(ctx, await held(again.id), { worker: 'tester', stop: never })
  assert.equal((await getRun(ctx, again.id)).status, 'succeeded')
  const { rows } = await ctx.pool.query('select failures from sluice.runs where id = $1', [again.id])
  assert.deepEqual(rows, [{ failures: 0 }])
})

test('a worker that stops hands the run back, and so does one whose turn is long while others wait', async () => {
  const { ctx, sandbox } = service
  const made = await service.integration()
  const { id } = await startRun(ctx, made.id, runInput.parse({ full_refresh: true }))
  const first = await held(id)
  sandbox.setFaults('hold@/v1/products:times=1')
  const stop = new AbortController()
  const stopped = takeTurn(ctx, first, { worker: 'one', stop: stop.signal })
  while (sandbox.held() === 0) await sleep(20)
  stop.abort()
  // It does not wait for the answer, which does not come.
  await stopped
  assert.equal((await getRun(ctx, id)).status, 'queued')
  const second = await held(id)
  assert.notEqual(second.id, first.id)
  await takeTurn(ctx, first, { worker: 'stale', stop: never })
  assert.equal((await getRun(ctx, id)).attempt, 1, "a job that is no longer the run's does nothing")

  const other = await service.integration()
  const waiting = await startRun(ctx, other.id, runInput.parse({}))
  sandbox.setFaults('hold@/v1/products:times=1')
  await takeTurn(withTiming({ turn: 300 }), second, { worker: 'two', stop: never })
  assert.equal((await getRun(ctx, id)).status, 'queued')
  sandbox.setFaults('')
  await takeTurn(ctx, await held(waiting.id), { worker: 'two', stop: never })
  await takeTurn(withTiming({ turn: 300 }), await held(id), { worker: 'three', stop: never })
  const done = await getRun(ctx, id)
  assert.deepEqual([done.status, done.attempt], ['succeeded', 3])
  assert.deepEqual(await differences(made, ['customers', 'products']), [])
})

test('however many ticks were missed, one run comes of them; an open run is not overtaken', async () => {
  const { ctx } = service
  const made = await service.integration()
  await editIntegration(ctx, made.id, { schedule: { kind: 'every', minutes: 60 } })
  assert.equal(await startDue(ctx), 0, 'nothing is due')
  later = 10 * 3_600_000
  assert.equal(await startDue(ctx), 1)
  const runs = async () => (await listRuns(ctx, runQuery.parse({ integration_id: made.id }))).items
  assert.deepEqual(
    (await runs()).map(({ status, trigger }) => [status, trigger]),
    [['queued', 'schedule']],
  )
  const next = Date.parse((await getIntegration(ctx, made.id)).next_run_at ?? '')
  const now = ctx.clock()
  assert.ok(next > now && next <= now + 3_600_000 + 360_000)
  assert.equal(await startDue(ctx), 0)
  later += 2 * 3_600_000
  assert.equal(await startDue(ctx), 1, 'due again, while the run before waits')
  assert.equal((await runs()).length, 1)
  await editIntegration(ctx, made.id, { schedule: { kind: 'manual' } })
  const [open] = await runs()
  await takeTurn(ctx, await held(open?.id ?? ''), { worker: 'tester', stop: never })
  later = 0
})

test('two schedulers that look at once start each integration once', async () => {
  const { ctx } = service
  const made = []
  for (let i = 0; i < 4; i++) {
    const one = await service.integration()
    made.push(await editIntegration(ctx, one.id, { schedule: { kind: 'every', minutes: 5 } }))
  }
  later = 3_600_000
  const due = await Promise.all([startDue(ctx), startDue(ctx), startDue(ctx)])
  assert.equal(
    due.reduce((sum, count) => sum + count, 0),
    4,
  )
  for (const { id } of made) {
    const { items } = await listRuns(ctx, runQuery.parse({ integration_id: id }))
    assert.equal(items.length, 1)
    await editIntegration(ctx, id, { schedule: { kind: 'manual' } })
  }
  later = 0
})

test('a schedule waits while the account was read as often as it may be, and says so', async () => {
  const { ctx, sandbox } = service
  const key = { kind: 'key', api_key: 'rk_test_budget0123456789abcdef', api_base: sandbox.url } as const
  const made = await service.integration({ source: { ...key, max_reads_per_month: 1 } })
  await editIntegration(ctx, made.id, { schedule: { kind: 'every', minutes: 60 } })
  // What runs before have read, on whichever day their clock had reached.
  await ctx.pool.query('delete from sluice.reads where account_id = $1', [made.account.id])
  await ctx.pool.query(
    `insert into sluice.reads (account_id, day, reads) values ($1, (now() at time zone 'UTC')::date, 1)`,
    [made.account.id],
  )
  later = 3 * 3_600_000
  assert.equal(await startDue(ctx), 1)
  const now = await getIntegration(ctx, made.id)
  assert.equal(now.open_run_id, null)
  assert.match(now.waiting_for ?? '', /was read 1 times in 30 days, of 1 that are allowed/)
  await editIntegration(ctx, made.id, { schedule: { kind: 'manual' } })
  later = 0
})

test('runs that are in no queue, as after a restore, are queued anew', async () => {
  const { ctx } = service
  const made = await service.integration()
  const { id } = await startRun(ctx, made.id, runInput.parse({}))
  const before = await held(id)
  await ctx.pool.query('delete from pgboss.job where id = $1', [before.id])
  assert.equal(await adopt(ctx, runKind), 1)
  assert.equal(await adopt(ctx, runKind), 0)
  assert.notEqual((await held(id)).id, before.id)
})

test('of one account two runs go on at a time, and what a person starts goes first', async () => {
  const { ctx, sandbox } = service
  await ctx.pool.query(
    "update sluice.runs set status = 'cancelled', ended_at = now() where status = 'queued'",
  )
  await ctx.pool.query('delete from pgboss.job')
  const made = []
  for (let i = 0; i < 5; i++) made.push(await service.integration())
  for (const { id } of made.slice(0, 4)) {
    await editIntegration(ctx, id, { schedule: { kind: 'every', minutes: 5 } })
  }
  later = 3_600_000
  await startDue(ctx)
  later = 0
  for (const { id } of made) await editIntegration(ctx, id, { schedule: { kind: 'manual' } })
  const person = await startRun(ctx, made[4]?.id ?? '', runInput.parse({}))
  sandbox.setFaults('hold@/v1/customers:times=2')
  const worker = await startWorker(ctx, { name: 'tester', concurrency: 4 })
  while (sandbox.held() < 2) await sleep(30)
  sandbox.setFaults('')
  let most = 2
  const ids = new Set(made.map(({ id }) => id))
  for (let open = 1; open > 0; ) {
    const { items } = await listRuns(ctx, runQuery.parse({ limit: 50 }))
    const ours = items.filter(({ integration_id }) => ids.has(integration_id))
    open = ours.filter(({ ended_at }) => ended_at === null).length
    most = Math.max(most, ours.filter(({ status }) => status === 'running').length)
    await sleep(30)
  }
  await worker.stop(5_000)
  assert.equal(most, 2)
  const { items } = await listRuns(ctx, runQuery.parse({ limit: 50 }))
  const started = items
    .filter(({ integration_id }) => ids.has(integration_id))
    .toSorted((a, b) => Date.parse(a.started_at ?? '') - Date.parse(b.started_at ?? ''))
  assert.ok(started.slice(0, 2).some(({ id }) => id === person.id))
  for (const { status } of started) assert.equal(status, 'succeeded')
})

test('ticks: intervals count from the creation with a jitter of the id; cron keeps its time zone over a change of the clocks', () => {
  const id = '6f8d2285-405b-44f2-a5bf-03d83a1c8fa2'
  const created = Date.UTC(2026, 0, 1)
  const every = { id, created, schedule: { kind: 'every', minutes: 60 } } as const
  const first = nextRun(every, created) ?? 0
  assert.ok(first >= created + 3_600_000 && first < created + 3_600_000 + 300_000)
  assert.equal(nextRun(every, first), first + 3_600_000)
  assert.equal(nextRun(every, first + 5 * 3_600_000 + 1), first + 6 * 3_600_000)
  const cron = {
    id,
    created,
    schedule: { kind: 'cron', expression: '0 3 * * *', time_zone: 'Europe/Berlin' },
  } as const
  const winter = nextRun(cron, Date.UTC(2026, 2, 27, 12)) ?? 0
  const summer = nextRun(cron, Date.UTC(2026, 2, 29, 12)) ?? 0
  const hour = (time: number) => new Date(time).getUTCHours()
  assert.deepEqual([hour(winter), hour(summer)], [2, 1])
  assert.ok(winter % 3_600_000 < 30_000)
  assert.equal(nextRun({ id, created, schedule: { kind: 'manual' } }, created), undefined)
})

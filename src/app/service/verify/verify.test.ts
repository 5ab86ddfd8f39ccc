/** Verifications in the service: what they find, what they mend, and who waits for whom. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import { Client } from 'pg'
import { newDatabase, stopDatabases } from '../../../../test/support/databases.ts'
import { type Service, sandboxKey, startService } from '../../../../test/support/service.ts'
import { verificationState } from '../../../store/verify-progress.ts'
import { startWorker } from '../../../worker/worker.ts'
import { createDestination } from '../destinations.ts'
import { takeDrop } from '../drops/drop-turn.ts'
import { ConflictError, FieldError, NotFoundError } from '../errors.ts'
import { integrationTables } from '../integration-tables.ts'
import { deleteIntegration, editIntegration, getIntegration, pauseIntegration } from '../integrations.ts'
import { metrics } from '../metrics.ts'
import { pageQuery } from '../resources/common.ts'
import type { Integration } from '../resources/integration.ts'
import { runInput } from '../resources/run.ts'
import {
  type VerificationDetail,
  verification,
  verificationDetail,
  verificationInput,
} from '../resources/verification.ts'
import { getRun, startRun } from '../runs/runs.ts'
import { takeTurn } from '../runs/turn.ts'
import { adopt } from '../turns/adopt.ts'
import { startDueVerifications } from './due.ts'
import { followVerification } from './follow.ts'
import { verifyKind } from './kind.ts'
import { takeVerificationTurn } from './turn.ts'
import { cancelVerification, getVerification, listVerifications, startVerification } from './verifications.ts'

let service: Service
before(async () => {
  service = await startService()
  Object.assign(service.ctx.timing, { settle: 50 })
})
after(async () => {
  await service[Symbol.asyncDispose]()
  await stopDatabases()
})

const never = new AbortController().signal
const nowhere = '00000000-0000-4000-8000-000000000000'

async function jobOf(table: 'runs' | 'verify_runs', id: string) {
  const { rows } = await service.ctx.pool.query<{ id: string }>(
    `select job_id as id from sluice.${table} where id = $1`,
    [id],
  )
  return { id: rows[0]?.id ?? assert.fail('no job'), run: id, verification: id, retries: 0 }
}

const turn = async (id: string, worker = 'tester', stop = never) =>
  takeVerificationTurn(service.ctx, await jobOf('verify_runs', id), { worker, stop })

const runTurn = async (id: string) =>
  takeTurn(service.ctx, await jobOf('runs', id), { worker: 'tester', stop: never })

async function run(id: string) {
  const started = await startRun(service.ctx, id, runInput.parse({}))
  await runTurn(started.id)
  return (await getRun(service.ctx, started.id)).status
}

/** An integration whose data is there. */
async function loaded(input: Readonly<Record<string, unknown>> = {}): Promise<Integration> {
  const made = await service.integration(input)
  assert.equal(await run(made.id), 'succeeded')
  return made
}

async function found(id: string): Promise<VerificationDetail> {
  const one = await getVerification(service.ctx, id)
  assert.deepEqual(verificationDetail.parse(one), one)
  return one
}

const start = (id: string, input: Readonly<Record<string, unknown>> = {}) =>
  startVerification(service.ctx, id, verificationInput.parse(input))

async function verified(id: string, input: Readonly<Record<string, unknown>> = {}) {
  const started = await start(id, input)
  await turn(started.id)
  return found(started.id)
}

/** As long as the verification, or the run, is not yet so. */
async function until(is: () => Promise<boolean>): Promise<void> {
  while (!(await is())) await sleep(20)
}

/** As long as nobody waits for an answer that is held. */
const held = () => until(async () => service.sandbox.held() > 0)

const conflict = (why: RegExp) => (error: unknown) =>
  error instanceof ConflictError && why.test(error.message)

async function behindItsBack(name: string, sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(`${service.folder}/${name}.duckdb`)
  const connection = await instance.connect()
  await connection.run(sql)
  connection.closeSync()
  instance.closeSync()
}

const forge = (name: string) => {
  const products = `${name}.${name}.products`
  return behindItsBack(
    name,
    `update ${products} set name = 'forged' where id = (select min(id) from ${products})`,
  )
}

// First, while nothing that other tests have left stands in the line.
test('its worker is killed: the next one goes on where it was, with what it had found', async () => {
  const { ctx, sandbox } = service
  const shop = await loaded()
  await behindItsBack(
    shop.name,
    `update ${shop.name}.${shop.name}.customers set name = 'forged' where id = (select min(id) from ${shop.name}.${shop.name}.customers)`,
  )
  sandbox.setFaults('hold@/v1/products:times=1')
  const node = process.execArgv.filter((word) => !word.startsWith('--test'))
  const worker = spawn(
    process.execPath,
    [...node, 'test/support/worker-process.ts', service.databaseUrl, service.folder],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const dead = once(worker, 'exit')
  const { id } = await start(shop.id)
  await until(async () => (await verificationState(ctx.pool, id)) !== null)
  worker.kill('SIGKILL')
  await dead
  sandbox.setFaults('')
  const before = sandbox.stats().endpoints['/v1/customers']?.requests
  const { attempt, requests } = await found(id)
  assert.equal(attempt, 1)
  await turn(id, 'heir')
  const done = await found(id)
  assert.equal(sandbox.stats().endpoints['/v1/customers']?.requests, before, 'they were listed before')
  assert.deepEqual([done.status, done.attempt, done.worker], ['different', 2, 'heir'])
  assert.ok(done.requests > requests)
  const world = sandbox.account.store.world
  assert.deepEqual(
    done.report?.tables.map(({ stream, stale, rows }) => [stream, stale.count, rows.source]),
    [
      ['customers', 1, world.count('customers')],
      ['products', 0, world.count('products')],
    ],
  )
  assert.equal(await verificationState(ctx.pool, id), null, 'it is kept no longer than it is needed')
})

test('equal; a row that was changed in the warehouse is named; a repair mends it', async () => {
  const { ctx } = service
  const shop = await loaded()
  const worker = await startWorker(ctx, { name: 'tester', concurrency: 1 })
  const byWorker = async (input: Readonly<Record<string, unknown>> = {}) => {
    const { id } = await start(shop.id, input)
    await until(async () => (await found(id)).ended_at !== null)
    return found(id)
  }
  try {
    const equal = await byWorker()
    assert.deepEqual([equal.status, equal.error, equal.attempt, equal.worker], ['equal', null, 1, 'tester'])
    const tables = equal.report?.tables ?? []
    assert.deepEqual(
      tables.map(({ stream, status }) => [stream, status]),
      [
        ['customers', 'equal'],
        ['products', 'equal'],
      ],
    )
    for (const { rows } of tables) assert.ok(rows.source > 0 && rows.source === rows.warehouse)
    assert.ok(equal.requests > 0 && equal.requests === equal.report?.requests)

    await forge(shop.name)
    const wrong = await byWorker()
    assert.deepEqual([wrong.status, wrong.found?.stale, wrong.found?.tables], ['different', 1, 2])
    const [, products] = wrong.report?.tables ?? []
    assert.equal(products?.status, 'different')
    const [id] = products?.stale.ids ?? []
    assert.match(id ?? '', /^prod_/)
    assert.equal((await service.differences(shop, ['products'])).length, 1, 'it only looked')
    const [first, second] = await integrationTables(ctx, shop.id)
    assert.deepEqual(
      [first, second].map((table) => table?.verified?.status),
      ['equal', 'different'],
    )
    assert.equal(second?.verified?.verification_id, wrong.id)

    const some = await byWorker({ tables: ['customers'] })
    assert.deepEqual(
      [some.status, some.tables_asked, some.report?.tables.map(({ stream }) => stream)],
      ['equal', ['customers'], ['customers']],
    )
    const after = await integrationTables(ctx, shop.id)
    assert.deepEqual(
      after.map((table) => table.verified?.verification_id),
      [some.id, wrong.id],
      'what it did not look at keeps what was said of it',
    )

    const repaired = await byWorker({ repair: true })
    assert.equal(repaired.status, 'equal')
    assert.deepEqual(
      repaired.report?.tables.map((one) => [one.repaired, one.stale.ids]),
      [
        [0, []],
        [1, [id]],
      ],
    )
    assert.deepEqual(await service.differences(shop, ['customers', 'products']), [])

    const little = await byWorker({ max_requests: 1 })
    assert.equal(little.status, 'incomplete')
    assert.ok((little.found?.tables_not_checked ?? 0) > 0)

    const { text } = await metrics(ctx)
    assert.match(text, new RegExp(`integration_verified_equal\\{integration="${shop.name}"\\} 0`))
    assert.match(text, new RegExp(`integration_verified_timestamp_seconds\\{integration="${shop.name}"\\} 1`))

    const { last_verification } = await getIntegration(ctx, shop.id)
    assert.deepEqual([last_verification?.id, last_verification?.status], [little.id, 'incomplete'])
    const list = await listVerifications(ctx, shop.id, pageQuery.parse({ limit: 2 }))
    assert.deepEqual(verification.array().parse(list.items), list.items)
    assert.deepEqual(
      list.items.map(({ id }) => id),
      [little.id, repaired.id],
    )
    const next = await listVerifications(ctx, shop.id, pageQuery.parse({ limit: 2, after: list.next }))
    assert.deepEqual(
      next.items.map(({ id }) => id),
      [some.id, wrong.id],
    )
  } finally {
    await worker.stop(5_000)
  }
})

test('a table within another one is compared along with that', async () => {
  const tables = ['customers', 'products', 'subscriptions', 'subscription_items'].map((name) => ({ name }))
  const shop = await loaded({ selection: { tables } })
  const { status, report } = await verified(shop.id, { tables: ['subscription_items'] })
  assert.equal(status, 'equal')
  assert.deepEqual(report?.tables.map((table) => table.stream).toSorted(), [
    'subscription_items',
    'subscriptions',
  ])
})

test('nothing is verified before it was loaded, nor twice at once, nor of what is gone', async () => {
  const { ctx } = service
  const fresh = await service.integration()
  await assert.rejects(start(fresh.id), conflict(/loaded nothing yet/))
  await assert.rejects(start(nowhere), NotFoundError)
  await assert.rejects(found(nowhere), NotFoundError)
  await assert.rejects(listVerifications(ctx, nowhere, pageQuery.parse({})), NotFoundError)
  await assert.rejects(cancelVerification(ctx, nowhere), NotFoundError)
  await assert.rejects(start(fresh.id, { tables: ['charges'] }), FieldError)
  const shop = await loaded()
  const first = await start(shop.id)
  await assert.rejects(start(shop.id), conflict(/queued or going on/))
  const job = await jobOf('verify_runs', first.id)
  await deleteIntegration(ctx, shop.id)
  assert.equal((await found(first.id)).status, 'cancelled')
  await takeVerificationTurn(ctx, job, { worker: 'late', stop: never })
  assert.deepEqual([(await found(first.id)).status, (await found(first.id)).attempt], ['cancelled', 0])
  assert.equal((await listVerifications(ctx, shop.id, pageQuery.parse({}))).items.length, 1)
})

test('what is paused can be verified', async () => {
  const shop = await loaded()
  await pauseIntegration(service.ctx, shop.id)
  assert.equal((await verified(shop.id)).status, 'equal')
})

test('a verification and a run of one integration wait for each other, whoever came first', async () => {
  const { ctx, sandbox } = service
  const shop = await loaded()
  const { id: open } = await startRun(ctx, shop.id, runInput.parse({ full_refresh: true }))
  const { id } = await start(shop.id)
  await turn(id)
  assert.deepEqual(
    [(await found(id)).status, (await found(id)).waits_for],
    ['queued', 'run'],
    'it came later',
  )
  sandbox.setFaults('hold@/v1/products:times=1')
  const going = runTurn(open)
  await held()
  assert.equal((await getRun(ctx, open)).status, 'running')
  await turn(id)
  assert.deepEqual([(await found(id)).waits_for, (await found(id)).attempt], ['run', 0])
  sandbox.setFaults('')
  await going
  assert.equal((await getRun(ctx, open)).status, 'succeeded')

  const { id: next } = await startRun(ctx, shop.id, runInput.parse({}))
  await runTurn(next)
  assert.equal((await getRun(ctx, next)).attempt, 0, 'the verification waited before it')
  sandbox.setFaults('hold@/v1/products:times=1')
  const verifying = turn(id)
  await held()
  const now = await found(id)
  assert.deepEqual([now.status, now.waits_for], ['running', null])
  await runTurn(next)
  const waiting = await getRun(ctx, next)
  assert.deepEqual([waiting.status, waiting.attempt], ['queued', 0])
  assert.ok(waiting.not_before)
  sandbox.setFaults('')
  await verifying
  assert.equal((await found(id)).status, 'equal')
  await runTurn(next)
  assert.equal((await getRun(ctx, next)).status, 'succeeded')
})

test('of one account one verification goes on at a time; what waits for it holds up no run', async () => {
  const { ctx, sandbox } = service
  const [one, other] = [await loaded(), await loaded()]
  const [first, second] = [await start(one.id), await start(other.id)]
  sandbox.setFaults('hold@/v1/products:times=1')
  const going = turn(first.id)
  await held()
  await turn(second.id)
  assert.deepEqual(
    [(await found(second.id)).status, (await found(second.id)).waits_for],
    ['queued', 'account'],
  )
  assert.equal(await run(other.id), 'succeeded')
  sandbox.setFaults('')
  await going
  await turn(second.id)
  assert.equal((await found(second.id)).status, 'equal')
  assert.equal((await getIntegration(ctx, other.id)).last_verification?.status, 'equal')
})

test('a worker that stops or dies leaves it to the next, from the start; one that kills all of them fails', async () => {
  const { ctx, sandbox, logged } = service
  const shop = await loaded()
  const { id } = await start(shop.id)
  sandbox.setFaults('hold@/v1/products:times=1')
  const stop = new AbortController()
  const stopped = turn(id, 'one', stop.signal)
  await until(async () => (await found(id)).requests > 0)
  await held()
  stop.abort()
  // It does not wait for the answer, which does not come.
  await stopped
  assert.deepEqual([(await found(id)).status, (await found(id)).progress], ['queued', []])

  sandbox.setFaults('hold@/v1/products:times=1')
  const zombie = turn(id, 'zombie')
  await held()
  await turn(id, 'heir')
  const ended = await found(id)
  assert.deepEqual([ended.status, ended.attempt, ended.worker], ['equal', 3, 'heir'])
  sandbox.setFaults('')
  await zombie
  assert.deepEqual(await found(id), ended)
  assert.ok(logged.some((line) => /verification .* another worker has taken it over/.test(line)))

  const again = await start(shop.id)
  await ctx.pool.query("update sluice.verify_runs set status = 'running', failures = 9 where id = $1", [
    again.id,
  ])
  await turn(again.id)
  const failed = await found(again.id)
  assert.deepEqual([failed.status, failed.report], ['failed', null])
  assert.match(failed.error?.message ?? '', /died 10 times in a row/)

  const spent = await start(shop.id, { max_requests: 10 })
  await ctx.pool.query('update sluice.verify_runs set requests = 10 where id = $1', [spent.id])
  await turn(spent.id)
  assert.match((await found(spent.id)).error?.message ?? '', /the 10 requests .* cut off/)
})

test('it is cancelled while it waits, and while it goes on, and told as it goes', async () => {
  const { ctx, sandbox } = service
  const shop = await loaded()
  const waiting = await start(shop.id)
  assert.equal((await cancelVerification(ctx, waiting.id)).status, 'cancelled')
  const { id } = await start(shop.id)
  const told: (string | null)[] = []
  const following = (async () => {
    for await (const event of followVerification(ctx, id, never)) {
      told.push(event.kind === 'end' ? 'end' : event.verification.status)
    }
  })()
  sandbox.setFaults('hold@/v1/products:times=1')
  const going = turn(id)
  await until(async () => (await found(id)).progress.some(({ requests }) => requests > 0))
  assert.deepEqual(
    (await found(id)).progress.map(({ stream, table }) => [stream, table]),
    [
      ['customers', `${shop.name}.customers`],
      ['products', `${shop.name}.products`],
    ],
  )
  assert.ok((await cancelVerification(ctx, id)).cancel_requested_at)
  await going
  sandbox.setFaults('')
  const cancelled = await found(id)
  assert.deepEqual([cancelled.status, cancelled.report, cancelled.error], ['cancelled', null, null])
  assert.deepEqual(await cancelVerification(ctx, id), cancelled, 'what has ended stays as it is')
  await following
  assert.equal(told.at(-1), 'end')
})

test('tables of an integration that was deleted are dropped when its verification has ended', async () => {
  const { ctx, sandbox } = service
  const shop = await loaded()
  const { id } = await start(shop.id, { repair: true })
  sandbox.setFaults('hold@/v1/products:times=1')
  // It does not see that it is to end before it comes to its end: there is time to ask for the drop.
  const unaware = { ...ctx, timing: { ...ctx.timing, flush: 60_000 } }
  const going = takeVerificationTurn(unaware, await jobOf('verify_runs', id), {
    worker: 'tester',
    stop: never,
  })
  await held()
  await deleteIntegration(ctx, shop.id, { drop_tables: true })
  const drop = async () => {
    const { rows } = await ctx.pool.query('select job_id as id from sluice.drops where integration_id = $1', [
      shop.id,
    ])
    await takeDrop(ctx, { id: rows[0].id, drop: shop.id, retries: 0 }, { worker: 'tester', stop: never })
    return (await getIntegration(ctx, shop.id)).drop
  }
  const early = await drop()
  assert.deepEqual([early?.status, (await found(id)).status], ['queued', 'running'])
  sandbox.setFaults('')
  await going
  assert.ok((await found(id)).ended_at !== null)
  assert.deepEqual((await drop())?.tables, ['customers', 'products'])
})

test('a schedule starts it, once however many ticks were missed, and not while it is paused', async () => {
  const { ctx } = service
  const shop = await loaded()
  assert.deepEqual([shop.verify.schedule.kind, shop.next_verify_at], ['manual', null])
  const weekly = { schedule: { kind: 'every', minutes: 7 * 24 * 60 }, max_requests: 500 } as const
  const { next_verify_at: next, revision } = await editIntegration(ctx, shop.id, { verify: weekly })
  const day = 86_400_000
  const away = Date.parse(next ?? '') - Date.now()
  assert.ok(away > 6 * day && away < 8 * day, next ?? 'never')
  assert.equal(await startDueVerifications(ctx), 0)
  const miss = () =>
    ctx.pool.query(
      "update sluice.integrations set next_verify_at = now() - interval '20 days' where id = $1",
      [shop.id],
    )
  await miss()
  const due = await Promise.all([1, 2, 3].map(() => startDueVerifications(ctx)))
  assert.equal(
    due.reduce((sum, count) => sum + count, 0),
    1,
  )
  const all = async () => (await listVerifications(ctx, shop.id, pageQuery.parse({}))).items
  const [one] = await all()
  assert.deepEqual(
    [one?.trigger, one?.repair, one?.max_requests, one?.tables_asked, one?.status],
    ['schedule', false, 500, null, 'queued'],
  )
  const later = await getIntegration(ctx, shop.id)
  assert.ok(Date.parse(later.next_verify_at ?? '') > Date.now())
  assert.equal(later.revision, revision, 'nobody has edited it')
  await miss()
  assert.equal(await startDueVerifications(ctx), 1)
  assert.equal((await all()).length, 1, 'that one is open still')
  await turn(one?.id ?? '')
  assert.equal((await found(one?.id ?? '')).status, 'equal')
  await miss()
  await pauseIntegration(ctx, shop.id)
  assert.equal(await startDueVerifications(ctx), 0)
  const cron = { kind: 'cron', expression: '* * * * *', time_zone: 'Europe/Berlin' } as const
  await assert.rejects(
    editIntegration(ctx, shop.id, { verify: { ...weekly, schedule: cron } }),
    (error: unknown) => error instanceof FieldError && error.field === 'verify.schedule',
  )
  const never = { schedule: { kind: 'manual' }, max_requests: null } as const
  assert.equal((await editIntegration(ctx, shop.id, { verify: never })).next_verify_at, null)
})

test('what is in no queue, as after a restore, is queued anew', async () => {
  const shop = await loaded()
  const { id } = await start(shop.id)
  const before = await jobOf('verify_runs', id)
  await service.ctx.pool.query('delete from pgboss.job where id = $1', [before.id])
  assert.equal(await adopt(service.ctx, verifyKind), 1)
  assert.equal(await adopt(service.ctx, verifyKind), 0)
  assert.notEqual((await jobOf('verify_runs', id)).id, before.id)
  await turn(id)
  assert.equal((await found(id)).status, 'equal')
})

test('neither keys nor passwords are in what a verification says', async () => {
  const { ctx, logged } = service
  const password = 'hunter2-of-the-warehouse'
  const address = new URL(await newDatabase())
  const owner = new Client({ connectionString: String(address) })
  await owner.connect()
  await owner.query(`create role keeper login password '${password}'`)
  await owner.query(`grant all on database ${address.pathname.slice(1)} to keeper`)
  Object.assign(address, { username: 'keeper', password })
  const destination = await createDestination(ctx, { name: 'postgres', address: String(address) })
  const shop = await loaded({ destination_id: destination.id })
  assert.equal((await verified(shop.id)).status, 'equal')

  await owner.query(`drop schema ${shop.name} cascade`)
  const emptied = await verified(shop.id)
  assert.equal(emptied.status, 'failed')
  assert.match(emptied.error?.message ?? '', /nothing was replicated as .* into postgres:/)
  await owner.query('alter role keeper nologin')
  await owner.end()
  const refused = await verified(shop.id)
  assert.match(`${refused.status} ${refused.error?.message}`, /keeper/)

  const { rows } = await ctx.pool.query('select * from sluice.verify_runs where integration_id = $1', [
    shop.id,
  ])
  assert.equal(rows.length, 3)
  const told = JSON.stringify([rows, await listVerifications(ctx, shop.id, pageQuery.parse({})), logged])
  assert.ok(told.includes(shop.id))
  assert.ok(!told.includes(password) && !told.includes(sandboxKey))
})

/** What is kept for a time goes after it, and what is to stay stays. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { stopDatabases } from '../../../test/support/databases.ts'
import { type Service, startService } from '../../../test/support/service.ts'
import { takeKey } from './people/idempotency.ts'
import { forgetOld, readRetention, setRetention } from './retention.ts'

let service: Service
before(async () => {
  service = await startService()
})
after(async () => {
  await service[Symbol.asyncDispose]()
  await stopDatabases()
})

const ask = async (sql: string, values: readonly unknown[] = []) =>
  (await service.ctx.pool.query<unknown[]>({ text: sql, values: [...values], rowMode: 'array' })).rows

/** A run that was queued and ended so many days ago, with a table and a line of its log. */
async function aged(integration: string, status: string, days: number): Promise<string> {
  const [[id] = []] = await ask(
    `insert into sluice.runs (id, integration_id, status, trigger, queued_at, ended_at)
     values (gen_random_uuid(), $1, $2, 'schedule', now() - make_interval(days => $3),
       case when $2 <> 'running' then now() - make_interval(days => $3) end)
     returning id`,
    [integration, status, days],
  )
  await ask(
    `insert into sluice.table_runs (run_id, stream, table_name, status) values ($1, 'a', 'a', 'ok')`,
    [id],
  )
  await ask(
    `insert into sluice.run_logs (run_id, attempt, at, level, message)
     values ($1, 1, now() - make_interval(days => $2), 'info', 'said')`,
    [id, days],
  )
  return String(id)
}

const runsOf = async (integration: string) =>
  (await ask('select id from sluice.runs where integration_id = $1 order by queued_at', [integration])).flat()

test('runs are kept for 400 days and their logs for 30; the last one and the last that went well always', async () => {
  const { ctx } = service
  const [failing, quiet, busy] = [
    await service.integration(),
    await service.integration(),
    await service.integration(),
  ]
  await aged(failing.id, 'succeeded', 600)
  const well = await aged(failing.id, 'succeeded', 500)
  await aged(failing.id, 'failed', 450)
  const last = await aged(failing.id, 'failed', 410)
  const only = await aged(quiet.id, 'cancelled', 900)
  await aged(busy.id, 'succeeded', 401)
  const fresh = [await aged(busy.id, 'partial', 399), await aged(busy.id, 'succeeded', 29)]
  const open = await aged(busy.id, 'running', 402)
  assert.deepEqual(await readRetention(ctx), { log_days: 30, run_days: 400 })
  // Any number of processes at once.
  await Promise.all([forgetOld(ctx), forgetOld(ctx), forgetOld(ctx)])
  while (await forgetOld(ctx));
  assert.deepEqual(await runsOf(failing.id), [well, last])
  assert.deepEqual(await runsOf(quiet.id), [only])
  assert.deepEqual(await runsOf(busy.id), [open, ...fresh])
  assert.deepEqual(await ask('select run_id from sluice.run_logs'), [[fresh[1]]])
  assert.deepEqual(await ask('select count(*) from sluice.table_runs'), [[6]])
})

test('verifications go with the runs, but for the last, and for what is the last word on a table', async () => {
  const { id } = await service.integration()
  const verified = async (days: number) => {
    const [[one] = []] = await ask(
      `insert into sluice.verify_runs (id, integration_id, status, trigger, repair, queued_at, ended_at)
       values (gen_random_uuid(), $1, 'equal', 'person', false, now() - make_interval(days => $2),
         now() - make_interval(days => $2))
       returning id`,
      [id, days],
    )
    return one
  }
  await verified(600)
  const ofTable = await verified(500)
  await ask(
    `insert into sluice.tables (integration_id, stream, table_name, verify_id, verify_status, verified_at)
     values ($1, 'a', 'a', $2, 'equal', now())`,
    [id, ofTable],
  )
  await verified(450)
  const last = await verified(410)
  while (await forgetOld(service.ctx));
  assert.deepEqual(
    (
      await ask('select id from sluice.verify_runs where integration_id = $1 order by queued_at', [id])
    ).flat(),
    [ofTable, last],
  )
})

test('many go in parts, and another time is kept from then on', async () => {
  const { ctx } = service
  const { id } = await service.integration()
  await ask(
    `insert into sluice.runs (id, integration_id, status, trigger, queued_at, ended_at)
     select gen_random_uuid(), $1, 'succeeded', 'schedule', at, at
     from (select now() - make_interval(days => 10, secs => n) as at from generate_series(1, 250) n) n`,
    [id],
  )
  assert.equal(await forgetOld(ctx), false)
  assert.equal((await runsOf(id)).length, 250)
  assert.deepEqual(await setRetention(ctx, { log_days: 5, run_days: 7 }), { log_days: 5, run_days: 7 })
  let parts = 1
  while (await forgetOld(ctx)) parts++
  assert.deepEqual([(await runsOf(id)).length, parts], [1, 3])
})

test('keys of creates are for a day, and what has expired is not kept', async () => {
  const { ctx } = service
  const [[user] = []] = await ask(
    `insert into sluice.users (id, name, email) values (gen_random_uuid(), 'Ada', 'ada@example.com') returning id`,
  )
  const request = { user: String(user), key: 'once', fingerprint: Buffer.from('a') }
  assert.equal(await takeKey(ctx, request), undefined)
  assert.ok(await takeKey(ctx, request), 'it is taken')
  await ask(`update sluice.idempotency_keys set created_at = now() - interval '25 hours'`)
  assert.equal(await takeKey(ctx, request), undefined, 'it may be used again, whoever comes first')
  await ask(`update sluice.idempotency_keys set created_at = now() - interval '25 hours'`)
  await ask(
    `insert into sluice.sessions (id, user_id, token, expires_at) values
       (gen_random_uuid(), $1, 'over', now() - interval '1 second'), (gen_random_uuid(), $1, 'good', now() + interval '1 day')`,
    [user],
  )
  await ask(`insert into sluice.attempts (key, count, until) values ('a', 1, now() - interval '1 second')`)
  await forgetOld(ctx)
  assert.deepEqual(await ask('select count(*) from sluice.idempotency_keys'), [[0]])
  assert.deepEqual(await ask('select token from sluice.sessions'), [['good']])
  assert.deepEqual(await ask('select count(*) from sluice.attempts'), [[0]])
})

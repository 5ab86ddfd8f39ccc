import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { stopDatabases } from '../../../../test/support/databases.ts'
import { type MailServer, startMailServer } from '../../../../test/support/mail-server.ts'
import { type Receiver, startReceiver } from '../../../../test/support/receiver.ts'
import { type Service, sandboxKey, startService } from '../../../../test/support/service.ts'
import { startWorker } from '../../../worker/worker.ts'
import { FieldError, NotFoundError } from '../errors.ts'
import { editIntegration, pauseIntegration } from '../integrations.ts'
import { openMailer } from '../people/mail.ts'
import { channel, channelInput, delivery, ruleInput } from '../resources/alert.ts'
import { pageQuery } from '../resources/common.ts'
import type { Integration } from '../resources/integration.ts'
import { runInput } from '../resources/run.ts'
import { getRun, startRun } from '../runs/runs.ts'
import { checkSignature } from '../signature.ts'
import { createChannel, deleteChannel, editChannel, listChannels, testChannel } from './channels.ts'
import type { AlertContext } from './context.ts'
import { deliver } from './deliver.ts'
import { raiseForAge, raiseForEnds } from './raise.ts'
import { createRule, deleteRule, editRule, listDeliveries, listRules } from './rules.ts'

let now = Date.now()
let frozen = true
let service: Service
let receiver: Receiver
let mail: MailServer
let ctx: AlertContext
let shop: Integration

before(async () => {
  service = await startService({ clock: () => (frozen ? now : Date.now()) })
  receiver = await startReceiver()
  mail = await startMailServer()
  ctx = {
    service: service.ctx,
    mailer: openMailer({ smtpUrl: mail.url, from: 'sluice@example.com' }),
    url: () => 'https://sluice.example.com/',
  }
  shop = await service.integration()
  await service.ctx.queue.deliver((id) => deliver(ctx, id))
})
beforeEach(async () => {
  for (const { id } of await listChannels(ctx)) await deleteChannel(ctx, id)
  receiver.posted.length = 0
  receiver.answer(200)
  await raiseForEnds(service.ctx)
})
after(async () => {
  await service.ctx.queue.stopWork()
  await receiver[Symbol.asyncDispose]()
  await mail[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
  await stopDatabases()
})

const hook = (kind: 'slack' | 'webhook' = 'webhook') =>
  createChannel(ctx, channelInput.parse({ kind, name: `to ${kind}`, url: receiver.url }))
const told = (rule: Readonly<Record<string, unknown>>) => createRule(ctx, ruleInput.parse(rule))

interface Table {
  readonly stream: string
  readonly status: string
  readonly reason?: string
  readonly before?: boolean
  readonly drift?: readonly unknown[]
}

/** A run as a worker leaves it when it has ended. */
async function ended(
  status: string,
  more: { error?: string; cure?: string; incidents?: readonly unknown[]; tables?: readonly Table[] } = {},
): Promise<string> {
  const { pool, newId } = service.ctx
  const id = newId()
  now += 1000
  await pool.query(
    `insert into sluice.runs (id, integration_id, status, trigger, queued_at, started_at, ended_at, error, cure, incidents)
     values ($1, $2, $3, 'schedule', $4, $4, $4, $5, $6, $7)`,
    [
      id,
      shop.id,
      status,
      new Date(now),
      more.error ?? null,
      more.cure ?? null,
      JSON.stringify(more.incidents ?? []),
    ],
  )
  for (const { stream, status: one, reason, before: was, drift } of more.tables ?? []) {
    await pool.query(
      `insert into sluice.table_runs (run_id, stream, table_name, status, reason, last_run_before, drift)
       values ($1, $2, $2, $3, $4, $5, $6)`,
      [id, stream, one, reason ?? null, was ? new Date(now) : null, JSON.stringify(drift ?? [])],
    )
  }
  return id
}

/** Looks, and waits until so many messages have come in all. */
async function arrived(count: number): Promise<readonly Record<string, unknown>[]> {
  await raiseForEnds(service.ctx)
  const deadline = Date.now() + 60_000
  while (receiver.posted.length < count && Date.now() < deadline) await sleep(20)
  assert.equal(receiver.posted.length, count, JSON.stringify(receiver.posted))
  return receiver.posted.map(({ body }) => JSON.parse(body) as Record<string, unknown>)
}

const titles = (messages: readonly Record<string, unknown>[]) =>
  messages.map(({ event, state, title }) => `${event} ${state}: ${title}`)

test('channels are made, shown without their secrets, and deleted with them', async () => {
  const made = await hook()
  assert.match(made.signing_secret ?? '', /^whsec_/)
  await assert.rejects(hook(), (error: unknown) => error instanceof FieldError && error.field === 'name')
  const mailed = await createChannel(
    ctx,
    channelInput.parse({ kind: 'email', name: 'ops', to: ['ops@example.com'] }),
  )
  assert.equal(mailed.signing_secret, null)
  const listed = await listChannels(ctx)
  for (const one of listed) assert.deepEqual(channel.parse(one), one)
  assert.doesNotMatch(JSON.stringify(listed), /secretpath|whsec/)
  await assert.rejects(
    createChannel(
      { ...ctx, mailer: undefined },
      channelInput.parse({ kind: 'email', name: 'x', to: ['a@b.de'] }),
    ),
    (error: unknown) => error instanceof FieldError && /no e-mail/.test(error.message),
  )
  assert.ok(!channelInput.safeParse({ kind: 'slack', name: 'x', url: 'file:///etc/passwd' }).success)
  assert.ok(!ruleInput.safeParse({ channel_id: made.id, events: ['stale'] }).success)
  await assert.rejects(
    told({ channel_id: service.ctx.newId(), events: ['incident'] }),
    (error: unknown) => error instanceof FieldError && error.field === 'channel_id',
  )
  const rule = await told({ channel_id: made.id, events: ['incident'] })
  assert.deepEqual(
    (await listRules(ctx)).map(({ id }) => id),
    [rule.id],
  )
  await deleteRule(ctx, rule.id)
  await assert.rejects(deleteRule(ctx, rule.id), NotFoundError)
  const secrets = async () =>
    (await service.ctx.pool.query<{ n: number }>('select count(*) as n from sluice.secrets')).rows[0]?.n ?? 0
  const before = await secrets()
  await deleteChannel(ctx, made.id)
  assert.equal(await secrets(), before - 1)
})

test('a failed run is told once while it lasts, and once when it is over', async () => {
  const { id, signing_secret } = await hook()
  await told({ channel_id: id, events: ['run_failed'] })
  const error = 'Key (email)=(jane@customer.com) is refused by postgres://me:hunter2@db/shop'
  const run = await ended('failed', { error, cure: 'see the warehouse' })
  const [first] = await arrived(1)
  assert.deepEqual(
    { ...first, id: '', at: '' },
    {
      id: '',
      at: '',
      event: 'run_failed',
      state: 'began',
      integration: { id: shop.id, name: shop.name },
      run_id: run,
      verification_id: null,
      title: `A run of ${shop.name} failed`,
      details: ['Key (email)=(…) is refused by postgres://me:…@db/shop', 'see the warehouse'],
      link: `https://sluice.example.com/runs/${run}`,
    },
  )
  const [posted] = receiver.posted
  const header = posted?.headers['sluice-signature'] as string
  assert.equal(checkSignature(signing_secret ?? '', posted?.body ?? '', header, now), 'good')
  await ended('failed', { error })
  await ended('cancelled')
  await arrived(1)
  await ended('succeeded')
  assert.match(titles(await arrived(2))[1] ?? '', /run_failed ended: Runs of shop1 succeed again/)
  await ended('succeeded')
  await arrived(2)
  await ended('failed', { error })
  await arrived(3)
})

test('two that look at the same moment tell it once', async () => {
  const { id } = await hook()
  await told({ channel_id: id, events: ['run_failed'] })
  await ended('failed', { error: 'x' })
  await Promise.all([1, 2, 3, 4].map(() => raiseForEnds(service.ctx)))
  await arrived(1)
  await ended('succeeded')
  await arrived(2)
})

test('tables that a verification finds different are told until one finds them equal; so is one that fails', async () => {
  const { id } = await hook()
  await told({ channel_id: id, events: ['verification_failed'] })
  /** As a worker leaves it when it has ended; each table with its status and its missing rows. */
  const verified = async (status: string, tables: Readonly<Record<string, readonly [string, number]>>) => {
    const { pool, newId } = service.ctx
    const none = { count: 0, ids: [] }
    const report = {
      tables: Object.entries(tables).map(([stream, [one, count]]) => ({
        ...{ stream, status: one, missing: { count, ids: ['cus_1'] }, extra: none, stale: none },
      })),
    }
    const one = newId()
    now += 1000
    await pool.query(
      `insert into sluice.verify_runs (id, integration_id, status, trigger, repair, queued_at, ended_at, report, error)
       values ($1, $2, $3, 'schedule', false, $4, $4, $5, $6)`,
      [
        one,
        shop.id,
        status,
        new Date(now),
        status === 'failed' ? null : JSON.stringify(report),
        status === 'failed' ? 'sk_live_thisIsAKeyOfSomebody was revoked' : null,
      ],
    )
    return one
  }
  const first = await verified('different', { customers: ['different', 3], products: ['equal', 0] })
  const [began] = await arrived(1)
  assert.deepEqual(
    [began?.title, began?.details, began?.verification_id, began?.run_id, began?.link],
    [
      `${shop.name} is not as Stripe: customers`,
      ['customers: 3 missing'],
      first,
      null,
      `https://sluice.example.com/verifications/${first}`,
    ],
  )
  await verified('different', { customers: ['different', 2] })
  await verified('incomplete', { customers: ['not_checked', 0] })
  await verified('equal', { products: ['equal', 0] })
  await arrived(1)
  await verified('equal', { customers: ['moved', 0] })
  assert.equal((await arrived(2))[1]?.title, `${shop.name} is as Stripe again: customers`)
  await verified('failed', {})
  const failed = (await arrived(3))[2]
  assert.equal(failed?.title, `A verification of ${shop.name} failed`)
  assert.doesNotMatch(JSON.stringify(failed), /thisIsAKey/)
  await verified('cancelled', {})
  await arrived(3)
  await verified('equal', { customers: ['equal', 0] })
  assert.match(
    titles(await arrived(4))[3] ?? '',
    /verification_failed ended: A verification .* came to its end again/,
  )
})

test('tables that cannot be read are told together, each until it can', async () => {
  const { id } = await hook()
  await told({ channel_id: id, integration_id: shop.id, events: ['table_unreadable'] })
  const wrong = { status: 'no_permission', reason: 'the key lacks rak_customer_read' }
  await ended('partial', {
    tables: [
      { stream: 'customers', ...wrong },
      { stream: 'invoices', status: 'failed', reason: 'broken' },
      { stream: 'terminal_readers', status: 'unavailable' },
      { stream: 'products', status: 'ok' },
    ],
  })
  const [first] = await arrived(1)
  assert.equal(first?.title, 'customers, invoices of shop1 cannot be read')
  assert.deepEqual(first?.details, ['customers: the key lacks rak_customer_read', 'invoices: broken'])
  await ended('partial', {
    tables: [
      { stream: 'customers', ...wrong },
      { stream: 'invoices', status: 'ok' },
      { stream: 'products', status: 'unavailable', before: true },
    ],
  })
  assert.deepEqual(
    titles(await arrived(3))
      .slice(1)
      .sort(),
    [
      'table_unreadable began: products of shop1 cannot be read',
      'table_unreadable ended: invoices of shop1 can be read again',
    ],
  )
  // The run's own failure is not that of its tables.
  await ended('failed', { error: 'no', tables: [{ stream: 'invoices', status: 'failed', reason: 'no' }] })
  await arrived(3)
})

test('gaps and unknown fields are told; a field only the first time', async () => {
  const { id } = await hook()
  await told({ channel_id: id, events: ['incident', 'schema_changed'] })
  const drift = [{ field: 'shiny', kind: 'unknown', type: 'text', rows: 3 }]
  const tables = [{ stream: 'customers', status: 'ok', drift }]
  const incidents = [
    { stream: 'customers', kind: 'gap', message: 'events are gone, listed again' },
    { stream: 'customers', kind: 'selection', message: 'a field was added' },
  ]
  await ended('succeeded', { tables, incidents })
  const messages = await arrived(2)
  assert.deepEqual(titles(messages).sort(), [
    'incident happened: shop1: changes were missed, and read again',
    'schema_changed happened: shop1: what Stripe sends has changed',
  ])
  assert.deepEqual(messages.find(({ event }) => event === 'incident')?.details, [
    'customers: gap: events are gone, listed again',
  ])
  await ended('succeeded', { tables })
  await arrived(2)
})

test('tables that are too old are told, until they are fresh, or the integration is paused', async () => {
  const { id } = await hook()
  await told({ channel_id: id, events: ['stale'], hours: 6 })
  const loaded = (at: number) =>
    service.ctx.pool.query(
      `insert into sluice.tables (integration_id, stream, table_name, last_run) values ($1, 'customers', 'c', $2)
       on conflict (integration_id, stream) do update set last_run = excluded.last_run`,
      [shop.id, new Date(at)],
    )
  const look = async (count: number) => {
    await raiseForAge(service.ctx)
    return arrived(count)
  }
  await loaded(now - 5 * 3_600_000)
  await look(0)
  now += 2 * 3_600_000
  assert.deepEqual(titles(await look(1)), ['stale began: shop1 is older than 6 hours'])
  await look(1)
  await loaded(now)
  assert.deepEqual(titles(await look(2)).slice(1), ['stale ended: shop1 is fresh again'])
  now += 7 * 3_600_000
  await look(3)
  await pauseIntegration(service.ctx, shop.id)
  await look(3)
  const { rows } = await service.ctx.pool.query("select 1 from sluice.alert_states where event = 'stale'")
  assert.deepEqual(rows, [])
})

test('Slack gets its own words, and mail goes out', async () => {
  const slack = await hook('slack')
  const ops = await createChannel(
    ctx,
    channelInput.parse({ kind: 'email', name: 'ops', to: ['ops@example.com'] }),
  )
  for (const { id } of [slack, ops]) await told({ channel_id: id, events: ['run_failed'] })
  const letters = mail.letters.length
  const run = await ended('failed', { error: 'a < b & <!channel>' })
  const [message] = await arrived(1)
  assert.equal(
    message?.text,
    `*A run of shop1 failed*\n• a &lt; b &amp; &lt;!channel&gt;\n<https://sluice.example.com/runs/${run}|Open in Sluice>`,
  )
  while (mail.letters.length === letters) await sleep(20)
  const letter = mail.letters.at(-1) ?? ''
  assert.match(letter, /^Subject: Sluice: A run of shop1 failed$/m)
  assert.match(letter, /^To: ops@example\.com$/m)
  assert.ok(letter.includes(`https://sluice.example.com/runs/${run}`), letter)
})

test('what is not taken is tried again, and says why; a test says it at once', async () => {
  const { id } = await hook()
  await told({ channel_id: id, events: ['run_failed'] })
  receiver.answer(302)
  await ended('failed', { error: 'x' })
  await raiseForEnds(service.ctx)
  const newest = async () => (await listDeliveries(ctx, pageQuery.parse({ limit: 1 }))).items[0]
  while ((await newest())?.tries === 0) await sleep(20)
  const waiting = await newest()
  assert.deepEqual(delivery.parse(waiting), waiting)
  assert.equal(waiting?.status, 'queued')
  assert.match(waiting?.error ?? '', /^127\.0\.0\.1:\d+ answered with status 302$/)
  const tried = await testChannel(ctx, id)
  assert.deepEqual([tried.ok, /302/.test(tried.trouble?.message ?? '')], [false, true])
  receiver.answer(200)
  await arrived(1)
  while ((await newest())?.status !== 'sent') await sleep(20)
  assert.deepEqual(await testChannel(ctx, id), { ok: true, trouble: null })
  assert.match(titles(await arrived(2))[1] ?? '', /^test happened/)
  assert.doesNotMatch(service.logged.join('\n'), /secretpath/)
})

test('a worker tells of the runs that it does: one that fails, one that succeeds, and columns that were added', async () => {
  frozen = false
  const { id } = await hook('slack')
  const key = 'rk_test_thisOneIsRevokedBeforeLong0123456789'
  const source = { kind: 'key', api_key: sandboxKey, api_base: service.sandbox.url } as const
  const made = await service.integration({
    source: { ...source, api_key: key },
    selection: { tables: [{ name: 'products', fields: ['name'] }] },
  })
  await told({ channel_id: id, integration_id: made.id, events: ['run_failed', 'schema_changed'] })
  await service.ctx.queue.stopWork()
  const worker = await startWorker(service.ctx, { name: 'tester', concurrency: 1, alerts: ctx })
  const run = async () => {
    const { id: run } = await startRun(service.ctx, made.id, runInput.parse({}))
    while ((await getRun(service.ctx, run)).ended_at === null) await sleep(20)
    return getRun(service.ctx, run)
  }
  try {
    service.sandbox.revokeKey(key)
    assert.equal((await run()).status, 'failed')
    assert.match(String((await arrived(1))[0]?.text), /^\*A run of shop2 failed\*/)
    await editIntegration(service.ctx, made.id, { source })
    assert.equal((await run()).status, 'succeeded')
    await arrived(2)
    await editIntegration(service.ctx, made.id, {
      selection: {
        ...made.selection,
        tables: made.selection.tables.map((table) => ({ ...table, fields: ['name', 'active'] })),
      },
    })
    assert.equal((await run()).status, 'succeeded')
    assert.match(String((await arrived(3))[2]?.text), /products: new in the warehouse: active/)
  } finally {
    await worker.stop(5_000)
  }
})

test('channels and rules are changed: what is absent stays, and nothing that lasts is told twice', async () => {
  for (const { id } of await listChannels(ctx)) await deleteChannel(ctx, id)
  const made = await hook()
  const other = await hook('slack')
  const rule = await told({ channel_id: made.id, events: ['run_failed', 'stale'], hours: 3 })
  const renamed = await editChannel(ctx, made.id, { name: 'renamed' })
  assert.deepEqual([renamed.name, renamed.address], ['renamed', made.address])
  const moved = await editChannel(ctx, made.id, { url: 'http://elsewhere.example/hook' })
  assert.deepEqual([moved.name, moved.address], ['renamed', 'elsewhere.example'])
  await assert.rejects(editChannel(ctx, made.id, { name: other.name }), FieldError)
  await assert.rejects(editChannel(ctx, made.id, { to: ['ada@example.com'] }), FieldError)
  const one = await service.integration()
  await service.ctx.pool.query(
    `insert into sluice.alert_states (rule_id, integration_id, event, subject, since)
     values ($1, $2, 'run_failed', '', now()), ($1, $2, 'stale', '', now())`,
    [rule.id, one.id],
  )
  const states = async () =>
    (
      await service.ctx.pool.query<{ event: string }>(
        'select event from sluice.alert_states where rule_id = $1 order by event',
        [rule.id],
      )
    ).rows.map(({ event }) => event)
  const edited = await editRule(ctx, rule.id, { hours: 5 })
  assert.deepEqual([edited.hours, edited.events, edited.channel_id], [5, ['run_failed', 'stale'], made.id])
  assert.deepEqual(await states(), ['run_failed', 'stale'])
  const narrower = await editRule(ctx, rule.id, { events: ['run_failed'], channel_id: other.id })
  assert.deepEqual([narrower.hours, narrower.channel_id], [null, other.id])
  assert.deepEqual(await states(), ['run_failed'])
  await assert.rejects(editRule(ctx, rule.id, { events: ['stale'] }), /how many hours/)
  await assert.rejects(editRule(ctx, rule.id, { integration_id: rule.id }), FieldError)
  await assert.rejects(editRule(ctx, one.id, { hours: 1 }), NotFoundError)
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { stopDatabases } from '../../../test/support/databases.ts'
import { type Service, sandboxKey, startService } from '../../../test/support/service.ts'
import { resolveStreams, streamInfos } from '../../stripe/selection.ts'
import { catalogStream, catalogStreams, connectors } from './catalog.ts'
import {
  createDestination,
  deleteDestination,
  editDestination,
  getDestination,
  listDestinations,
  testAddress,
  testDestination,
} from './destinations.ts'
import { ConflictError, FieldError, NotFoundError } from './errors.ts'
import { integrationTables } from './integration-tables.ts'
import {
  activateIntegration,
  createIntegration,
  deleteIntegration,
  editIntegration,
  getIntegration,
  listIntegrations,
  pauseIntegration,
} from './integrations.ts'
import { catalogStreamDetail, connector } from './resources/catalog.ts'
import { destination } from './resources/destination.ts'
import { integration, integrationInput, integrationQuery } from './resources/integration.ts'
import { runDetail, runInput, runQuery } from './resources/run.ts'
import { sourceCheck } from './resources/source.ts'
import { cancelRun, getRun, listRuns, retryRun, startRun } from './runs/runs.ts'
import { checkSource, estimateRows } from './source.ts'

let service: Service
before(async () => {
  service = await startService()
})
after(async () => {
  await service[Symbol.asyncDispose]()
  await stopDatabases()
})

const nowhere = '00000000-0000-4000-8000-000000000000'
const conflict = (why: RegExp) => (error: unknown) =>
  error instanceof ConflictError && why.test(error.message)
const atField = (field: string, why: RegExp) => (error: unknown) => {
  assert.ok(error instanceof FieldError, String(error))
  assert.equal(error.field, field)
  assert.match(error.message, why)
  return true
}

test('a warehouse is made, tested, edited and deleted; its password is never shown', async () => {
  const { ctx, folder } = service
  const made = await createDestination(ctx, { name: 'main', address: `duckdb:${folder}/main.duckdb` })
  assert.deepEqual(destination.parse(made), made)
  assert.equal(made.kind, 'duckdb')
  assert.deepEqual(await testDestination(ctx, made.id).then(({ ok, trouble }) => ({ ok, trouble })), {
    ok: true,
    trouble: null,
  })
  await assert.rejects(
    createDestination(ctx, { name: 'MAIN', address: 'sqlite:./x.db' }),
    atField('name', /already/),
  )
  await assert.rejects(
    createDestination(ctx, { name: 'other', address: 'dukdb:./x' }),
    atField('address', /dukdb/),
  )
  await assert.rejects(
    createDestination(ctx, { name: 'other', address: 'memory:x' }),
    atField('address', /memory/),
  )

  const address = 'postgres://me:hunter2secret@127.0.0.1:1/shop'
  const edited = await editDestination(ctx, made.id, { name: 'main', address })
  assert.equal(edited.address, 'postgres://me:…@127.0.0.1:1/shop')
  const again = await editDestination(ctx, made.id, { name: 'renamed', address: edited.address })
  assert.equal(again.name, 'renamed')
  const tested = await testDestination(ctx, made.id)
  assert.equal(tested.ok, false)
  assert.match(tested.trouble?.message ?? '', /127\.0\.0\.1/)
  assert.doesNotMatch(JSON.stringify([tested, again, await listDestinations(ctx)]), /hunter2/)

  await deleteDestination(ctx, made.id)
  await assert.rejects(getDestination(ctx, made.id), NotFoundError)
  const { rows } = await ctx.pool.query('select count(*) as secrets from sluice.secrets')
  assert.deepEqual(rows, [{ secrets: 0 }], 'addresses of before are erased')
  assert.equal((await testAddress(ctx, 'nothing at all')).ok, false)
})

test('the catalog is told in its shapes, with what is personal and what is a secret', () => {
  for (const one of connectors()) assert.deepEqual(connector.parse(one), one)
  const streams = catalogStreams()
  assert.equal(streams.filter(({ seven }) => seven).length, 7)
  for (const { name } of streams) {
    const detail = catalogStream(name)
    assert.deepEqual(catalogStreamDetail.parse(detail), detail)
  }
  let nested = 0
  for (const { name, unreadable, withheld } of streamInfos()) {
    const places = catalogStream(name).columns.flatMap(({ parts }) => parts.map((part) => part.name))
    nested += places.length
    if (unreadable) continue
    for (const how of ['excluded', 'hashed'] as const) {
      const lists = [new Map(), new Map([[name, places]])] as const
      const [left, hashed] = how === 'hashed' ? lists : lists.toReversed()
      const [chosen] = resolveStreams(name, new Map(), left, hashed)
      const secrets = how === 'excluded' ? (withheld ?? []) : []
      assert.equal(
        chosen?.[how]?.length ?? 0,
        places.length + secrets.length,
        `of ${name} each can be ${how}`,
      )
    }
  }
  assert.ok(nested > 2_000, `${nested} nested fields`)
  const customers = new Map(catalogStream('customers').columns.map((column) => [column.name, column]))
  assert.equal(customers.get('email')?.personal, true)
  assert.equal(customers.get('balance')?.personal, false)
  assert.equal(customers.get('id')?.key, true)
  assert.ok(catalogStream('payment_intents').columns.find(({ name }) => name === 'client_secret')?.withheld)
  assert.throws(() => catalogStream('custmers'), NotFoundError)
})

test('a key is checked: whose it is, and what it may read', async () => {
  const { ctx, sandbox } = service
  const key = { kind: 'key', api_key: sandboxKey, api_base: sandbox.url } as const
  const found = await checkSource(ctx, key, ['customers', 'invoices'])
  assert.deepEqual(sourceCheck.parse(found), found)
  assert.deepEqual(
    found.streams.map(({ stream, status }) => [stream, status]),
    [
      ['customers', 'ok'],
      ['invoices', 'ok'],
    ],
  )
  assert.equal(found.key_url, null)
  assert.equal((await checkSource(ctx, { kind: 'demo' }, ['customers'])).account.id, found.account.id)
  await assert.rejects(
    checkSource(ctx, { ...key, api_key: 'pk_test_1234567890' }),
    atField('source', /publishable/),
  )
  await assert.rejects(checkSource(ctx, key, ['custmers']), atField('streams', /customers/))
})

test('rows are estimated before anything is made: all of a short list, the pace of a long one', async () => {
  const { ctx, sandbox } = service
  const key = { kind: 'key', api_key: sandboxKey, api_base: sandbox.url } as const
  const before = sandbox.stats().requests
  const found = await estimateRows(ctx, key, ['charges', 'coupons', 'invoice_lines'], 'all')
  assert.equal(sandbox.stats().requests - before, 3, 'one of the account, one of each list')
  const of = (name: string) => found.find(({ stream }) => stream === name)
  const coupons = of('coupons')
  assert.ok(coupons?.complete && coupons.seen && coupons.per_month === null, JSON.stringify(coupons))
  assert.equal(of('charges')?.complete, false)
  assert.ok((of('charges')?.per_month ?? 0) > 0)
  assert.equal(of('invoice_lines')?.seen, null)
  await assert.rejects(estimateRows(ctx, key, ['coupons'], 'long ago'), atField('history', /long ago/))
})

test('an integration is made, seen, edited, paused, activated and deleted', async () => {
  const { ctx, sandbox } = service
  const made = await service.integration({ description: 'The shop', history: '2y' })
  assert.deepEqual(integration.parse(made), made)
  assert.equal(made.status, 'pending')
  assert.match(made.waiting_for ?? '', /has not run yet/)
  assert.equal(made.source.key_last4, '6789')
  assert.ok(made.since)
  assert.doesNotMatch(JSON.stringify(made), /thisIsTheKey/)

  const key = { kind: 'key', api_key: sandboxKey, api_base: sandbox.url } as const
  const input = integrationInput.parse({
    name: made.name.toUpperCase(),
    source: key,
    destination_id: made.destination?.id,
    selection: { tables: [{ name: 'customers' }] },
  })
  await assert.rejects(createIntegration(ctx, input), conflict(/already/))
  const other = { ...input, name: 'other' }
  await assert.rejects(
    createIntegration(ctx, { ...other, destination_id: nowhere }),
    atField('destination_id', /no such/),
  )
  await assert.rejects(createIntegration(ctx, { ...other, history: 'ages' }), atField('history', /ages/))
  await assert.rejects(
    createIntegration(ctx, {
      ...other,
      schedule: { kind: 'cron', expression: '* * * * *', time_zone: 'UTC' },
    }),
    atField('schedule', /more often/),
  )
  const fields = { ...input.selection.tables[0], name: 'customers', fields: ['emial'] }
  await assert.rejects(
    createIntegration(ctx, {
      ...other,
      selection: { ...input.selection, tables: [fields] as typeof input.selection.tables },
    }),
    atField('selection', /email/),
  )
  await assert.rejects(deleteDestination(ctx, made.destination?.id ?? ''), conflict(/integrations load into/))

  const edited = await editIntegration(ctx, made.id, {
    revision: made.revision,
    description: 'Our shop',
    schedule: { kind: 'every', minutes: 60 },
  })
  assert.equal(edited.description, 'Our shop')
  assert.ok(edited.next_run_at)
  await assert.rejects(
    editIntegration(ctx, made.id, { revision: made.revision, description: 'mine' }),
    conflict(/meanwhile/),
  )
  const paused = await pauseIntegration(ctx, made.id)
  assert.deepEqual([paused.status, paused.next_run_at], ['paused', null])
  await assert.rejects(startRun(ctx, made.id, runInput.parse({})), conflict(/paused/))
  const active = await activateIntegration(ctx, made.id)
  assert.equal(active.status, 'pending', 'nothing was loaded yet')
  assert.ok(active.next_run_at)
  assert.deepEqual(
    (await integrationTables(ctx, made.id)).map(({ stream, table }) => [stream, table]),
    [
      ['customers', `${made.name}.customers`],
      ['products', `${made.name}.products`],
    ],
  )

  const run = await startRun(ctx, made.id, runInput.parse({}))
  await deleteIntegration(ctx, made.id)
  assert.equal((await getRun(ctx, run.id)).status, 'cancelled')
  const gone = await getIntegration(ctx, made.id)
  assert.deepEqual([gone.status, gone.source.key_last4], ['deleted', null])
  assert.deepEqual(gone.destination, made.destination, 'its tables may still be asked to go')
  await assert.rejects(pauseIntegration(ctx, made.id), NotFoundError)
  const { items } = await listIntegrations(ctx, integrationQuery.parse({}))
  assert.ok(!items.some(({ id }) => id === made.id))
  const again = { ...input, name: made.name }
  await assert.rejects(createIntegration(ctx, again), conflict(/was deleted/))
  const reborn = await createIntegration(ctx, { ...again, reuse_name: true })
  assert.notEqual(reborn.id, made.id)
})

test('lists of integrations and runs come in pages', async () => {
  const { ctx } = service
  const made = [await service.integration(), await service.integration(), await service.integration()]
  const seen: string[] = []
  let after: string | undefined
  do {
    const { items, next } = await listIntegrations(ctx, integrationQuery.parse({ limit: 2, after }))
    seen.push(...items.map(({ id }) => id))
    after = next ?? undefined
  } while (after)
  assert.equal(new Set(seen).size, seen.length)
  assert.deepEqual(seen.slice(0, 3), made.map(({ id }) => id).reverse())
  const [first, second] = made
  const found = await listIntegrations(ctx, integrationQuery.parse({ q: second?.name.toUpperCase() }))
  assert.deepEqual(
    found.items.map(({ id }) => id),
    [second?.id],
  )
  const ids = []
  for (const { id } of made) ids.push((await startRun(ctx, id, runInput.parse({}))).id)
  const runs = await listRuns(ctx, runQuery.parse({ limit: 2, status: 'queued' }))
  assert.deepEqual(
    runs.items.map(({ id }) => id),
    ids.reverse().slice(0, 2),
  )
  const rest = await listRuns(ctx, runQuery.parse({ after: runs.next, integration_id: first?.id }))
  assert.equal(rest.items.length, 1)
})

test('a run is asked for, refused while one is open, cancelled and tried again', async () => {
  const { ctx } = service
  const { id } = await service.integration()
  await assert.rejects(
    startRun(ctx, id, runInput.parse({ tables: ['invoices'] })),
    atField('tables', /invoices/),
  )
  await assert.rejects(startRun(ctx, nowhere, runInput.parse({})), NotFoundError)
  const run = await startRun(ctx, id, runInput.parse({ tables: ['products'], full_refresh: true }))
  assert.deepEqual(runDetail.parse(run), run)
  await assert.rejects(startRun(ctx, id, runInput.parse({})), conflict(/queued or going on/))
  await assert.rejects(retryRun(ctx, run.id), conflict(/queued or going on/))
  assert.equal((await getIntegration(ctx, id)).open_run_id, run.id)
  assert.equal((await cancelRun(ctx, run.id)).status, 'cancelled')
  assert.equal((await cancelRun(ctx, run.id)).status, 'cancelled', 'once more does nothing')
  const again = await retryRun(ctx, run.id)
  assert.deepEqual([again.trigger, again.tables_asked, again.full_refresh], ['retry', ['products'], true])
  await assert.rejects(getRun(ctx, nowhere), NotFoundError)
})

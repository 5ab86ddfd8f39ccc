import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { stopDatabases } from '../../../../test/support/databases.ts'
import { type Service, sandboxKey, startService } from '../../../../test/support/service.ts'
import { ConfigError } from '../../../core/errors.ts'
import { addressOf, listDestinations } from '../destinations.ts'
import { deleteIntegration, listIntegrations, pauseIntegration } from '../integrations.ts'
import { listAudit } from '../people/audit.ts'
import { auditQuery } from '../resources/audit.ts'
import type { Integration } from '../resources/integration.ts'
import { integrationQuery } from '../resources/integration.ts'
import { type ApplyOptions, applyConfig } from './apply.ts'
import { exportConfig } from './export.ts'
import { configSchema } from './file.ts'
import type { Step } from './plan.ts'

let service: Service
before(async () => {
  service = await startService()
})
after(async () => {
  await service[Symbol.asyncDispose]()
  await stopDatabases()
})

const password = 'hunter2secret'
const env = () => ({
  STRIPE_API_KEY: sandboxKey,
  WAREHOUSE: `postgres://me:${password}@127.0.0.1:1/shop`,
})

const apply = (text: string, options: Partial<ApplyOptions> & { readonly inline?: boolean } = {}) =>
  applyConfig(service.ctx, {
    text,
    name: 'sluice.yaml',
    prune: false,
    dryRun: false,
    references: { env: env(), folder: service.folder, inline: options.inline ?? false },
    ...options,
  })

const did = (steps: readonly Step[]) => steps.map(({ object, name, action }) => `${action} ${object} ${name}`)
const fields = (steps: readonly Step[], name: string) =>
  steps.find((step) => step.name === name)?.changes.map(({ field, before, after }) => [field, before, after])
const integrations = async (): Promise<ReadonlyMap<string, Integration>> => {
  const { items } = await listIntegrations(service.ctx, integrationQuery.parse({ limit: 200 }))
  return new Map(items.map((item) => [item.name, item]))
}
const refused =
  (...says: readonly RegExp[]) =>
  (error: unknown) => {
    assert.ok(error instanceof ConfigError, String(error))
    for (const why of says) assert.match(error.message, why)
    assert.doesNotMatch(error.message, /thisIsTheKey|hunter2/)
    return true
  }

const file = () => `
destinations:
  main:
    address: { env: WAREHOUSE }
  local: { address: 'duckdb:${service.folder}/local.duckdb' }
integrations:
  acme:
    description: The shop
    schedule: { kind: every, minutes: 360 }
    history: 2y
    source:
      api_key: { env: STRIPE_API_KEY }
      api_base: ${service.sandbox.url}
    destination: main
    tables:
      - customers
      - name: invoices
        mode: history
        drop: [metadata.note]
    verify: { schedule: { kind: every, minutes: 10080 }, max_requests: 5000 }
  all_of_it:
    source: { api_key: { file: ./key }, api_base: '${service.sandbox.url}' }
    destination: local
    tables: core
    schedule: { kind: manual }
    paused: true
`

test('a file is applied: planned, done, and then there is nothing to do', async () => {
  writeFileSync(join(service.folder, 'key'), `${sandboxKey}\n`)
  const planned = await apply(file(), { dryRun: true })
  const expected = [
    'create destination main',
    'create destination local',
    'create integration acme',
    'create integration all_of_it',
  ]
  assert.deepEqual(did(planned), expected)
  assert.deepEqual(
    [await listDestinations(service.ctx), (await integrations()).size],
    [[], 0],
    'a plan does nothing',
  )
  assert.doesNotMatch(JSON.stringify(planned), /hunter2|thisIsTheKey/)

  const told: string[] = []
  await apply(file(), { done: ({ name }) => told.push(name) })
  assert.deepEqual(told, ['main', 'local', 'acme', 'all_of_it'])
  const { items: log } = await listAudit(service.ctx, auditQuery.parse({}))
  assert.deepEqual(
    log.map(({ action, object }) => [action, object.name]),
    [
      ['integration.create', 'all_of_it'],
      ['integration.create', 'acme'],
      ['destination.create', 'local'],
      ['destination.create', 'main'],
    ],
  )
  assert.doesNotMatch(JSON.stringify(log), /hunter2|thisIsTheKey/)
  const made = await integrations()
  const acme = made.get('acme')
  assert.deepEqual(
    acme?.selection.tables.map(({ name, mode, drop }) => [name, mode, drop]),
    [
      ['customers', 'incremental', []],
      ['invoices', 'history', ['metadata.note']],
    ],
  )
  assert.equal(acme?.source.key_last4, '6789')
  assert.ok(acme?.since)
  assert.equal(made.get('all_of_it')?.status, 'paused')
  assert.ok((made.get('all_of_it')?.selection.tables.length ?? 0) > 5)
  const [, main] = await listDestinations(service.ctx)
  assert.equal(await addressOf(service.ctx, main?.id ?? ''), env().WAREHOUSE)

  const again = await apply(file(), { done: () => assert.fail('nothing to do') })
  assert.deepEqual(new Set(again.map(({ action }) => action)), new Set(['none']))
})

test('what changed is told field by field, and alone is changed', async () => {
  const edited = file()
    .replace('minutes: 360', 'minutes: 60')
    .replace('max_requests: 5000', 'max_requests: 9000')
    .replace('- customers', '- products')
    .replace('mode: history', 'mode: incremental')
    .replace('paused: true', 'paused: false')
  const references = {
    env: { ...env(), WAREHOUSE: env().WAREHOUSE.replace(password, 'other') },
    folder: service.folder,
    inline: false,
  }
  const steps = await apply(edited, { references })
  assert.deepEqual(did(steps), [
    'change destination main',
    'none destination local',
    'change integration acme',
    'change integration all_of_it',
  ])
  assert.deepEqual(fields(steps, 'main'), [['address', 'the password of before', 'another password']])
  assert.deepEqual(fields(steps, 'acme'), [
    ['schedule', 'every 6 hours', 'every hour'],
    ['tables', 'customers', null],
    ['tables', null, 'products'],
    ['invoices.mode', 'history', 'incremental'],
    ['verify', 'every 7 days, with 5000 requests at most', 'every 7 days, with 9000 requests at most'],
  ])
  assert.deepEqual(fields(steps, 'all_of_it'), [['paused', 'true', 'false']])
  assert.equal((await integrations()).get('all_of_it')?.status, 'pending')
  await apply(file())
})

test('an integration that is not in the file stays; --prune pauses it, and nothing is deleted', async () => {
  const one = file().slice(0, file().indexOf('  all_of_it'))
  assert.deepEqual(did(await apply(one)).slice(-1), ['left integration all_of_it'])
  await apply(file().replace('paused: true', 'paused: false'))
  assert.deepEqual(did(await apply(one, { prune: true })).slice(-1), ['pause integration all_of_it'])
  assert.equal((await integrations()).get('all_of_it')?.status, 'paused')
  assert.deepEqual(did(await apply(one, { prune: true })).slice(-1), ['left integration all_of_it'])
  // Paused by somebody: a file that says nothing of it leaves it so.
  await pauseIntegration(service.ctx, (await integrations()).get('acme')?.id ?? '')
  assert.equal((await apply(one)).find(({ name }) => name === 'acme')?.action, 'none')
})

test('what never changes is refused with its place, and nothing else of the file is done', async () => {
  await assert.rejects(
    apply(file().replace('history: 2y', 'history: all').replace('The shop', 'Another')),
    refused(/sluice\.yaml:10:5: integrations\.acme: the history of acme is 20.*never changes/),
  )
  await assert.rejects(
    apply(file().replace('  acme:', '  Acme:')),
    refused(/called acme, and names never change/),
  )
  const other = file().replace('api_key: { env: STRIPE_API_KEY }', 'api_key: { env: LIVE }')
  const references = {
    env: { ...env(), LIVE: 'rk_live_thisIsTheKeyOfAnother01234' },
    folder: service.folder,
    inline: false,
  }
  await assert.rejects(apply(other, { references }), refused(/sluice\.yaml:12:7: .*live mode.*test mode/))
  assert.equal((await integrations()).get('acme')?.description, 'The shop')
  await assert.rejects(
    apply(file().replace('destination: local', 'destination: lokal')),
    refused(/sluice\.yaml:2\d:5: .*no warehouse called lokal/),
  )
})

test('a file that is wrong is refused with line and column, all of it at once', async () => {
  const wrong = async (text: string, ...says: readonly RegExp[]) =>
    assert.rejects(apply(text), refused(...says))
  await wrong('integrations: [', /sluice\.yaml:1:\d+: /)
  await wrong('integrations:\n  a: 1\n  a: 2', /:3:3: Map keys must be unique/)
  await wrong('integration: {}', /:1:1: integration is unknown; did you mean integrations\?/)
  await wrong(
    file().replace('tables: core', 'tabels: core').replace('minutes: 360', 'minutes: 2'),
    /:9:30: integrations\.acme\.schedule\.minutes/,
    /:2\d:5: integrations\.all_of_it\.tabels is unknown; did you mean tables\?/,
  )
  await wrong(
    file().replace('kind: every', 'kind: often'),
    /:9:17: .*schedule\.kind is every, cron or manual/,
  )
  await wrong(file().replace('mode: history', 'mode: histroy'), /:18:9: .*tables\.1\.mode/)
  await wrong(file().replace('- customers', '- custmers'), /:15:5: .*custmers.*customers/)
  await wrong(file().replace('{ env: STRIPE_API_KEY }', sandboxKey), /:12:7: a secret stands in the file/)
  await wrong(file().replace('{ env: WAREHOUSE }', env().WAREHOUSE), /:4:5: a secret stands/)
  await wrong(
    file().replace('STRIPE_API_KEY', 'NOWHERE').replace('./key', './nokey'),
    /:12:7: NOWHERE is not set/,
    /nokey cannot be read: ENOENT/,
  )
  const inline = file().replace('{ env: STRIPE_API_KEY }', sandboxKey)
  assert.equal((await apply(inline, { inline: true })).find(({ name }) => name === 'acme')?.action, 'none')
})

test('an export applies to the same state, and has no secret in it', async () => {
  const { text, variables } = await exportConfig(service.ctx)
  assert.deepEqual([...variables].sort(), ['ACME_API_KEY', 'ALL_OF_IT_API_KEY', 'MAIN_ADDRESS'])
  assert.doesNotMatch(text, /hunter2|thisIsTheKey/)
  const references = {
    env: { ACME_API_KEY: sandboxKey, ALL_OF_IT_API_KEY: sandboxKey, MAIN_ADDRESS: env().WAREHOUSE },
    folder: service.folder,
    inline: false,
  }
  assert.deepEqual(
    new Set((await apply(text, { references })).map(({ action }) => action)),
    new Set(['none']),
  )
  await using other = await startService()
  const steps = await applyConfig(other.ctx, {
    text,
    name: 'export',
    references,
    prune: false,
    dryRun: false,
  })
  assert.deepEqual(new Set(steps.map(({ action }) => action)), new Set(['create']))
  assert.equal((await exportConfig(other.ctx)).text, text)
})

test('a name that was deleted is refused before anything is made, unless the file says reuse_name', async () => {
  await deleteIntegration(service.ctx, (await integrations()).get('acme')?.id ?? '')
  await assert.rejects(apply(file()), refused(/acme was deleted/))
  const steps = await apply(file().replace('description: The shop', 'reuse_name: true'))
  assert.equal(steps.find(({ name }) => name === 'acme')?.action, 'create')
})

test('the schema for editors is the golden one; SLUICE_GOLDEN=write makes it anew', () => {
  const golden = new URL('../../../../docs/sluice.schema.json', import.meta.url)
  if (process.env.SLUICE_GOLDEN === 'write') writeFileSync(golden, configSchema())
  assert.equal(configSchema(), readFileSync(golden, 'utf8'))
})

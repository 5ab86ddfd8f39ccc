/** Integrations of several accounts, run by the service. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { endedRun } from '../../../test/browser/support/ran.ts'
import { stopDatabases } from '../../../test/support/databases.ts'
import { idsOf } from '../../../test/support/served.ts'
import { type Service, sandboxKey, startService } from '../../../test/support/service.ts'
import { startWorker, type Worker } from '../../worker/worker.ts'
import { integrationAccounts } from './accounts.ts'
import { FieldError } from './errors.ts'
import { editIntegration } from './integrations.ts'
import { accountQuery, accountsPage } from './resources/account.ts'
import { runInput } from './resources/run.ts'
import { getRun, startRun } from './runs/runs.ts'

let service: Service
let worker: Worker
before(async () => {
  service = await startService({ connected: 3 })
  worker = await startWorker(service.ctx, { name: 'test', concurrency: 1 })
})
after(async () => {
  await worker.stop(5_000)
  await service[Symbol.asyncDispose]()
  await stopDatabases()
})

test('each account has its state: well, connected no more, refusing; what is no longer named is forgotten', async () => {
  const { ctx, sandbox } = service
  const ids = (await idsOf(sandbox.url, sandboxKey, { path: '/v1/accounts' })).toSorted()
  const [gone = '', ...others] = ids
  const key = { kind: 'key', api_key: sandboxKey, api_base: sandbox.url } as const
  const { id } = await service.integration({
    source: { ...key, accounts: 'connected' },
    selection: { tables: [{ name: 'customers' }, { name: 'coupons' }] },
  })
  const accounts = (query = {}) => integrationAccounts(ctx, id, accountQuery.parse(query))
  const run = async (input = {}) => {
    await startRun(ctx, id, runInput.parse(input))
    return getRun(ctx, await endedRun(ctx, id))
  }
  assert.equal((await run()).status, 'succeeded')
  const first = await accounts()
  assert.deepEqual(accountsPage.parse(first), first)
  assert.deepEqual(
    first.items.map(({ account, status }) => [account, status]),
    ids.map((account) => [account, 'succeeded']),
  )
  assert.ok(first.items.every(({ rows, last_run, name }) => rows > 0 && last_run && name))

  // A run of one table says nothing of the others.
  sandbox.setFaults('404@/v1/coupons:times=all')
  assert.notEqual((await run({ full_refresh: true })).status, 'succeeded')
  sandbox.setFaults('')
  const unwell = await accounts()
  assert.ok(
    unwell.items.every(({ status, tables }) => status === 'partial' && tables[0]?.stream === 'coupons'),
  )
  assert.equal((await run({ tables: ['customers'] })).status, 'succeeded')
  const still = await accounts()
  assert.deepEqual(
    still.items.map(({ account, status, tables, last_run }) => [account, status, tables, last_run]),
    unwell.items.map(({ account, status, tables, last_run }) => [account, status, tables, last_run]),
  )
  assert.equal((await run({ tables: ['coupons'] })).status, 'succeeded')
  assert.deepEqual((await accounts()).counts, { succeeded: 3 })

  await sandbox.disconnect(gone)
  assert.equal((await run()).status, 'succeeded')
  const second = await accounts()
  assert.deepEqual(second.counts, { succeeded: 2, disconnected: 1 })
  assert.deepEqual([second.items[0]?.account, second.items[0]?.status], [gone, 'disconnected'])
  assert.match(second.items[0]?.reason ?? '', /its rows stay/)

  // The key stays, without being given again.
  const { api_key: _, ...rest } = key
  await editIntegration(ctx, id, { source: { ...rest, accounts: ids } })
  assert.equal((await run()).status, 'partial')
  const [refused] = (await accounts({ status: 'failed' })).items
  assert.equal(refused?.account, gone)
  assert.match(`${refused?.reason} ${refused?.cure}`, /revoked.*connect the account/)
  const page = await accounts({ limit: 2 })
  const next = await accounts({ limit: 2, after: page.next })
  assert.deepEqual(
    [...page.items, ...next.items].map(({ account }) => account),
    [gone, ...others],
  )

  await editIntegration(ctx, id, { source: { ...rest, accounts: others } })
  assert.equal((await run()).status, 'succeeded')
  assert.deepEqual((await accounts()).counts, { succeeded: 2 })
  assert.equal((await accounts({ q: others[0] })).items.length, 1)
})

test('a key that is not given again is not sent to another address', async () => {
  const { id } = await service.integration()
  await assert.rejects(
    editIntegration(service.ctx, id, { source: { kind: 'key', api_base: 'http://127.0.0.1:9' } }),
    (error) => error instanceof FieldError && error.field === 'source.api_base',
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startSandbox } from './server.ts'
import { get } from './testing.ts'

const of = (account: string) => ({ 'stripe-account': account })

test('connected accounts: a list of them, objects of their own, events of what becomes of them', async () => {
  await using sandbox = await startSandbox({ scale: 60, rateLimit: 'off', connected: 2 })
  const listed = await get(sandbox, '/v1/accounts')
  assert.equal(listed.body.data.length, 2)
  const [first = '', second = ''] = listed.body.data.map(({ id }) => id)

  assert.equal((await get(sandbox, '/v1/account', of(first))).body.id, first)
  const [own, theirs, others] = await Promise.all(
    [{}, of(first), of(second)].map((headers) => get(sandbox, '/v1/customers?limit=1', headers)),
  )
  assert.equal(new Set([own, theirs, others].map((got) => got?.body.data[0]?.id)).size, 3)

  await sandbox.update('accounts', first, { charges_enabled: false })
  assert.equal((await get(sandbox, `/v1/accounts/${first}`)).body.charges_enabled, false)
  assert.equal((await get(sandbox, '/v1/account', of(first))).body.charges_enabled, false)
  const events = await get(sandbox, '/v1/events', of(first))
  assert.deepEqual(
    events.body.data.map(({ type, account }) => [type, account]),
    [['account.updated', first]],
  )
  assert.deepEqual((await get(sandbox, '/v1/events')).body.data, [])

  await sandbox.disconnect(first)
  const refused = await get(sandbox, '/v1/customers', of(first))
  assert.equal(refused.status, 403)
  assert.equal(refused.body.error.code, 'account_invalid')
  assert.deepEqual(
    (await get(sandbox, '/v1/accounts')).body.data.map(({ id }) => id),
    [second],
  )
  await assert.rejects(sandbox.disconnect(first), /No such account/)

  await sandbox.connect(first)
  const told = await get(sandbox, '/v1/events', of(first))
  assert.deepEqual(
    new Set(told.body.data.map(({ type }) => type)),
    new Set(['account.application.authorized', 'account.application.deauthorized', 'account.updated']),
  )
  const { id: third } = await sandbox.connect()
  assert.equal((await get(sandbox, '/v1/accounts')).body.data.length, 3)
  assert.equal((await get(sandbox, '/v1/account', of(third))).status, 200)
})

test('whose data it is: a context of one account or a path, never with the other header; an organization names it always', async () => {
  await using sandbox = await startSandbox({ scale: 60, rateLimit: 'off', connected: 1 })
  const [account] = (await get(sandbox, '/v1/accounts')).body.data
  const id = account?.id ?? ''
  const asked = async (headers: Readonly<Record<string, string>>) => {
    const { status, body } = await get(sandbox, '/v1/account', headers)
    return status === 200 ? body.id : status
  }
  assert.equal(await asked({ 'stripe-context': id }), id)
  assert.equal(await asked({ 'stripe-context': `${sandbox.account.id}/${id}` }), id)
  assert.equal(await asked({ 'stripe-context': id, 'stripe-account': id }), 400)
  const organization = { authorization: 'Bearer sk_org_test_0123456789' }
  assert.equal(await asked(organization), 400)
  assert.equal(await asked({ ...organization, 'stripe-context': sandbox.account.id }), sandbox.account.id)
})

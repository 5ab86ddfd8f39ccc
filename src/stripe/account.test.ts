import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from '../core/errors.ts'
import { checkAccount } from './account.ts'
import { stripeConfig } from './config.ts'
import { type Answer, json, quickClient, refuse, testKey, wireServer } from './testing/wireServer.ts'

const { signal } = new AbortController()

async function check(answer: Answer, more: { account?: string; context?: string; live?: boolean } = {}) {
  await using server = await wireServer(answer)
  await using api = quickClient(server.base)
  const { live, ...rest } = more
  const apiKey = live ? testKey.replace('_test_', '_live_') : testKey
  return await checkAccount(api, stripeConfig({ apiKey, apiBase: server.base, ...rest }), signal)
}

test('the account of a key that may read it', async () => {
  const account = {
    id: 'acct_1Abc',
    object: 'account',
    created: 1_600_000_000,
    business_profile: { name: null },
    settings: { dashboard: { display_name: 'Acme' } },
  }
  assert.deepEqual(await check(json(account)), {
    id: 'acct_1Abc',
    name: 'Acme',
    livemode: false,
    created: 1_600_000_000_000,
  })
  const plain = { id: 'acct_1Abc', business_profile: { name: 'Acme Ltd' }, settings: null }
  assert.deepEqual(await check(json(plain), { live: true }), {
    id: 'acct_1Abc',
    name: 'Acme Ltd',
    livemode: true,
  })
})

const forbidden = (account: string) =>
  refuse(403, {
    code: 'more_permissions_required',
    message: `The provided key 'rk_test_****wxyz' does not have the required permissions for this endpoint${account}. Having the 'rak_accounts_kyc_basic_read' permission would allow this request to continue.`,
  })

test('a restricted key that may not read the account still tells which one it is', async () => {
  assert.deepEqual(await check(forbidden(" on account 'acct_1Abc'")), { id: 'acct_1Abc', livemode: false })
  assert.deepEqual(await check(forbidden(''), { context: 'acct_9' }), { id: 'acct_9', livemode: false })
})

test('an account that cannot be told is asked for', async () => {
  await assert.rejects(check(forbidden('')), (error) => {
    assert.ok(error instanceof ConfigError)
    assert.equal(error.option, '--account')
    return true
  })
})

test('another account than the one asked for is refused', async () => {
  await assert.rejects(
    check(json({ id: 'acct_2' }), { account: 'acct_1' }),
    (error) => error instanceof ConfigError && /acct_2, not acct_1/.test(error.message),
  )
})

test('a wrong key, and a server that is not Stripe, are the user’s to mend', async () => {
  await assert.rejects(check(refuse(401, { message: 'Invalid API Key provided' })), ConfigError)
  await assert.rejects(check(json({ hello: 'world' })), ConfigError)
})

/** Endpoints over HTTP, as Stripe has them: made, called with the account's events, removed. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkSignature } from '../app/service/signature.ts'
import { startSandbox } from './server.ts'

const key = 'rk_test_endpoints0123456789'

test('an endpoint is made with its secret, is called with signed events, and not once it is removed', async () => {
  await using sandbox = await startSandbox({ port: 0, scale: 60, rateLimit: 'off' })
  const calls: { readonly body: string; readonly signature: string }[] = []
  const server = createServer(async (request, response) => {
    calls.push({ body: await text(request), signature: String(request.headers['stripe-signature']) })
    response.end()
  }).listen(0)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  const ask = async (method: string, path: string, form?: Record<string, string>, headers = {}) => {
    const body = form === undefined ? {} : { body: new URLSearchParams(form) }
    const answer = await fetch(`${sandbox.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...headers },
      ...body,
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, never> }
  }
  const form = { url, 'enabled_events[]': '*' }
  const path = '/v1/webhook_endpoints'
  const once = { 'idempotency-key': 'one' }
  const made = await ask('POST', path, form, once)
  assert.equal(made.status, 200, JSON.stringify(made.body))
  assert.deepEqual(await ask('POST', path, form, once), made)
  const { id, secret } = made.body as unknown as { id: string; secret: string }
  assert.match(secret, /^whsec_/)
  const listed = (await ask('GET', path)).body.data as unknown as Record<string, unknown>[]
  const found = listed.filter((one) => one.id === id)
  assert.deepEqual(
    found.map((one) => [one.url, one.secret ?? null]),
    [[url, null]],
  )

  await sandbox.create('customers', { name: 'called' })
  while (calls.length === 0) await sleep(10)
  assert.equal(checkSignature(secret, calls[0]?.body ?? '', calls[0]?.signature, Date.now()), 'good')
  assert.equal((await ask('DELETE', `${path}/${id}`)).body.deleted, true)
  assert.equal((await ask('DELETE', `${path}/${id}`)).status, 404)
  await sandbox.create('customers', { name: 'not called' })
  await sleep(50)
  assert.equal(calls.length, 1)

  assert.equal((await ask('POST', path, { url })).status, 400)
  assert.equal((await ask('POST', path, { ...form, url: 'nonsense' })).status, 400)
  sandbox.setKey(key, { permissions: ['webhook_read', 'customer_read'] })
  const refused = await ask('POST', path, form)
  assert.equal(refused.status, 403)
  assert.match(JSON.stringify(refused.body), /Write\\" \('webhook_write'\)/)
  server.close()
})

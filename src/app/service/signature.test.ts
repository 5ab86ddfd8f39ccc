import assert from 'node:assert/strict'
import { test } from 'node:test'
import Stripe from 'stripe'
import { checkSignature, signature } from './signature.ts'

const secret = 'whsec_0123456789abcdef'
const body = '{"id":"evt_1","object":"event","note":"größer"}'
const now = 1_800_000_000_000
const seconds = now / 1000

test("signatures are those of Stripe's own library, both ways", () => {
  const theirs = Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: seconds })
  assert.equal(checkSignature(secret, body, theirs, now), 'good')
  assert.equal(checkSignature(secret, Buffer.from(body), theirs, now), 'good')
  const ours = signature(secret, body, Math.floor(Date.now() / 1000))
  assert.equal(Stripe.webhooks.constructEvent(body, ours, secret).id, 'evt_1')
})

test('another body, secret or time is not accepted; nor is an old one, or none', () => {
  const header = signature(secret, body, seconds)
  assert.equal(checkSignature(secret, `${body} `, header, now), 'wrong')
  assert.equal(checkSignature(`${secret}0`, body, header, now), 'wrong')
  assert.equal(checkSignature(secret, body, header.replace(/t=\d+/, `t=${seconds + 1}`), now), 'wrong')
  assert.equal(checkSignature(secret, body, header, now + 300_000), 'good')
  assert.equal(checkSignature(secret, body, header, now + 301_000), 'old')
  assert.equal(checkSignature(secret, body, header, now - 301_000), 'old')
  const none = [undefined, '', 't=1', 'v1=00', `t=x,${header.split(',')[1]}`, header.replace('v1=', 'v0=')]
  for (const one of none) assert.equal(checkSignature(secret, body, one, now), 'malformed', String(one))
  assert.equal(checkSignature(secret, body, `t=${seconds},v1=zz`, now), 'wrong')
})

test('while a secret is replaced, one of two signatures is enough', () => {
  const [time, v1] = signature(secret, body, seconds).split(',')
  const other = signature('whsec_before', body, seconds).split(',')[1]
  assert.equal(checkSignature(secret, body, `${time},${other},${v1},v0=ab`, now), 'good')
})

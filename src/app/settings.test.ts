import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from '../core/errors.ts'
import { settings } from './settings.ts'

const now = Date.parse('2026-03-31T12:00:00Z')
const key = 'rk_test_0123456789abcdefghij'
const good = { name: 'acme', apiKey: key }

function refused(said: Record<string, unknown>): string {
  try {
    settings({ ...good, ...said }, now)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    assert.ok(!error.message.includes(key), 'the key is in the message')
    assert.ok(!error.message.includes('\n'))
    return error.cure ? `${error.message}; ${error.cure}` : error.message
  }
  return assert.fail(`${JSON.stringify(said)} was accepted`)
}

test('what is not said has a default', () => {
  const { source, ...rest } = settings(good, now)
  assert.deepEqual(rest, {
    name: 'acme',
    to: 'duckdb:./sluice.duckdb',
    workDir: '.sluice',
    tables: ['core'],
    fields: new Map(),
    excludeFields: new Map(),
    fullRefresh: false,
  })
  assert.equal(source.apiBase, 'https://api.stripe.com')
  assert.equal(source.rate, 0.8)
})

test('everything that can be said', () => {
  const { source, ...rest } = settings(
    {
      ...good,
      apiBase: 'http://127.0.0.1:12111/',
      rate: '100%',
      to: 'duckdb:/tmp/x.duckdb',
      workDir: '/tmp/work',
      tables: 'invoices, customers,,invoices',
      fields: ['invoices=id, total', 'invoices=created'],
      excludeFields: ['customers=email,phone'],
      since: '2024-01-01',
      fullRefresh: true,
      json: true,
    },
    now,
  )
  assert.deepEqual(rest, {
    name: 'acme',
    to: 'duckdb:/tmp/x.duckdb',
    workDir: '/tmp/work',
    tables: ['invoices', 'customers'],
    fields: new Map([['invoices', ['id', 'total', 'created']]]),
    excludeFields: new Map([['customers', ['email', 'phone']]]),
    since: Date.parse('2024-01-01T00:00:00Z'),
    fullRefresh: true,
  })
  assert.equal(source.apiBase, 'http://127.0.0.1:12111')
  assert.equal(source.rate, 1)
})

test('names follow the rule', () => {
  for (const name of ['a', 'Acme_2', 'a'.repeat(40)])
    assert.equal(settings({ ...good, name }, now).name, name)
  for (const name of ['2a', '_a', 'a-b', 'a b', 'ä', 'a'.repeat(41), 'a.b', '"a"']) {
    assert.match(refused({ name }), /name must be letters/, name)
  }
  assert.match(refused({ name: undefined }), /no name is given; add --name/)
})

test('a key that cannot be one is refused without being repeated', () => {
  assert.match(refused({ apiKey: undefined }), /set STRIPE_API_KEY/)
  assert.match(refused({ apiKey: '  ' }), /set STRIPE_API_KEY/)
  assert.match(refused({ apiKey: 'pk_test_0123456789' }), /publishable/)
  for (const apiKey of ['hunter2hunter2', 'rk_test_abc def', 'whsec_0123456789']) {
    assert.ok(!refused({ apiKey }).includes(apiKey))
  }
})

test('each wrong entry is named, all in one go', () => {
  assert.match(refused({ rate: '120%' }), /rate/)
  assert.match(refused({ rate: 'fast' }), /rate/)
  assert.match(refused({ apiBase: 'localhost' }), /API base/)
  assert.match(refused({ tables: ' , ' }), /--tables is empty/)
  assert.match(refused({ fields: ['invoices'] }), /--fields "invoices" does not name/)
  assert.match(refused({ excludeFields: ['=a'] }), /--exclude-fields "=a"/)
  assert.match(refused({ fields: ['a=b'], excludeFields: ['a=c'] }), /both --fields and --exclude-fields/)
  assert.match(refused({ since: '2024-02-30' }), /--since "2024-02-30" is not a date/)
  assert.match(refused({ history: 'long' }), /--history "long"/)
  assert.match(refused({ since: '2024-01-01', history: '1y' }), /give one of them/)

  const all = refused({ name: '1', apiKey: 'pk_test_012345', rate: '0%', since: 'x', tables: '' })
  for (const part of [/name must/, /publishable/, /rate/, /--since/, /--tables/]) assert.match(all, part)
})

test('a live key does not go unencrypted over the network', () => {
  assert.match(
    refused({ apiKey: 'rk_live_0123456789abcdefghij', apiBase: 'http://example.com' }),
    /unencrypted/,
  )
})

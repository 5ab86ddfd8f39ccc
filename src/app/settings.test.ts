import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { folder } from '../../test/cli/spawn.ts'
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
    hashFields: new Map(),
    newColumns: 'reload',
    fullRefresh: false,
    mode: { all: 'incremental', tables: new Map() },
    sweep: new Map(),
    heal: 500,
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
      only: 'customers,',
      fields: ['invoices=id, total', 'invoices=created'],
      excludeFields: ['customers=email,phone'],
      drop: ['customers=phone,name', 'charges=receipt_email'],
      newColumns: 'from-now',
      since: '2024-01-01',
      fullRefresh: true,
      mode: ['append', 'invoices=history'],
      sweep: ['invoices=6h'],
      deletes: 'hard',
      heal: '20',
      maxReadsPerMonth: '9000',
      json: true,
    },
    now,
  )
  assert.deepEqual(rest, {
    name: 'acme',
    to: 'duckdb:/tmp/x.duckdb',
    workDir: '/tmp/work',
    tables: ['invoices', 'customers'],
    only: ['customers'],
    fields: new Map([['invoices', ['id', 'total', 'created']]]),
    excludeFields: new Map([
      ['customers', ['email', 'phone', 'name']],
      ['charges', ['receipt_email']],
    ]),
    hashFields: new Map(),
    newColumns: 'from-now',
    since: Date.parse('2024-01-01T00:00:00Z'),
    fullRefresh: true,
    mode: { all: 'append', tables: new Map([['invoices', 'history']]) },
    sweep: new Map([['invoices', { every: 6 * 3_600_000 }]]),
    deletes: 'hard',
    heal: 20,
    maxReadsPerMonth: 9000,
  })
  assert.equal(source.apiBase, 'http://127.0.0.1:12111')
  assert.equal(source.rate, 1)
})

test('a mode or a kind of deletes that is not known is refused', () => {
  assert.match(refused({ mode: ['invoices=histroy'] }), /no mode "histroy"; did you mean history\?/)
  assert.match(refused({ deletes: 'gone' }), /--deletes must be soft, hard or ignore/)
})

test('budgets are whole numbers', () => {
  assert.equal(settings({ ...good, heal: '0' }, now).heal, 0)
  for (const wrong of ['', '-1', '1.5', 'many', '1e3']) {
    assert.throws(() => settings({ ...good, heal: wrong }, now), /--heal must be a number/)
    assert.throws(() => settings({ ...good, maxReadsPerMonth: wrong }, now), /--max-reads-per-month must be/)
  }
  assert.throws(() => settings({ ...good, maxReadsPerMonth: '0' }, now), /--max-reads-per-month must be/)
})

test('fields are hashed with the key of the file, or of the environment, which is never shown', async (context) => {
  const dir = await folder(context)
  const secret = 'the secret in the file'
  await writeFile(join(dir, 'key'), `${secret}\n`)
  await writeFile(join(dir, 'short'), 'short')
  const hash = ['customers=email,name']
  const env = { SLUICE_HASH_KEY: 'the secret of the environment' }
  const of = (said: object, environment: typeof env | object) =>
    settings({ ...good, hash, ...said }, now, environment as typeof env)
  const file = of({ hashKey: join(dir, 'key') }, env)
  assert.deepEqual(file.hashFields, new Map([['customers', ['email', 'name']]]))
  assert.equal(file.hasher?.hash('a@b'), createHmac('sha256', secret).update('a@b').digest('hex'))
  assert.equal(
    of({}, env).hasher?.hash('ä'),
    createHmac('sha256', env.SLUICE_HASH_KEY).update('ä').digest('hex'),
  )
  for (const shown of [inspect(file, { depth: 9 }), JSON.stringify(file.hasher), `${file.hasher}`]) {
    assert.ok(!shown.includes('secret'), shown)
  }
  assert.equal(settings(good, now, env).hasher, undefined)
  const refused = (said: object, environment: object, why: RegExp) =>
    assert.throws(
      () => of(said, environment),
      (error) => error instanceof ConfigError && why.test(error.message) && error.cure !== undefined,
    )
  refused({}, {}, /no hash key is given/)
  refused({}, { SLUICE_HASH_KEY: ' ' }, /no hash key is given/)
  refused({}, { SLUICE_HASH_KEY: 'fifteen letters' }, /^the hash key is 15 bytes long, and needs 16$/)
  refused({ hashKey: join(dir, 'short') }, env, /5 bytes long/)
  refused({ hashKey: join(dir, 'none') }, env, /^the file of --hash-key cannot be read: ENOENT$/)
  refused({ hashKey: dir }, env, /cannot be read: EISDIR/)
  refused({ hashKey: secret }, env, /^(?!.*the secret).*cannot be read: ENOENT$/)
  assert.throws(() => of({ hash: ['customers'] }, env), /--hash "customers" does not name/)
  assert.throws(() => of({ newColumns: 'never' }, env), /--new-columns must be reload or from-now/)
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
  assert.match(refused({ fields: ['a=b'], drop: ['a=c'] }), /both --fields and --drop are given for a/)
  assert.match(refused({ since: '2024-02-30' }), /"2024-02-30" is not a date.*--since/)
  assert.match(refused({ history: 'long' }), /the history "long".*--history/)
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

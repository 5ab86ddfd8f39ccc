/** What a person leaves out stays out, what is wanted again comes whole, and two runs at once do no harm. */
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { integration, key } from '../support/integration.ts'
import { objectsOf } from '../support/served.ts'

test('a value that was excluded is nowhere in any file; wanted again, it is there for all', async (context) => {
  const { sandbox, cwd, sync, rows } = await integration(context)
  const marker = 'marker-7f3a@example.com'
  await sandbox.create('customers', { id: 'cus_marked', email: marker, phone: '+15550177' })
  const excluded = ['--tables', 'customers', '--exclude-fields', 'customers=email']
  const first = await sync(...excluded)
  assert.equal(first.code, 0, first.stderr)
  assert.deepEqual(await rows("select phone from acme.customers where id = 'cus_marked'"), [['+15550177']])
  for (const entry of await readdir(cwd, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const bytes = await readFile(join(entry.parentPath, entry.name))
    assert.ok(!bytes.includes(marker) && !bytes.includes('marker-7f3a'), entry.name)
  }

  const all = await sync('--tables', 'customers')
  assert.equal(all.code, 0, all.stderr)
  const withEmail = 'select count(*), count(email) from acme.customers'
  const emails: unknown[] = []
  for await (const { email } of objectsOf(sandbox.url, key, { path: '/v1/customers' })) emails.push(email)
  const whole = [String(emails.length), String(emails.filter((email) => email !== null).length)]
  assert.deepEqual(await rows(withEmail), [whole])

  // Left out again, one row is written without it; nothing of that remains when it is wanted once more.
  await setTimeout(1_100)
  await sandbox.update('customers', 'cus_marked', { name: 'Changed' })
  const without = await sync(...excluded)
  assert.equal(without.code, 0, without.stderr)
  const last = await sync('--tables', 'customers')
  assert.equal(last.code, 0, last.stderr)
  assert.deepEqual(await rows(withEmail), [whole])
})

test('nothing from before the history that was asked for, not even when it changes', async (context) => {
  const { sandbox, sync, rows } = await integration(context)
  const { world } = sandbox.account.store
  const middle = world.created('customers', 30)
  const since = new Date((middle + 86_400) * 1000).toISOString().slice(0, 10)
  const start = Date.parse(since) / 1000
  const expected = Array.from({ length: world.count('customers') }, (_, index) => index).filter(
    (index) => world.created('customers', index) >= start,
  )
  const counted = 'select count(*), count(description) from acme.customers'
  const first = await sync('--tables', 'customers', '--since', since)
  assert.equal(first.code, 0, first.stderr)
  const [[before] = []] = await rows(counted)
  assert.equal(Number(before), expected.length)

  await setTimeout(1_100)
  const newest = expected.at(-1) ?? assert.fail('no customer since')
  for (const index of [0, 7, 30, newest]) {
    await sandbox.update('customers', world.id('customers', index), { description: 'changed' })
  }
  const second = await sync('--tables', 'customers')
  assert.equal(second.code, 0, second.stderr)
  const [[after] = []] = await rows(counted)
  assert.equal(Number(after), expected.length)
  assert.deepEqual(
    await rows(`select description from acme.customers where id = '${world.id('customers', newest)}'`),
    [['changed']],
  )
})

test('a full refresh finds what was deleted without a word', async (context) => {
  const { sandbox, sync, rows, sameAsSandbox } = await integration(context)
  assert.equal((await sync('--tables', 'customers,products')).code, 0)
  const gone = sandbox.account.store.world.id('customers', 5)
  await sandbox.remove('customers', gone, { silent: true })
  const refreshed = await sync('--tables', 'customers,products', '--full-refresh')
  assert.equal(refreshed.code, 0, refreshed.stderr)
  assert.deepEqual(
    await rows('select id, email is not null from acme.customers where _deleted_at is not null'),
    [[gone, true]],
    'marked, with what was known of it',
  )
  await sameAsSandbox(['customers', 'products'])
})

test('of two runs at once the later one goes on, the other says why it does not', async (context) => {
  const { sandbox, start, sync, rows, sameAsSandbox } = await integration(context, {
    faults: 'slow@/v1:ms=100,times=all',
  })
  const tables = ['--quiet', '--tables', 'invoices,customers,charges']
  const both = await Promise.all([start(...tables).finished, start(...tables).finished])
  const codes = both.map(({ code }) => code).sort()
  const texts = both.map(({ stderr }) => stderr).join('')
  if (codes[1] === 1) {
    assert.match(texts, /another run of acme has taken over this warehouse\. Let only one sync run per name/)
  }
  assert.equal(codes[0], 0, texts)
  assert.ok(codes[1] === 1 || codes[1] === 0, texts)
  sandbox.setFaults('')
  assert.equal((await sync(...tables)).code, 0)
  await sameAsSandbox(['invoices', 'customers', 'charges'])
  assert.deepEqual(await rows('select count(*) - count(distinct id) from acme.charges'), [['0']])
})

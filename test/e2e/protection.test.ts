/** Protected values never reach a disk; from the sandbox, by the command line, into a DuckDB file. */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { run } from '../cli/spawn.ts'
import { integration } from '../support/integration.ts'

const secret = 'an end-to-end key of more than 16 bytes'
const hash = (text: string, key = secret) => createHmac('sha256', key).update(text).digest('hex')

/** Values that nothing else has, one for each way in. */
const marker = (name: string) => `MARK${name}7f3a`

/** Names of the files in which the bytes are. */
async function filesWith(dir: string, bytes: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  assert.ok(files.length > 0)
  const found: string[] = []
  for (const file of files) if ((await readFile(file)).includes(bytes)) found.push(file)
  return found
}

test('what is hashed or dropped is in no file and no line, and hashes join', async (context) => {
  const { sandbox, cwd, env, sync, rows } = await integration(context)
  await writeFile(join(cwd, 'hash.key'), `${secret}\n`)
  const email = `${marker('email')}@example.com`
  const { world } = sandbox.account.store
  const charge = world.id('charges', 3)
  const invoice = world.id('invoices', 3)
  await sandbox.create('customers', {
    id: 'cus_marked',
    email,
    name: marker('name'),
    phone: marker('phone'),
    description: 'seen by all',
    metadata: { tax_number: marker('tax'), note: marker('note'), colour: 'red' },
    new_field: { inside: marker('unknown') },
  })
  await sandbox.update('charges', charge, {
    receipt_email: email,
    // Expanded without having been asked for.
    customer: { id: 'cus_marked', object: 'customer', email, name: marker('name'), phone: marker('phone') },
  })
  const line = { id: 'il_marked', object: 'line_item', amount: 1234, description: marker('line') }
  await sandbox.update('invoices', invoice, { lines: [line] })

  const tables = ['--tables', 'customers,charges,invoices,invoice_lines']
  const protection = [
    ...['--hash', 'customers=email,name,metadata.tax_number,_extra.new_field'],
    ...['--hash', 'charges=receipt_email', '--hash', 'invoice_lines=description,amount'],
    ...['--drop', 'customers=phone', '--exclude-fields', 'customers=metadata.note'],
    ...['--hash-key', './hash.key'],
  ]
  const markers = ['email', 'name', 'phone', 'tax', 'note', 'unknown', 'line'].map(marker)
  const done = await sync(...tables, ...protection)
  assert.equal(done.code, 0, done.stderr)
  const unseen = async (output: string) => {
    for (const text of markers) {
      assert.deepEqual(await filesWith(cwd, text), [], text)
      assert.ok(!output.includes(text), text)
    }
    assert.ok(!output.includes(secret), 'the key')
  }
  await unseen(done.stdout + done.stderr)
  assert.deepEqual(await filesWith(cwd, secret), [join(cwd, 'hash.key')], 'the key is in its own file alone')
  assert.ok((await filesWith(cwd, 'seen by all')).length > 0, 'other values are found in this way')

  assert.deepEqual(
    await rows(`select c.email, c.name, c.metadata->>'tax_number', c.metadata->>'colour', c._extra->>'new_field',
                  h.customer, h._extra->'customer'->>'email'
                from acme.customers c join acme.charges h on h.receipt_email = c.email where h.id = '${charge}'`),
    [
      [
        hash(email),
        hash(marker('name')),
        hash(marker('tax')),
        'red',
        hash(`{"inside":"${marker('unknown')}"}`),
        'cus_marked',
        hash(email),
      ],
    ],
  )
  const [[amount] = []] = await rows(
    `select amount from acme.invoice_lines where id = '${line.id}' and invoice = '${invoice}'`,
  )
  assert.equal(String(amount).length, 64, 'a hashed amount is text')

  // What changes comes the same way.
  await setTimeout(1_100)
  await sandbox.update('customers', 'cus_marked', { name: marker('line') })
  const second = await sync(...tables, ...protection)
  assert.equal(second.code, 0, second.stderr)
  await unseen(second.stdout + second.stderr)
  assert.deepEqual(await rows("select name from acme.customers where id = 'cus_marked'"), [
    [hash(marker('line'))],
  ])

  const args = ['verify', '--name', 'acme', '--to', 'duckdb:./acme.duckdb', '--rate', '100%', '--json']
  const verified = await run([...args, ...tables, ...protection], { cwd, env })
  assert.equal(verified.code, 0, verified.stdout + verified.stderr)
  await unseen(verified.stdout + verified.stderr)
})

test('a field that is hashed later, or with another key, is read again for all; a type that cannot change is refused', async (context) => {
  const { sync, rows, env } = await integration(context)
  const synced = async (...args: readonly string[]) => {
    const done = await sync('--tables', 'customers', ...args)
    assert.equal(done.code, 0, done.stderr)
  }
  const names = async () => (await rows('select name from acme.customers order by id')).map(([name]) => name)
  await synced()
  const plain = await names()
  assert.ok(plain.length >= 60)
  const hashed = (key: string) => plain.map((name) => (name === null ? null : hash(String(name), key)))

  const set = (key: string) => Object.assign(env, { SLUICE_HASH_KEY: key })
  set(secret)
  await synced('--hash', 'customers=name', '--new-columns', 'from-now')
  assert.deepEqual(await names(), hashed(secret), 'whatever is to be done about new columns')
  set('another key of more than 16 bytes')
  await synced('--hash', 'customers=name')
  assert.deepEqual(await names(), hashed('another key of more than 16 bytes'))
  await synced()
  assert.deepEqual(await names(), plain)

  const refused = await sync('--tables', 'customers', '--hash', 'customers=balance')
  assert.equal(refused.code, 2, refused.stderr)
  assert.match(
    refused.stderr,
    /acme\.customers\.balance is BIGINT in the warehouse, and its values are now VARCHAR/,
  )
  assert.deepEqual(await names(), plain, 'nothing was written')
})

test('a wrong protection is refused before anything is read', async (context) => {
  const { sandbox, sync, env } = await integration(context)
  const before = sandbox.stats().requests
  const refusals: [string[], RegExp][] = [
    [['--hash', 'customers=email'], /no hash key is given.*SLUICE_HASH_KEY/],
    [['--hash', 'customers=email', '--hash-key', './none'], /file of --hash-key cannot be read: ENOENT/],
  ]
  for (const [args, why] of refusals) {
    const done = await sync('--tables', 'customers', ...args)
    assert.equal(done.code, 2, done.stderr)
    assert.match(done.stderr, why)
  }
  Object.assign(env, { SLUICE_HASH_KEY: secret })
  for (const [field, why] of [
    ['emial', /customers has no field "emial"; did you mean email\?/],
    ['id', /id of customers cannot be hashed: rows are found by it/],
  ] as const) {
    const done = await sync('--tables', 'customers', '--hash', `customers=${field}`)
    assert.equal(done.code, 2, done.stderr)
    assert.match(done.stderr, why)
  }
  assert.equal(sandbox.stats().requests, before)
})

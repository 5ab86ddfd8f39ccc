import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { newDatabase, stopDatabases } from '../../test/support/databases.ts'
import { ConfigError } from '../core/errors.ts'
import { openStore, type Store } from './open.ts'
import { openVault, rotateKey } from './vault.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-vault-'))
const text = 'rk_live_a-secret-that-must-not-be-seen'
let databaseUrl: string
let store: Store
let file: string
let made = 0

before(async () => {
  databaseUrl = await newDatabase()
  store = await openStore({ dataDir: folder, databaseUrl, migrate: true })
})
beforeEach(async () => {
  await store.pool.query('truncate sluice.secrets cascade; truncate sluice.settings')
  file = join(folder, `${++made}.key`)
})
after(async () => {
  await store[Symbol.asyncDispose]()
  await stopDatabases()
  rmSync(folder, { recursive: true, force: true })
})

const open = (given?: string) => openVault(store.pool, { given, file })
const refused = (why: RegExp) => (error: unknown) => error instanceof ConfigError && why.test(error.message)

test('a secret comes back, and is nowhere in the database or the key file', async () => {
  const vault = await open()
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const id = await vault.put(store.pool, text)
  assert.equal(await vault.get(store.pool, id), text)
  assert.equal(await (await open()).get(store.pool, id), text)
  const { rows } = await store.pool.query("select encode(sealed, 'escape') as sealed, * from sluice.secrets")
  assert.ok(!JSON.stringify(rows).includes('a-secret'))
  assert.notEqual((await vault.put(store.pool, text)).slice(), id)
  const { rows: sealed } = await store.pool.query('select distinct sealed from sluice.secrets')
  assert.equal(sealed.length, 2, 'the same text is sealed differently each time')
})

test('what was changed or moved in the database is refused', async () => {
  const vault = await open()
  const [mine, other] = [await vault.put(store.pool, text), await vault.put(store.pool, 'another')]
  await store.pool.query(
    `update sluice.secrets a set sealed = b.sealed, nonce = b.nonce from sluice.secrets b where a.id = $1 and b.id = $2`,
    [mine, other],
  )
  await assert.rejects(vault.get(store.pool, mine), refused(/not as it was written/))
  await store.pool.query('update sluice.secrets set sealed = set_byte(sealed, 0, get_byte(sealed, 0) # 1)')
  await assert.rejects(vault.get(store.pool, other), refused(/not as it was written/))
})

test('another key, a missing or an open file are refused, and nothing is made in their place', async () => {
  await (await open()).put(store.pool, text)
  const key = readFileSync(file, 'utf8')
  await assert.rejects(open('00'.repeat(32)), refused(/SLUICE_MASTER_KEY is not the one/))
  rmSync(file)
  await assert.rejects(open(), refused(/is not there/))
  assert.ok(!existsSync(file))
  writeFileSync(file, key, { mode: 0o644 })
  chmodSync(file, 0o644)
  await assert.rejects(open(), refused(/other users/))
  chmodSync(file, 0o600)
  writeFileSync(file, 'short')
  await assert.rejects(open(), refused(/not 32 bytes/))
  assert.ok(await open(key), 'the same key by the environment')
})

test('of processes that start together all have one key', async () => {
  const vaults = await Promise.all([open(), open(), open()])
  const id = await vaults[0]?.put(store.pool, text)
  for (const vault of vaults) assert.equal(await vault.get(store.pool, id ?? ''), text)
})

test('a rotation seals everything anew; who holds the old key can neither read nor write', async () => {
  const vault = await open()
  const id = await vault.put(store.pool, text)
  const old = readFileSync(file, 'utf8')
  const { secrets, kept } = await rotateKey(store.pool, { given: undefined, file, next: undefined })
  assert.equal(secrets, 1)
  assert.notEqual(readFileSync(file, 'utf8'), old)
  assert.equal(readFileSync(kept ?? '', 'utf8'), old, 'backups of before need it')
  assert.equal(statSync(kept ?? '').mode & 0o077, 0)
  assert.equal(existsSync(`${file}.next`), false)
  assert.equal(await (await open()).get(store.pool, id), text)
  await assert.rejects(vault.get(store.pool, id), refused(/was changed while/))
  await assert.rejects(vault.put(store.pool, text), refused(/was changed while/))
  await assert.rejects(open(old), refused(/is not the one/))
})

test('a rotation that was killed at any point leaves a key that opens the store', async () => {
  const id = await (await open()).put(store.pool, text)
  const old = readFileSync(file, 'utf8')
  // Before the store had the new key: its file is there, and says nothing.
  writeFileSync(`${file}.next`, '11'.repeat(32), { mode: 0o600 })
  assert.equal(await (await open()).get(store.pool, id), text)
  // After it: the old file is still in its place.
  const rotated = await rotateKey(store.pool, { given: undefined, file, next: undefined })
  assert.equal(rotated.secrets, 1)
  renameSync(file, `${file}.next`)
  writeFileSync(file, old, { mode: 0o600 })
  assert.equal(await (await open()).get(store.pool, id), text)
  assert.notEqual(readFileSync(file, 'utf8'), old)
})

test('a key of the environment is rotated to another one', async () => {
  const [given, next] = ['ab'.repeat(32), Buffer.alloc(32, 7).toString('base64')]
  const id = await (await open(given)).put(store.pool, text)
  await assert.rejects(rotateKey(store.pool, { given, file, next: undefined }), refused(/no new one/))
  assert.deepEqual(await rotateKey(store.pool, { given, file, next }), { secrets: 1, kept: undefined })
  assert.equal(await (await open(next)).get(store.pool, id), text)
  assert.ok(!existsSync(file))
})

import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { query } from '../../src/app/query.ts'
import { ConfigError, TransientError } from '../../src/core/errors.ts'
import { usual } from '../../src/destinations/files/plan.ts'
import { openFiles } from '../../src/destinations/files.ts'
import { put, things } from '../conformance/harness.ts'
import { batchOf, contents, loadOf, rowOf } from '../conformance/rows.ts'
import { conformance } from '../conformance/suite.ts'
import { temporaryFolder } from '../support/folder.ts'
import { gcsServer } from '../support/gcs.ts'

async function place(options: { readonly ignoresConditions?: boolean } = {}) {
  const server = await gcsServer({ bucket: 'lake', ...options })
  const folder = await temporaryFolder()
  const address = `gs://lake/some/prefix?endpoint=${encodeURIComponent(server.url)}`
  const openOptions = { workDir: folder.path, report() {} }
  return {
    server,
    folder: folder.path,
    address,
    open: (to = address, signal = new AbortController().signal, integration = 'acme') =>
      openFiles(to, { ...openOptions, integration, signal }, usual),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

conformance('google, parquet', async () => {
  const at = await place()
  return { ...at, open: (other = '') => at.open(undefined, undefined, `${other}acme`) }
})

/** Opens it and makes the table. */
async function opened(at: Awaited<ReturnType<typeof place>>, to = at.address) {
  const warehouse = await at.open(to)
  await warehouse.readState()
  await warehouse.prepare([things])
  return warehouse
}

test('google: a large file goes up in a session, and comes back as it was', async () => {
  await using at = await place()
  await using warehouse = await opened(at)
  const ways: string[] = []
  at.server.fault = ({ method, key, query }, moment) => {
    if (moment === 'after' && method === 'POST' && key.endsWith('.parquet')) {
      ways.push(String(query.get('uploadType')))
    }
    return undefined
  }
  // Of random letters, which no compression makes small.
  const letters = () => Array.from({ length: 30_000 }, () => Math.random().toString(36).slice(2, 14)).join('')
  const upserts = Array.from({ length: 80 }, (_, row) => rowOf(things, { id: `${row}`, parent: letters() }))
  await warehouse.load(loadOf([batchOf(things, { upserts })]))
  await put(warehouse, { id: 'small' })
  assert.deepEqual(ways, ['resumable', 'multipart'])
  await using fresh = await temporaryFolder()
  const sql = 'select count(*)::int, sum(length(parent))::int from acme.things'
  const { rows } = await query(at.address, sql, 1, fresh.path)
  assert.deepEqual(rows, [[81, upserts.reduce((sum, row) => sum + String(row[6]).length, 0)]])
})

test('google: busy servers and broken connections are waited for, answers that are lost do no harm', async () => {
  await using at = await place()
  await using warehouse = await at.open()
  let requests = 0
  // Some are not answered, some answers are lost; each is asked about twice.
  at.server.fault = (_, moment) => {
    requests++
    if (requests % 7 === 0) return moment === 'before' ? 503 : 'drop'
    return requests % 23 === 0 && moment === 'before' ? 429 : undefined
  }
  await warehouse.readState()
  await warehouse.prepare([things])
  for (let version = 1; version <= 5; version++) await put(warehouse, { id: 'a', total: version }, version)
  assert.deepEqual(
    (await contents(warehouse, things)).map(({ total }) => total),
    [5],
  )
  assert.ok(requests > 40)
})

test('google: a manifest whose answer was lost is ours all the same', async () => {
  await using at = await place()
  await using warehouse = await opened(at)
  let lost = 0
  at.server.fault = ({ method, key }, moment) => {
    if (method !== 'POST' || !key.includes('_manifests/') || moment !== 'after' || lost > 0) return undefined
    lost++
    return 'drop'
  }
  await put(warehouse, { id: 'a', total: 1 })
  assert.equal(lost, 1)
  assert.deepEqual(
    (await contents(warehouse, things)).map(({ total }) => total),
    [1],
  )
})

test('google: an emulator may be named in the environment too, with or without its scheme', async () => {
  await using at = await place()
  const before = process.env.STORAGE_EMULATOR_HOST
  try {
    for (const host of [at.server.url, at.server.url.replace('http://', '')]) {
      process.env.STORAGE_EMULATOR_HOST = host
      await using warehouse = await opened(at, `gs://lake/${host.length}`)
      await put(warehouse, { id: 'a' })
      assert.equal((await contents(warehouse, things)).length, 1)
    }
  } finally {
    if (before === undefined) delete process.env.STORAGE_EMULATOR_HOST
    else process.env.STORAGE_EMULATOR_HOST = before
  }
})

test('google: what the user must change is told with its cure', async () => {
  await using at = await place()
  await using lax = await place({ ignoresConditions: true })
  const refused = async (to: string, message: RegExp) => {
    await using warehouse = await at.open(to)
    await assert.rejects(
      warehouse.check(),
      (error) => error instanceof ConfigError && message.test(error.message) && error.cure !== undefined,
    )
  }
  const endpoint = (url: string) => `endpoint=${encodeURIComponent(url)}`
  await refused(`gs://elsewhere/x?${endpoint(at.server.url)}`, /no such bucket/)
  await refused(lax.address, /overwrites what it was told not to/)
  assert.equal(lax.server.objects.size, 0, 'nothing is left behind')
  at.server.fault = () => 403
  await refused(at.address, /may not be used with these credentials/)
  at.server.fault = undefined
  await assert.rejects(at.open('gs://?endpoint=x'), /names no bucket/)

  const before = process.env.GOOGLE_APPLICATION_CREDENTIALS
  const file = join(mkdtempSync(join(at.folder, 'keys-')), 'key.json')
  writeFileSync(file, '{}')
  try {
    process.env.GOOGLE_APPLICATION_CREDENTIALS = file
    await refused('gs://lake/x', /no credentials for gs:\/\/lake\/x/)
    process.env.GOOGLE_APPLICATION_CREDENTIALS = join(at.folder, 'missing.json')
    await refused('gs://lake/x', /no credentials for gs:\/\/lake\/x/)
  } finally {
    if (before === undefined) delete process.env.GOOGLE_APPLICATION_CREDENTIALS
    else process.env.GOOGLE_APPLICATION_CREDENTIALS = before
  }

  const stop = new AbortController()
  await using gone = await at.open(`gs://lake/x?${endpoint('http://127.0.0.1:1')}`, stop.signal)
  stop.abort()
  await assert.rejects(gone.check(), TransientError)
})

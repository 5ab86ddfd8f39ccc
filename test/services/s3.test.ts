import assert from 'node:assert/strict'
import { test } from 'node:test'
import { query } from '../../src/app/query.ts'
import { ConfigError, TransientError } from '../../src/core/errors.ts'
import { usual } from '../../src/destinations/files/plan.ts'
import { openFiles } from '../../src/destinations/files.ts'
import { put, things } from '../conformance/harness.ts'
import { batchOf, contents, loadOf, rowOf } from '../conformance/rows.ts'
import { conformance } from '../conformance/suite.ts'
import { temporaryFolder } from '../support/folder.ts'
import { type S3Request, s3Key, s3Server } from '../support/s3.ts'

process.env.AWS_ACCESS_KEY_ID = s3Key.id
process.env.AWS_SECRET_ACCESS_KEY = s3Key.secret

async function place(options: { readonly ignoresConditions?: boolean } = {}) {
  const server = await s3Server({ bucket: 'lake', ...options })
  const folder = await temporaryFolder()
  const address = `s3://lake/some/prefix?endpoint=${encodeURIComponent(server.url)}`
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

conformance('s3, parquet', async () => {
  const at = await place()
  return { ...at, open: (other = '') => at.open(undefined, undefined, `${other}acme`) }
})

test('s3: a machine that has nothing fetches what it needs; a query only the tables that it names', async () => {
  await using at = await place()
  await using warehouse = await at.open()
  await warehouse.readState()
  const other = { ...things, name: 'other' }
  await warehouse.prepare([things, other])
  await put(warehouse, { id: 'a', total: 1 })
  await warehouse.load(loadOf([batchOf(other, { upserts: [rowOf(other, { id: 'o' })] })]))
  const fetched: string[] = []
  at.server.fault = ({ method, key }, moment) => {
    if (moment === 'after' && method === 'GET' && key.endsWith('.parquet')) fetched.push(key)
    return undefined
  }
  await using fresh = await temporaryFolder()
  const { rows } = await query(at.address, 'select id, total::int from acme.things', 10, fresh.path)
  assert.deepEqual(rows, [['a', 1]])
  assert.equal(fetched.length, 1)
  await query(at.address, 'select * from acme.things', 10, fresh.path)
  assert.equal(fetched.length, 1, 'what was fetched is kept')
  await put(warehouse, { id: 'a', total: 2 }, 2)
  assert.equal(fetched.length, 1, 'who wrote a file has it')
})

test('s3: a file beyond one part goes up in parts', async () => {
  await using at = await place()
  await using warehouse = await at.open()
  await warehouse.readState()
  await warehouse.prepare([things])
  const parts: string[] = []
  at.server.fault = ({ query }, moment) => {
    if (moment === 'after' && query.has('partNumber')) parts.push(String(query.get('partNumber')))
    return undefined
  }
  // Of random letters, which no compression makes small.
  const letters = () => Array.from({ length: 30_000 }, () => Math.random().toString(36).slice(2, 14)).join('')
  const upserts = Array.from({ length: 80 }, (_, row) => rowOf(things, { id: `${row}`, parent: letters() }))
  await warehouse.load(loadOf([batchOf(things, { upserts })]))
  assert.ok(parts.length >= 2, `${parts.length} parts`)
  await using fresh = await temporaryFolder()
  const { rows } = await query(
    at.address,
    'select count(*)::int, sum(length(parent))::int from acme.things',
    1,
    fresh.path,
  )
  const length = upserts.reduce((sum, row) => sum + String(row[6]).length, 0)
  assert.deepEqual(rows, [[80, length]])
})

test('s3: busy servers and broken connections are waited for, answers that are lost do no harm', async () => {
  await using at = await place()
  await using warehouse = await at.open()
  let requests = 0
  // Some are not answered, some answers are lost; each is asked about twice.
  at.server.fault = (_, moment) => {
    requests++
    if (requests % 7 === 0) return moment === 'before' ? 503 : 'drop'
    return undefined
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

test('s3: a manifest whose answer was lost is ours all the same', async () => {
  await using at = await place()
  await using warehouse = await at.open()
  await warehouse.readState()
  await warehouse.prepare([things])
  let lost = 0
  at.server.fault = ({ method, key }, moment) => {
    if (method !== 'PUT' || !key.includes('_manifests/') || moment !== 'after' || lost > 0) return undefined
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

test('s3: an upload that dies leaves the warehouse as it was, and the next run removes what is left', async () => {
  await using at = await place()
  await using warehouse = await at.open()
  await warehouse.readState()
  await warehouse.prepare([things])
  await put(warehouse, { id: 'a', total: 1 })
  const stop = new AbortController()
  await using dying = await at.open(at.address, stop.signal)
  await dying.readState()
  // The files are there, the manifest never comes.
  at.server.fault = ({ method, key }: S3Request) => {
    if (method !== 'PUT' || !key.includes('_manifests/')) return undefined
    stop.abort()
    return 'drop'
  }
  await assert.rejects(put(dying, { id: 'b', total: 2 }))
  at.server.fault = undefined
  const files = () => [...at.server.objects.keys()].filter((key) => key.endsWith('.parquet')).length
  assert.equal(files(), 2)
  await using next = await at.open()
  await next.readState()
  assert.equal(files(), 1)
  assert.deepEqual(
    (await contents(next, things)).map(({ id }) => id),
    ['a'],
  )
})

test('s3: what the user must change is told with its cure', async () => {
  await using at = await place()
  await using lax = await place({ ignoresConditions: true })
  const refused = async (to: string, message: RegExp) => {
    await using warehouse = await at.open(to)
    await assert.rejects(
      warehouse.check(),
      (error) => error instanceof ConfigError && message.test(error.message),
    )
  }
  const endpoint = (url: string) => `endpoint=${encodeURIComponent(url)}`
  await refused(`s3://elsewhere/x?${endpoint(at.server.url)}`, /no such bucket/)
  await refused(lax.address, /overwrites what it was told not to/)
  await using unsafe = await lax.open()
  await assert.rejects(unsafe.readState(), /overwrites what it was told not to/)
  assert.equal(lax.server.objects.size, 0, 'nothing is left behind')
  process.env.AWS_ACCESS_KEY_ID = 'AKIAOTHER'
  try {
    await refused(at.address, /may not be used with these credentials/)
  } finally {
    process.env.AWS_ACCESS_KEY_ID = s3Key.id
  }
  await assert.rejects(at.open('s3://?region=x'), /names no bucket/)
  const stop = new AbortController()
  await using gone = await at.open(`s3://lake/x?${endpoint('http://127.0.0.1:1')}`, stop.signal)
  stop.abort()
  await assert.rejects(gone.check(), TransientError)
})

/** Killed at any moment, a sync is carried on: no row is lost or doubled, no child is missing. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, watch } from 'node:fs'
import { basename } from 'node:path'
import { test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { catalog } from '../../src/stripe/streams.ts'
import type { Moment } from '../support/eager-sync.ts'
import { integration, key } from '../support/integration.ts'
import { everything } from '../support/served.ts'
import { longTest } from '../support/thorough.ts'
import { look } from '../support/warehouse.ts'

const withNode = new URL('../../bin/with-node', import.meta.url).pathname
const eagerSync = new URL('../support/eager-sync.ts', import.meta.url).pathname

const streams = [
  'customers',
  'products',
  'prices',
  'subscriptions',
  'subscription_items',
  'invoices',
  'invoice_lines',
  'charges',
  'refunds',
  'balance_transactions',
]
const tables = streams.join(',')

type Place = Awaited<ReturnType<typeof integration>>

/** A sync that writes after every page and dies at such a moment; resolves with its exit code, null for killed. */
function eager({ cwd, env, file }: Place, moment: Moment, count: number, milliseconds: number) {
  const args = [eagerSync, file, tables, moment, String(count), String(milliseconds)]
  const child = spawn(withNode, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return new Promise<number | null>((resolve) => child.on('close', resolve))
}

/** Resolves when a file of such a name has been made, or written to, in the folder. */
function touched(folder: string, name: (file: string) => boolean) {
  const { promise, resolve } = Promise.withResolvers<void>()
  const watcher = watch(folder, (_event, file) => {
    if (file !== null && name(basename(file))) resolve()
  })
  return { promise, [Symbol.dispose]: () => watcher.close() }
}

/** Table by table: as many rows as objects, each key once, the same sums of money, every parent's children. */
async function assertWhole({ sandbox, file }: Place) {
  using warehouse = await look(file)
  const served = Map.groupBy(await everything(sandbox.url, key, streams), ({ stream }) => stream)
  for (const name of streams) {
    const stream = catalog().streams.find((one) => one.name === name)
    assert.ok(stream)
    const objects = served.get(name) ?? []
    const sums = ['amount', 'total', 'amount_paid', 'fee', 'net'].filter((field) =>
      stream.columns.some((column) => column.name === field && column.type === 'integer'),
    )
    const [row] = await warehouse.rows(
      `select count(*) as count, count(distinct (${stream.key.join(', ')})) as keys,
         count(_deleted_at) as deleted ${sums.map((field) => `, sum(${field})::bigint as ${field}`).join('')}
       from acme.${name}`,
    )
    const sum = (field: string) => objects.reduce((all, { object }) => all + Number(object[field] ?? 0), 0)
    assert.deepEqual(
      Object.fromEntries(row ?? []),
      {
        count: String(objects.length),
        keys: String(objects.length),
        deleted: '0',
        ...Object.fromEntries(sums.map((field) => [field, String(sum(field))])),
      },
      name,
    )
    const { parent } = stream
    if (!parent) continue
    const counts = await warehouse.rows(
      `select ${parent.column} as parent, count(*) as count from acme.${name} group by 1`,
    )
    const expected = Map.groupBy(objects, ({ parentId }) => parentId ?? '')
    assert.deepEqual(
      new Map(counts.map((line) => [line.get('parent'), Number(line.get('count'))])),
      new Map([...expected].map(([id, children]) => [id, children.length])),
      name,
    )
  }
  const lines = Map.groupBy(served.get('invoice_lines') ?? [], ({ parentId }) => parentId)
  assert.equal(Math.max(...[...lines.values()].map(({ length }) => length)), 1050)
}

const moments: readonly (readonly [Moment, number])[] = [
  ['loaded', 1],
  ['within', 2],
  ['load', 3],
  ['within', 1],
  ['load', 2],
  ['within', 3],
  ['loaded', 2],
]

test('killed between and within loads, again and again', async (context) => {
  // Answers take a while, so that one run does not read everything before its first load is written.
  const place = await integration(context, { faults: 'slow@/v1:ms=25,times=all' })
  const random = fixed(20_261_123)
  let rows = 0
  for (const [moment, count] of moments) {
    assert.equal(await eager(place, moment, count, random() * 60), null, 'it is killed')
    const before = rows
    rows = await rowsOf(place)
    assert.ok(rows >= before, 'what is durable stays')
    if (moment === 'loaded' && count > 1) assert.ok(rows > before, 'and a run after a kill goes on')
  }
  assert.ok(rows > 0)
  context.diagnostic(`${rows} rows after ${moments.length} kills`)
  place.sandbox.setFaults('')
  const { code, stderr } = await place.sync('--tables', tables)
  assert.equal(code, 0, stderr)
  await assertWhole(place)
})

longTest('killed while the file is made, and while another program holds it', async (context) => {
  const place = await integration(context, { scale: 60 })
  const { cwd, file, start, sync } = place
  const some = ['products', 'customers']
  {
    using making = touched(cwd, (name) => name.startsWith('acme.duckdb'))
    const running = start('--quiet', '--tables', some.join(','))
    await making.promise
    running.kill('SIGKILL')
    assert.equal((await running.finished).code, null)
  }
  // What there is of it is a whole database, or nothing.
  if (existsSync(file)) (await look(file))[Symbol.dispose]()

  assert.equal((await sync('--tables', 'products')).code, 0)
  const other = await DuckDBInstance.create(file)
  const waiting = start('--tables', some.join(','))
  await waiting.seen(new RegExp(`acme\\.duckdb is held by process ${process.pid} `))
  waiting.kill('SIGKILL')
  assert.equal((await waiting.finished).code, null)
  const connection = await other.connect()
  const reader = await connection.runAndReadAll('select count(*) from acme.acme.products')
  assert.ok(Number(reader.getRowsJson()[0]?.[0]) > 0, 'who holds the file is not disturbed')
  connection.closeSync()
  other.closeSync()

  const { code, stderr } = await sync('--tables', some.join(','))
  assert.equal(code, 0, stderr)
  await place.sameAsSandbox(some)
})

async function rowsOf({ file }: Place): Promise<number> {
  using warehouse = await look(file)
  const there = await warehouse.rows(
    "select table_name as name from duckdb_tables() where database_name = 'looked' and schema_name = 'acme'",
  )
  let count = 0
  for (const table of there) {
    const [row] = await warehouse.rows(`select count(*) as rows from acme.${table.get('name')}`)
    count += Number(row?.get('rows'))
  }
  return count
}

/** Pseudo-random numbers from 0 to 1, always the same (mulberry32). */
function fixed(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

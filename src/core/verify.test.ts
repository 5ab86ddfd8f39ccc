import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { idSet } from '../app/id-set.ts'
import { memory } from '../destinations/memory.ts'
import type { Listed } from './inspection.ts'
import type { Change, Row, Source, Table } from './model.ts'
import { sync } from './sync.ts'
import { verify } from './verify.ts'

const second = 1_000_000
const things: Table = {
  name: 'things',
  columns: [
    { name: 'id', type: 'text', nullable: false },
    { name: 'created', type: 'timestamp', nullable: true },
    { name: 'amount', type: 'integer', nullable: true },
    { name: 'link', type: 'text', nullable: true },
  ],
  key: ['id'],
}
const ids = Array.from({ length: 200 }, (_, at) => `t${String(at).padStart(3, '0')}`)
const timeOf = (id: string) => Number(id.slice(1)) * 3600 * second

/** A source of 200 things whose link is another at every reading; `amounts` are what they are now. */
function flickering(
  amounts: ReadonlyMap<string, number>,
  gone: ReadonlySet<string> = new Set(),
): {
  readonly source: Source
  readonly asked: string[]
} {
  let readings = 0
  const asked: string[] = []
  const row = (id: string): Row => [id, timeOf(id), amounts.get(id) ?? 1, `link ${++readings}`]
  const upsert = (id: string): Change => ({
    op: 'upsert',
    stream: 'things',
    row: row(id),
    version: ++readings,
  })
  const source: Source = {
    name: 'flickering',
    check: async () => ({ id: 'acct_1', livemode: false }),
    tables: () => new Map([['things', things]]),
    discover: async () => [],
    async *read() {
      yield { kind: 'page', stream: 'things', changes: ids.map(upsert), bytes: 1 }
      yield { kind: 'end', stream: 'things', status: 'ok' }
    },
    inspect: ({ spend }) => ({
      families: [
        { top: 'things', members: [{ stream: 'things', told: true }], time: 'created', settled: 1e15 },
      ],
      async list(_family, { from = -1, to = Number.POSITIVE_INFINITY }, objects): Promise<Listed> {
        spend()
        const within = ids.filter((id) => timeOf(id) >= from && timeOf(id) < to).reverse()
        const some = within.slice(0, objects)
        const last = some.at(-1)
        return {
          ids: some,
          changes: some.map(upsert),
          ...(within.length > some.length && last !== undefined ? { rest: { from, to: timeOf(last) } } : {}),
        }
      },
      async again(_family, places) {
        spend()
        asked.push(...places.map(({ id }) => id))
        return places.filter(({ id }) => !gone.has(id)).map(({ id }) => upsert(id))
      },
      moved: async () => new Set(),
      isDue: () => true,
      refused: () => undefined,
    }),
  }
  return { source, asked }
}

let stores = 0
const common = () => ({
  destination: memory,
  address: `memory:verify-${++stores}`,
  integration: 'acme',
  streams: [{ name: 'things' }],
  workDir: '/nowhere',
  idSet: () => idSet(tmpdir(), randomUUID()),
  clock: () => 1_000_000,
  newId: () => `${Math.random()}`,
  sleep: async () => {},
  signal: new AbortController().signal,
  report: () => {},
})

test('a column that is another at every reading is left out, and hides nothing else', async () => {
  const amounts = new Map<string, number>()
  const { source, asked } = flickering(amounts)
  const options = { ...common(), source }
  await sync(options)
  amounts.set('t007', 2).set('t190', 2)
  const report = await verify({ ...options, windowRows: 30 })
  const [table] = report.tables
  assert.deepEqual(table?.ignored, ['link'])
  assert.deepEqual([...(table?.stale.ids ?? [])].sort(), ['t007', 't190'])
  assert.equal(table?.rows.source, 200)
  // Once it is plain, a link is no reason to ask again.
  assert.ok(asked.length < 150, `${asked.length} were asked for again`)
})

test('what was listed and is gone when it is asked for again has moved', async () => {
  const { source } = flickering(new Map(), new Set(['t003']))
  const options = { ...common(), source }
  await sync(options)
  const { status, tables } = await verify(options)
  assert.equal(status, 'equal')
  assert.ok(tables[0]?.moved.count)
  assert.equal(tables[0]?.extra.count, 0)
})

test('more upstream than the warehouse knows of is looked at part by part, and all of it is missing', async () => {
  const { source } = flickering(new Map())
  const options = { ...common(), source }
  await sync({
    ...options,
    source: {
      ...source,
      read: async function* () {
        yield { kind: 'end', stream: 'things', status: 'ok' }
      },
    },
  })
  const { status, tables } = await verify({ ...options, windowRows: 10 })
  assert.equal(status, 'different')
  assert.equal(tables[0]?.missing.count, 200)
  assert.equal(tables[0]?.windows, 10)
  const repaired = await verify({ ...options, repair: true })
  assert.equal(repaired.tables[0]?.missing.count, 200)
  assert.equal((await verify({ ...options, windowRows: 10 })).tables[0]?.missing.count, 0)
})

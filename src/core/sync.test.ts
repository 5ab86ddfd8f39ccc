import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from '../destinations/memory.ts'
import { BudgetError, ConfigError } from './errors.ts'
import type { Page, ReadItem, ReadRequest, Row, RunEvent, Source, StreamEnd, Table } from './model.ts'
import { loadTable } from './schema.ts'
import { type SyncOptions, sync } from './sync.ts'

const things: Table = {
  name: 'things',
  columns: [
    { name: 'id', type: 'text', nullable: false },
    { name: 'amount', type: 'integer', nullable: true },
  ],
  key: ['id'],
}
const tables = new Map([
  ['things', things],
  ['others', { ...things, name: 'others' }],
])

const page = (stream: string, ids: readonly string[], cursor?: number, version = 1): Page => ({
  kind: 'page',
  stream,
  changes: ids.map((id) => ({ op: 'upsert', stream, row: [id, version], version })),
  bytes: 100,
  ...(cursor === undefined ? {} : { checkpoint: { scope: stream, cursor } }),
})
const end = (stream: string, status: StreamEnd['status'] = 'ok', reason?: string): StreamEnd => ({
  kind: 'end',
  stream,
  status,
  ...(reason === undefined ? {} : { reason }),
})

/** A source that says what it is told to say. */
function scripted(read: (request: ReadRequest) => AsyncIterable<ReadItem>, livemode = false): Source {
  return {
    name: 'scripted',
    check: async () => ({ id: 'acct_1', livemode }),
    tables: () => tables,
    discover: async () => [],
    read,
  }
}

let stores = 0
function setup(read: (request: ReadRequest) => AsyncIterable<ReadItem>, more: Partial<SyncOptions> = {}) {
  const events: RunEvent[] = []
  let id = 0
  const options: SyncOptions = {
    source: scripted(read),
    destination: memory,
    address: `memory:sync-${++stores}`,
    integration: 'acme',
    streams: [{ name: 'things' }, { name: 'others' }],
    workDir: '/nowhere',
    clock: Date.now,
    newId: () => `${more.address ?? stores}-${Math.random()}-${++id}`,
    signal: new AbortController().signal,
    report: (event) => events.push(event),
    ...more,
  }
  return { options, events }
}

async function content(options: SyncOptions, table: Table = things): Promise<readonly Row[]> {
  await using warehouse = await options.destination.open(options.address, options)
  const rows: Row[] = []
  for await (const row of warehouse.read(loadTable(table))) rows.push(row)
  return rows
}
async function state(options: SyncOptions) {
  await using warehouse = await options.destination.open(options.address, options)
  return warehouse.readState({ peek: true })
}

test('what was read is in the warehouse, with its checkpoints and its account', async () => {
  const { options, events } = setup(async function* () {
    yield page('things', ['a', 'b'], 1)
    yield page('things', ['c'], 2)
    yield end('things')
    yield end('others', 'no_permission', 'the key lacks other_read')
  })
  const summary = await sync(options)
  assert.equal(summary.status, 'partial')
  assert.deepEqual(
    summary.tables.map(({ stream, status, rows, reason }) => ({ stream, status, rows, reason })),
    [
      { stream: 'things', status: 'ok', rows: 3, reason: null },
      { stream: 'others', status: 'no_permission', rows: 0, reason: 'the key lacks other_read' },
    ],
  )
  assert.equal((await content(options)).length, 3)
  const saved = await state(options)
  assert.equal(saved.get('things'), 2)
  assert.deepEqual(saved.get('integration'), { account: 'acct_1', livemode: false })
  const told = events.filter((event) => event.type === 'loaded' || event.type === 'end')
  assert.equal(told.at(-1)?.type, 'end', 'an end is told after the rows before it are durable')
})

test('a stream that ends well without rows has its table all the same', async () => {
  const { options } = setup(async function* () {
    yield end('things')
    yield end('others')
  })
  assert.equal((await sync(options)).status, 'succeeded')
  assert.deepEqual(await content(options), [])
})

test('the next run is given the state of the last', async () => {
  const given: unknown[] = []
  const read = async function* (request: ReadRequest): AsyncIterable<ReadItem> {
    given.push(request.state.get('things'))
    yield page('things', ['a'], given.length)
    yield end('things')
    yield end('others')
  }
  const { options } = setup(read)
  await sync(options)
  await sync(options)
  assert.deepEqual(given, [undefined, 1])
})

test('what was read before the source failed is kept, and the failure is thrown', async () => {
  const { options } = setup(async function* () {
    yield page('things', ['a'], 7)
    throw new ConfigError('the key was revoked')
  })
  await assert.rejects(sync(options), /revoked/)
  assert.equal((await content(options)).length, 1)
  assert.equal((await state(options)).get('things'), 7)
})

test('when the warehouse fails, the source is stopped and the warehouse is the reason', async () => {
  let stopped = false
  const { options } = setup(async function* (request) {
    yield page('things', ['a'], 1)
    // Silent from here on, as a source is that waits for an answer; only its signal can reach it.
    await new Promise((_, reject) => {
      request.signal.addEventListener('abort', () => reject(request.signal.reason))
    }).finally(() => {
      stopped = true
    })
  })
  const broken: SyncOptions = {
    ...options,
    flushEvery: 20,
    destination: {
      ...memory,
      async open(...args) {
        const warehouse = await memory.open(...args)
        return {
          ...warehouse,
          [Symbol.asyncDispose]: () => warehouse[Symbol.asyncDispose](),
          load: async () => {
            throw new Error('disk full')
          },
        }
      },
    },
  }
  await assert.rejects(sync(broken), /disk full/)
  assert.equal(stopped, true)
  assert.equal((await state(options)).get('things'), undefined)
})

test('a name belongs to one account in one mode', async () => {
  const read = async function* (): AsyncIterable<ReadItem> {
    yield end('things')
    yield end('others')
  }
  const { options } = setup(read)
  await sync(options)
  await assert.rejects(sync({ ...options, source: scripted(read, true) }), (error) => {
    assert.ok(error instanceof ConfigError)
    assert.match(error.message, /acct_1 in test mode.*live mode/)
    assert.match(error.cure ?? '', /another name/)
    return true
  })
  const other = { ...scripted(read), check: async () => ({ id: 'acct_2', livemode: false }) }
  await assert.rejects(sync({ ...options, source: other }), /acct_2/)
})

test('how far history goes is settled by the first run, and asking for more is answered', async () => {
  const since: unknown[] = []
  const { options, events } = setup(async function* (request) {
    since.push(request.since)
    yield end('things')
    yield end('others')
  })
  const year = (y: number) => Date.UTC(y, 0, 1)
  await sync({ ...options, since: year(2024) })
  await sync({ ...options, since: year(2025) })
  await sync(options)
  await sync({ ...options, since: year(2020) })
  assert.match(JSON.stringify(events.filter((event) => event.type === 'log')), /2024-01-01/)
  await sync({ ...options, since: year(2020), fullRefresh: true })
  assert.deepEqual(since, [2024, 2024, 2024, 2024, 2020].map(year))
})

test('a source that forgets to end a stream is a bug, and loud', async () => {
  const { options } = setup(async function* () {
    yield end('things')
  })
  await assert.rejects(sync(options), /never said how others ended/)
})

test('the last run of a table is the start of its last good one, and moves with its last rows', async () => {
  let now = Date.UTC(2026, 0, 1)
  let status: StreamEnd['status'] = 'ok'
  const { options } = setup(
    async function* () {
      yield page('things', ['a'], now)
      now += 5_000
      yield page('others', ['b'], now)
      yield end('things')
      yield end('others', status, 'not today')
    },
    { clock: () => now, flushEvery: 1 },
  )
  const runs = async () => {
    const { tables } = await sync(options)
    return tables.map((table) => [table.last_run_before, table.last_run])
  }
  const at = (day: number) => new Date(Date.UTC(2026, 0, day)).toISOString()
  assert.deepEqual(await runs(), [
    [null, at(1)],
    [null, at(1)],
  ])
  now = Date.UTC(2026, 0, 2)
  status = 'failed'
  assert.deepEqual(await runs(), [
    [at(1), at(2)],
    [at(1), at(1)],
  ])
  now = Date.UTC(2026, 0, 3)
  status = 'ok'
  assert.deepEqual(await runs(), [
    [at(2), at(3)],
    [at(1), at(3)],
  ])
})

test('a last run does not move when the load with the last rows is not durable', async () => {
  const { options } = setup(async function* () {
    yield page('things', ['a'], 1)
    yield end('others')
    yield page('things', ['b'], 2)
    yield end('things')
  })
  const failing = {
    ...options.destination,
    async open(...args: Parameters<typeof memory.open>) {
      const warehouse = await memory.open(...args)
      return {
        ...warehouse,
        [Symbol.asyncDispose]: () => warehouse[Symbol.asyncDispose](),
        async load(load: Parameters<typeof warehouse.load>[0]) {
          if (load.checkpoints.some(({ scope }) => scope === 'last_run/things')) throw new Error('disk full')
          return warehouse.load(load)
        },
      }
    },
  }
  await assert.rejects(sync({ ...options, destination: failing }), /disk full/)
  assert.equal((await state(options)).get('last_run/things'), undefined)
  const { tables } = await sync(options)
  assert.equal(tables.find(({ stream }) => stream === 'things')?.last_run_before, null)
})

test('incidents are part of the summary', async () => {
  const incident = { stream: 'things', kind: 'gap', message: 'listed again' } as const
  const { options } = setup(async function* (request) {
    request.report({ type: 'incident', incident })
    yield end('things')
    yield end('others')
  })
  assert.deepEqual((await sync(options)).incidents, [incident])
})

test('incidents of the warehouse too', async () => {
  const incident = { stream: 'things', kind: 'scattered', message: '40 files' } as const
  const { options } = setup(async function* () {
    yield end('things')
    yield end('others')
  })
  const { destination } = options
  const telling: typeof destination = {
    ...destination,
    open(address, opened) {
      opened.report({ type: 'incident', incident })
      return destination.open(address, opened)
    },
  }
  assert.deepEqual((await sync({ ...options, destination: telling })).incidents, [incident])
})

test('references: what is asked for is loaded, what is left is told, and a limit of reads ends no run', async () => {
  const asked: string[][] = []
  let used = false
  const { options } = setup(async function* () {
    yield page('things', ['a', 'b', 'c'], 1)
    yield end('things')
    yield end('others')
  })
  const texts: Table = {
    ...things,
    columns: [...things.columns, { name: 'other', type: 'text', nullable: true }],
  }
  const source: Source = {
    ...options.source,
    tables: () =>
      new Map([
        ['things', texts],
        ['others', { ...things, name: 'others' }],
      ]),
    async *read() {
      const row = (id: string, other: string | null) => ({
        op: 'upsert' as const,
        stream: 'things',
        row: [id, 1, other],
        version: 1,
      })
      const changes = [row('a', 'o1'), row('b', null), row('c', 'o2'), row('d', 'o2'), row('e', 'o3')]
      yield { kind: 'page', stream: 'things', changes, bytes: 1 }
      yield end('things')
      yield end('others')
    },
    references: () => [{ stream: 'things', column: 'other', target: 'others' }],
    async *lookup({ ids }) {
      asked.push([...(ids.get('others') ?? [])])
      if (used) throw new BudgetError('used up')
      yield page('others', asked.at(-1) ?? [])
      yield end('others')
    },
  }
  const run = async (heal: number) => (await sync({ ...options, source, heal })).incidents
  used = true
  assert.deepEqual(await run(2), [
    { stream: 'others', kind: 'references', message: 'used up' },
    {
      stream: 'others',
      kind: 'references',
      message: 'rows refer to more objects that no list has than one run asks for; the next one goes on',
    },
  ])
  used = false
  assert.equal((await run(2)).length, 1)
  const settled = async () => (await state(options)).get('references') ?? []
  assert.deepEqual(await settled(), [])
  assert.deepEqual(await run(2), [])
  assert.deepEqual(await settled(), ['things.other others'])
  assert.deepEqual(asked, [['o1', 'o2'], ['o1', 'o2'], ['o3']])
  assert.equal((await content({ ...options, source }, { ...things, name: 'others' })).length, 3)
  assert.deepEqual(await run(0), [])
  await sync({ ...options, source, heal: 2, deletes: 'hard' })
  assert.equal(asked.length, 3)
})

test('references: what is settled is not looked for again until rows come, also while a table cannot be read', async () => {
  let rows: readonly string[] = ['a', 'b']
  let isReadable = false
  const { options } = setup(async function* () {})
  const linked: Table = {
    ...things,
    columns: ['id', 'other', 'locked'].map((name) => ({ name, type: 'text', nullable: name !== 'id' })),
  }
  const source: Source = {
    ...options.source,
    tables: () =>
      new Map([
        ['things', linked],
        ['others', { ...things, name: 'others' }],
        ['locked', { ...things, name: 'locked' }],
      ]),
    async *read() {
      const changes = rows.map((id) => ({
        op: 'upsert' as const,
        stream: 'things',
        row: [id, 'there', 'gone'],
        version: 1,
      }))
      yield { kind: 'page', stream: 'things', changes, bytes: 1 }
      yield end('things')
      yield end('others')
      yield end('locked', isReadable ? 'ok' : 'unavailable', 'not yours')
    },
    references: () => [
      { stream: 'things', column: 'other', target: 'others' },
      { stream: 'things', column: 'locked', target: 'locked' },
    ],
    async *lookup({ ids }) {
      for (const [stream, some] of ids) {
        yield page(stream, [...some])
        yield end(stream)
      }
    },
  }
  const looked: (string | undefined)[] = []
  const { destination } = options
  const watched: typeof destination = {
    ...destination,
    async open(address, opened) {
      const warehouse = await destination.open(address, opened)
      const read: typeof warehouse.read = (table, within, account) => {
        looked.push(within && 'outside' in within ? within.column : undefined)
        return warehouse.read(table, within, account)
      }
      return Object.assign(Object.create(warehouse), { read })
    },
  }
  const streams = ['things', 'others', 'locked'].map((name) => ({ name }))
  const run = async () => {
    looked.length = 0
    await sync({ ...options, source, streams, destination: watched, heal: 5 })
    return [...looked]
  }
  assert.deepEqual(await run(), ['other'])
  rows = []
  assert.deepEqual(await run(), [])
  isReadable = true
  assert.deepEqual(await run(), ['locked'])
  assert.deepEqual(await run(), [])
  rows = ['c']
  assert.deepEqual(await run(), ['other', 'locked'])
})

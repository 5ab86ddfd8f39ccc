import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { duckdb } from '../destinations/duckdb.ts'
import { memory } from '../destinations/memory.ts'
import type { Change, Deletes, Destination, Mode, Page, Prune, Source, StreamEnd, Table } from './model.ts'
import { tablesOf } from './modes.ts'
import { type SyncOptions, sync } from './sync.ts'

const text = (name: string) => ({ name, type: 'text', nullable: name !== 'id' }) as const
const table = (name: string, parent?: string): Table => ({
  name,
  columns: [text('id'), text('of'), { name: 'created', type: 'timestamp', nullable: true }],
  key: ['id'],
  ...(parent ? { parent: { stream: parent, column: 'of' } } : {}),
})
/** `grand` belong to `middle`, which belong to `top`; so do `others`. */
const tables = new Map([
  ['top', table('top')],
  ['middle', table('middle', 'top')],
  ['grand', table('grand', 'middle')],
  ['others', table('others', 'top')],
])

const row = (stream: string, id: string, of: string | null, version: number, created = 100): Change => ({
  op: 'upsert',
  stream,
  row: [id, of, created],
  version,
})
const page = (changes: readonly Change[]): Page => ({ kind: 'page', stream: 'top', changes, bytes: 1 })

/** Two objects of each kind below `old` and `new`, the latter read later. */
const first = page([
  row('top', 'old', null, 10, 100),
  row('top', 'new', null, 10, 900),
  ...['old', 'new'].flatMap((of) => [
    row('middle', `m-${of}`, of, 10),
    row('grand', `g-${of}`, `m-${of}`, 10),
    row('others', `o-${of}`, of, 10),
  ]),
])

interface Setup {
  readonly destination: Destination
  readonly mode?: Mode
  readonly deletes?: Deletes
}

let places = 0
/** Runs over one warehouse, each with the pages of its own. */
async function setup(context: TestContext, { destination, mode = 'incremental', deletes = 'soft' }: Setup) {
  const cwd = await mkdtemp(join(tmpdir(), 'sluice-belongings-'))
  context.after(() => rm(cwd, { recursive: true, force: true }))
  const address = destination === memory ? `memory:belongings-${++places}` : `duckdb:${cwd}/w.duckdb`
  const modes = new Map([...tables.keys()].map((name) => [name, mode]))
  let streams = [...tables.keys()]
  let pages: readonly Page[] = []
  let below: StreamEnd['status'] = 'ok'
  const created: string[] = []
  const source: Source = {
    name: 'scripted',
    check: async () => ({ id: 'acct_1', livemode: false }),
    tables: () => new Map([...tables].filter(([name]) => streams.includes(name))),
    discover: async () => [],
    async *read() {
      yield* pages
      for (const stream of streams)
        yield { kind: 'end', stream, status: tables.get(stream)?.parent ? below : 'ok' }
    },
  }
  const options: SyncOptions = {
    source,
    destination,
    address,
    integration: 'acme',
    streams: [],
    modes,
    deletes,
    workDir: cwd,
    clock: () => 1_000_000,
    newId: () => `load ${++places}`,
    signal: new AbortController().signal,
    report(event) {
      if (event.type === 'schema' && event.change.change === 'create table') created.push(event.change.table)
    },
  }
  const alive = async () => {
    await using warehouse = await destination.open(address, options)
    const found: string[] = []
    for (const one of tables.values()) {
      const [whole] = tablesOf(one, mode)
      if (!whole) continue
      const at = (name: string) => whole.columns.findIndex((column) => column.name === name)
      const newest = new Map<string, { version: number; gone: boolean }>()
      for await (const cells of warehouse.read(whole)) {
        const version = Number(cells[at('_version')])
        const id = String(cells[at('id')])
        if ((newest.get(id)?.version ?? -1) > version) continue
        newest.set(id, { version, gone: cells[at('_deleted_at')] !== null })
      }
      for (const [id, { gone }] of newest) if (!gone) found.push(id)
    }
    return found.sort()
  }
  return {
    alive,
    created,
    /** `children` is how the streams below `top` end. */
    async run(next: readonly Page[], only = [...tables.keys()], children: StreamEnd['status'] = 'ok') {
      streams = only
      below = children
      pages = next
      return sync(options)
    },
  }
}

const prune = (stream: string, version: number, within?: Prune['within']): Change => ({
  op: 'prune',
  stream,
  version,
  ...(within ? { within } : {}),
})
const recent = { column: 'created', from: 500 }
const left = ['g-old', 'm-old', 'o-old', 'old']

for (const destination of [memory, duckdb]) {
  const { name } = destination
  for (const mode of ['incremental', 'append', 'history'] as const) {
    test(`${name}, ${mode}: what belongs to what a prune by range takes goes at any depth`, async (context) => {
      const made = await setup(context, { destination, mode })
      await made.run([first])
      await made.run([page([prune('top', 20, recent)])])
      assert.deepEqual(await made.alive(), left)
    })
  }
  test(`${name}: the same where rows are removed`, async (context) => {
    const made = await setup(context, { destination, deletes: 'hard' })
    await made.run([first])
    await made.run([page([prune('top', 20, recent)])])
    assert.deepEqual(await made.alive(), left)
  })
  test(`${name}: by value and whole, beside rows of the same run`, async (context) => {
    const made = await setup(context, { destination })
    await made.run([first])
    await made.run([
      page([
        row('top', 'old', null, 30),
        row('middle', 'm-old', 'old', 30),
        row('grand', 'g-late', 'm-new', 30),
      ]),
      page([prune('top', 20), prune('middle', 20, { column: 'of', equals: 'nobody' })]),
    ])
    // What was read since is newer than the prune, with a parent or without.
    assert.deepEqual(await made.alive(), ['g-late', 'g-old', 'm-old', 'o-old', 'old'])
    await made.run([page([prune('middle', 40, { column: 'of', equals: 'old' })])])
    assert.deepEqual(await made.alive(), ['g-late', 'o-old', 'old'])
  })
}

test('what is read again in the same run stays, and a child that is not selected is left alone', async (context) => {
  const made = await setup(context, { destination: memory })
  await made.run([first])
  await made.run([page([row('top', 'new', null, 30, 900)]), page([prune('top', 20, recent)])])
  assert.equal((await made.alive()).length, 8)
  await made.run([page([prune('top', 40, recent)])], ['top', 'others'])
  assert.deepEqual(await made.alive(), ['g-new', 'g-old', 'm-new', 'm-old', 'o-old', 'old'])
})

test('prunes alone make no table', async (context) => {
  const made = await setup(context, { destination: memory })
  await made.run([page([row('top', 'new', null, 10, 900)])], ['top'])
  const { tables } = await made.run([page([prune('top', 20, recent)])], ['top', 'middle'], 'no_permission')
  assert.deepEqual(
    tables.map(({ deleted, status }) => [deleted, status]),
    [
      [1, 'ok'],
      [0, 'no_permission'],
    ],
  )
  assert.deepEqual(made.created, ['top'])
})

/** What following events costs, and that it gets on whatever stops it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BudgetError } from '../core/errors.ts'
import type { Incident } from '../core/model.ts'
import type { Catalog } from './catalog.ts'
import { changesOfEvents } from './changes.ts'
import { read } from './read.ts'
import { catalog as lists, streams, tablesOf, warehouse } from './testing/account.ts'
import { type FakeRequest, fakeApi, refused } from './testing/fakeApi.ts'
import { column, streamOf } from './testing/streams.ts'

const created = { field: 'created', from: 'created[gte]', to: 'created[lt]' }
const events = streamOf({
  name: 'events',
  columns: [column('id', 'text')],
  created,
  permission: 'event_read',
})
const catalog: Catalog = { ...lists, streams: [...streams, events] }

/** Unix seconds: 2026-02-01. */
const start = 1_769_904_000
const hour = 3600

type Item = { id: string; object: string; created: number; total: number }

/**
 * An account with so many invoices, one each minute, that is replicated and then changes: `changes` are the
 * invoices that events of the hour after that speak of, by their places.
 */
async function setup(count: number, changes: readonly number[]) {
  const invoices: Item[] = Array.from({ length: count }, (_, index) => ({
    id: `in_${String(count - index).padStart(6, '0')}`,
    object: 'invoices',
    created: start - 60 * index - 1000,
    total: 0,
  }))
  const told: { id: string; type: string; created: number; data: { object: object } }[] = []
  const coupons = [{ id: 'coupon_1', object: 'coupons' }]
  const incidents: Incident[] = []
  const into = warehouse()
  let hook: ((request: FakeRequest) => void) | undefined
  let clock = start * 1000
  let limit = Number.POSITIVE_INFINITY
  let stop: (() => void) | undefined
  let requests = 0
  /** Requests that were made, by all runs. */
  let spent = 0
  const api = fakeApi({
    streams: catalog.streams,
    objects: { invoices, coupons, events: told },
    now: () => clock++,
    before(request) {
      hook?.(request)
      if (++requests > limit) stop?.()
      else spent++
    },
  })

  /** One run, which ends at its `most`th request: as by a kill, or because no more may be read. */
  async function run(most = Number.POSITIVE_INFINITY, end: 'kill' | 'budget' = 'kill'): Promise<boolean> {
    clock += 60_000
    limit = most
    requests = 0
    const kill = new AbortController()
    stop = () => {
      if (end === 'budget') throw new BudgetError('no more reads')
      kill.abort(new Error('killed'))
    }
    const items = read(
      {
        streams: [{ name: 'invoices' }, { name: 'coupons' }],
        state: new Map(into.state),
        signal: kill.signal,
        report: (event) => void (event.type === 'incident' && incidents.push(event.incident)),
      },
      {
        api,
        catalog,
        tables: tablesOf(['invoices', 'coupons']),
        now: () => clock++,
        changes: (reading, roots, state) => changesOfEvents(reading, catalog, roots, state),
      },
    )
    try {
      for await (const item of items) into.take(item)
      return true
    } catch (error) {
      if (!kill.signal.aborted && !(error instanceof BudgetError)) throw error
      return false
    }
  }

  assert.ok(await run())
  clock += hour * 1000
  for (const [index, place] of changes.entries()) {
    const object = invoices[place % count] ?? assert.fail()
    object.total++
    const at = start + 120 + Math.floor((index * (hour - 240)) / changes.length)
    told.unshift({
      id: `evt_${index}`,
      type: 'invoice.updated',
      created: at,
      data: { object: { ...object } },
    })
  }
  spent = 0
  return {
    run,
    told,
    incidents,
    advance(seconds: number) {
      clock += seconds * 1000
    },
    /** Called with every request; with `stop`, the run ends with it. */
    watch(each: ((request: FakeRequest, stop: () => void) => void) | undefined) {
      hook = each && ((request) => each(request, () => stop?.()))
    },
    rows: (stream: string) => into.upserts.get(stream) ?? 0,
    spent: () => spent,
    isRight() {
      const cells = into.cells('invoices', 'total')
      const wrong = invoices.filter(({ id, total }) => cells.get(id) !== total)
      assert.deepEqual(wrong.slice(0, 3), [], `${wrong.length} invoices are not as they are`)
    },
    /** Makes the state say that a stream was followed up to then, unix seconds. */
    followedUpTo(stream: string, time: number) {
      const cursor = into.state.get('changes') as { readonly upTo: object }
      into.state.set('changes', { ...cursor, upTo: { ...cursor.upTo, [stream]: time } })
    },
    pass: () => (into.state.get('changes') as { pass?: unknown }).pass,
  }
}

/** Places in an order that looks random and is always the same. */
const scattered = (changes: number, among: number) =>
  Array.from({ length: changes }, (_, index) => (index * 7_919) % among)

test('a run is killed again and again among a backlog of events: each gets further, and together they cost little more', async () => {
  const changes = scattered(3_000, 12_000)
  const whole = await setup(12_000, changes)
  assert.ok(await whole.run())
  whole.isRight()
  for (const most of [25, 45]) {
    const killed = await setup(12_000, changes)
    let runs = 1
    for (; !(await killed.run(most)); runs++) assert.ok(runs < 1_000, 'it comes to an end')
    killed.isRight()
    assert.equal(killed.pass(), undefined)
    assert.ok(runs > 2, `${runs} runs`)
    // What was on its way when a run was killed is asked for again.
    assert.ok(
      killed.spent() <= 3.5 * whole.spent(),
      `${killed.spent()} requests, ${whole.spent()} in one run`,
    )
  }
})

test('a run may read so little that one is not enough for the events: nothing is read twice', async () => {
  const changes = scattered(120, 20_000)
  const whole = await setup(20_000, changes)
  assert.ok(await whole.run())
  for (const most of [4, 50]) {
    const paused = await setup(20_000, changes)
    let runs = 1
    for (; !(await paused.run(most, 'budget')); runs++) assert.ok(runs < 1_000, 'it comes to an end')
    paused.isRight()
    assert.ok(
      paused.spent() <= 1.5 * whole.spent(),
      `${paused.spent()} requests, ${whole.spent()} in one run`,
    )
  }
})

test('objects that are far apart cost a request each, those that lie together far less', async () => {
  const far = await setup(20_000, scattered(120, 20_000))
  assert.ok(await far.run())
  far.isRight()
  assert.ok(far.spent() <= 120 + 2 + 5, `${far.spent()} requests`)

  const young = await setup(20_000, scattered(6_000, 10_000))
  assert.ok(await young.run())
  young.isRight()
  // 60 pages of events, 100 of invoices.
  assert.ok(young.spent() <= 1.15 * 160, `${young.spent()} requests`)
})

test('a table that failed while a backlog was read, in a run that was killed, misses nothing of it', async () => {
  const { run, told, watch, rows, isRight, pass } = await setup(3_000, scattered(2_500, 3_000))
  const [newest = assert.fail()] = told
  told.unshift({ ...newest, id: 'evt_coupon', data: { object: { id: 'coupon_1', object: 'coupons' } } })
  const before = rows('coupons')
  let pages = 0
  const killAt = (count: number) => {
    pages = 0
    watch(({ path, stream }, stop) => {
      if (stream.name === 'events' && ++pages === count) stop()
      if (stream.name === 'coupons') throw refused(400, undefined, 'not today', path)
    })
  }
  // Killed among the events, with what it had gathered; then the coupon fails, and the rest of the events is begun.
  killAt(8)
  assert.equal(await run(), false)
  killAt(8)
  assert.equal(await run(), false)
  assert.notEqual(pass(), undefined)
  watch(undefined)
  assert.ok(await run())
  isRight()
  assert.equal(rows('coupons'), before + 1)
})

test('events that are no longer kept before they are read: the table is listed again, and the run says so', async () => {
  const { run, watch, advance, isRight, incidents } = await setup(3_000, scattered(2_500, 3_000))
  advance(30 * 24 * hour - 4 * hour)
  let pages = 0
  watch(({ stream }) => {
    if (stream.name === 'events' && ++pages === 5) advance(3 * hour)
  })
  assert.ok(await run())
  assert.deepEqual(
    incidents.map(({ stream, kind }) => `${stream} ${kind}`),
    ['invoices gap', 'coupons gap'],
  )
  isRight()
  incidents.length = 0
  assert.ok(await run())
  assert.deepEqual(incidents, [])
})

test('one table has a gap, and the run dies while it reads the events of the other: the gap is not forgotten', async () => {
  const { run, watch, rows, pass, followedUpTo } = await setup(3_000, scattered(2_500, 3_000))
  followedUpTo('coupons', start - 31 * 24 * hour)
  const before = rows('coupons')
  let pages = 0
  watch(({ stream }, stop) => {
    if (stream.name === 'events' && ++pages === 8) stop()
  })
  assert.equal(await run(), false)
  assert.notEqual(pass(), undefined)
  assert.equal(rows('coupons'), before)
  watch(undefined)
  assert.ok(await run())
  assert.equal(rows('coupons'), before + 1)
})

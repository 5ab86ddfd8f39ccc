/** What following events costs, and that it gets on whatever stops it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refused } from './testing/fakeApi.ts'
import { followed, hour, scattered, start } from './testing/followed.ts'

test('a run is killed again and again among a backlog of events: each gets further, and together they cost little more', async () => {
  const changes = scattered(3_000, 12_000)
  const whole = await followed(12_000, changes)
  assert.ok(await whole.run())
  whole.isRight()
  for (const most of [25, 45]) {
    const killed = await followed(12_000, changes)
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
  const whole = await followed(20_000, changes)
  assert.ok(await whole.run())
  for (const most of [4, 50]) {
    const paused = await followed(20_000, changes)
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
  const far = await followed(20_000, scattered(120, 20_000))
  assert.ok(await far.run())
  far.isRight()
  assert.ok(far.spent() <= 120 + 2 + 5, `${far.spent()} requests`)

  const young = await followed(20_000, scattered(6_000, 10_000))
  assert.ok(await young.run())
  young.isRight()
  // 60 pages of events, 100 of invoices.
  assert.ok(young.spent() <= 1.15 * 160, `${young.spent()} requests`)
})

test('a table that failed while a backlog was read, in a run that was killed, misses nothing of it', async () => {
  const { run, told, watch, rows, isRight, pass } = await followed(3_000, scattered(2_500, 3_000))
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
  const { run, watch, advance, isRight, incidents } = await followed(3_000, scattered(2_500, 3_000))
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
  const { run, watch, rows, pass, followedUpTo } = await followed(3_000, scattered(2_500, 3_000))
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

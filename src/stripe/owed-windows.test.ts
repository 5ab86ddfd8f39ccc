/** Changed objects that are too many to be kept by id: where listing is cheaper, their list is read once. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refused } from './testing/fakeApi.ts'
import { followed, hour, scattered, start } from './testing/followed.ts'

/** 20,000 invoices, half of which have changed, and 500 ids at most: 200 pages of invoices, 100 of events. */
const half = () => followed(20_000, scattered(10_000, 20_000), 500)
/** Pages that are listed to see how densely the list is filled, and what slices waste. */
const samples = 12

test('scattered changes, many times as many as ids are kept: one listing, and the pages of events', async () => {
  const { run, whole, spent, isRight } = await half()
  assert.ok(await run())
  isRight()
  assert.ok(spent() <= whole + 100 + samples, `${spent()} requests, ${whole} for all`)
})

test('the more that is scattered is the less it matters: never more than twice the cheaper of the two ways', async () => {
  for (const changed of [100, 1_000, 5_000]) {
    // Ids of 20 objects never make it worth to list 200 pages, but what they took before does.
    const { run, whole, spent, isRight } = await followed(20_000, scattered(changed, 20_000), 20)
    assert.ok(await run())
    isRight()
    const cheaper = Math.min(changed, whole)
    const most = 2 * cheaper + changed / 100 + changed / 20 + 10
    assert.ok(spent() <= most, `${spent()} requests for ${changed}`)
  }
})

test('changes in two far stretches of a long list: what lies between is not listed', async () => {
  const young = Array.from({ length: 2_000 }, (_, index) => index)
  const old = young.map((place) => place + 15_000)
  const { run, spent, isRight } = await followed(
    20_000,
    [...young, ...old].sort((a, b) => ((a * 7) % 11) - ((b * 7) % 11)),
    500,
  )
  assert.ok(await run())
  isRight()
  // 40 pages of events and 40 of invoices.
  assert.ok(spent() <= 1.3 * 80, `${spent()} requests`)
})

test('killed again and again: what is owed is not forgotten, and each run gets further', async () => {
  for (const most of [25, 60, 130]) {
    const { run, whole, spent, isRight, pass } = await half()
    let runs = 1
    for (; !(await run(most)); runs++) assert.ok(runs < 1_000, 'it comes to an end')
    isRight()
    assert.equal(pass(), undefined)
    assert.ok(runs > 2, `${runs} runs`)
    assert.ok(spent() <= 3.5 * (whole + 100), `${spent()} requests, ${whole} for all`)
  }
})

test('a run may read only so much: nothing is read twice', async () => {
  const { run, whole, spent, isRight } = await half()
  let runs = 1
  for (; !(await run(40, 'budget')); runs++) assert.ok(runs < 1_000, 'it comes to an end')
  isRight()
  assert.ok(runs > 7, `${runs} runs`)
  assert.ok(spent() <= 1.5 * (whole + 100), `${spent()} requests, ${whole} for all`)
})

test('what is deleted is found by its absence, also when the listing is killed on its way', async () => {
  const { run, watch, remove, isRight, pass } = await half()
  for (const [index, place] of [17_000, 9_000, 3_000, 40].entries()) remove(place, start + 200 + index)
  let pages = 0
  watch(({ stream }, stop) => {
    if (stream.name === 'invoices' && ++pages === 100) stop()
  })
  assert.equal(await run(), false)
  assert.ok(pass()?.owed.invoices?.listing, 'it was being listed')
  watch(undefined)
  assert.ok(await run())
  isRight()
})

test('what changes behind the listing is read again, though its event bears an earlier time', async () => {
  const { run, watch, touch, isRight, pass } = await half()
  // The first run is killed among the events; their range is fixed from then on.
  let pages = 0
  watch(({ stream }, stop) => {
    if (stream.name === 'events' && ++pages === 10) stop()
  })
  assert.equal(await run(), false)
  const { to = 0, owed = {}, left = [] } = pass() ?? {}
  assert.ok((owed.invoices?.windows?.length ?? 0) > 0, 'windows are owed')
  // Stripe's clock is behind ours. The event is where the second run has yet to read, and the third one reads again.
  const time = to - 550
  assert.ok(left.some(({ range, at = 0 }) => range && range.from < time && time < at))
  pages = 0
  let changed = 0
  watch(({ stream }) => {
    if (stream.name !== 'invoices' || ++pages !== 50) return
    for (let place = 0; place < 20_000; place += 500) {
      touch(place, time)
      changed++
    }
  })
  assert.ok(await run())
  assert.equal(changed, 40)
  watch(undefined)
  assert.ok(await run())
  isRight()
})

test('a table that fails while its windows are listed misses nothing', async () => {
  const { run, watch, isRight } = await half()
  let pages = 0
  watch(({ stream, path }) => {
    if (stream.name === 'invoices' && ++pages > 50) throw refused(400, undefined, 'not today', path)
  })
  assert.ok(await run())
  watch(undefined)
  assert.ok(await run())
  isRight()
})

test('what the cursor keeps is bounded, however much has changed', async () => {
  const { run, watch, pass, isRight } = await followed(20_000, scattered(15_000, 20_000), 100)
  let largest = 0
  watch(() => {
    largest = Math.max(largest, JSON.stringify(pass()?.owed ?? {}).length)
  })
  assert.ok(await run())
  isRight()
  // 200 ids, and slices of windows.
  assert.ok(largest > 1_000 && largest < 200 * 30 + 250 * 100, `${largest} characters`)
})

test('objects of the last hour go by id: a list may not have them yet', async () => {
  const { run, watch, add, isRight, pass } = await half()
  for (let index = 0; index < 600; index++) add(start + 600 + index)
  let pages = 0
  watch(({ stream }, stop) => {
    if (stream.name === 'events' && ++pages === 90) stop()
  })
  assert.equal(await run(), false)
  const { to = 0, owed = {} } = pass() ?? {}
  const ends = owed.invoices?.windows?.map(([, end]) => end) ?? []
  assert.ok(ends.length > 0, 'windows are owed')
  assert.ok(Math.max(...ends) <= to - hour)
  watch(undefined)
  assert.ok(await run())
  isRight()
})

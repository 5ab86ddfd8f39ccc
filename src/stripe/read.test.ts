import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BudgetError, ConfigError, TransientError } from '../core/errors.ts'
import type { ReadItem, ReadRequest } from '../core/model.ts'
import { type ReadDeps, read } from './read.ts'
import {
  account,
  catalog,
  childCounts,
  end,
  everything,
  idsOf,
  type Objects,
  reports,
  streamNamed,
  streams,
  tablesOf,
  type Warehouse,
  warehouse,
} from './testing/account.ts'
import { type FakeOptions, fakeApi, refused } from './testing/fakeApi.ts'
import { tableOf } from './testing/streams.ts'

interface Run extends Partial<Omit<ReadRequest, 'streams' | 'state'>> {
  readonly names?: readonly string[]
  /** The consumer leaves after so many items. */
  readonly leaveAfter?: number
  readonly onItem?: (item: ReadItem) => void | Promise<void>
}

/** An account and the warehouse that it is read into, run after run. Each run's clock is a second later. */
function setup(objects: Objects, fake: Partial<FakeOptions> = {}) {
  const into: Warehouse = warehouse()
  const { report, events } = reports()
  let clock = end * 1000
  const now = () => clock++
  const api = fakeApi({ streams, objects, now, ...fake })
  return {
    into,
    api,
    events,
    async run(options: Run = {}) {
      clock += 1000
      const { names = everything, leaveAfter = Number.POSITIVE_INFINITY, onItem, ...request } = options
      const deps: ReadDeps = { api, catalog, tables: tablesOf(names), now }
      const before = api.requests.length
      into.ends.length = 0
      into.upserts.clear()
      const items = read(
        {
          streams: names.map((name) => ({ name })),
          state: new Map(into.state),
          signal: new AbortController().signal,
          report,
          ...request,
        },
        deps,
      )
      let taken = 0
      if (leaveAfter > 0) {
        for await (const item of items) {
          into.take(item)
          await onItem?.(item)
          if (++taken >= leaveAfter) break
        }
      }
      return { requests: api.requests.slice(before), taken }
    },
  }
}

const statuses = (into: Warehouse) =>
  Object.fromEntries(into.ends.map(({ stream, status }) => [stream, status]))
const allOk = Object.fromEntries(everything.map((name) => [name, 'ok']))

test('every object of every stream is read, with children of any number and depth', async () => {
  const objects = account(140, childCounts)
  const { into, run, events } = setup(objects)
  await run()
  assert.deepEqual(into.ids(), idsOf(objects))
  assert.deepEqual(statuses(into), allOk)
  assert.equal(into.ends.length, everything.length)
  const rows = events.flatMap((event) =>
    event.type === 'read' && event.stream === 'invoices' ? [event] : [],
  )
  assert.equal(
    rows.reduce((sum, event) => sum + event.rows, 0),
    into.upserts.get('invoices'),
  )
  assert.equal(rows.at(-1)?.fraction, 1)
})

test('no more requests than pages, and one for each list that is longer than what came along', async () => {
  const objects = account(140, childCounts)
  const { run, api } = setup(objects)
  await run({ names: ['invoices', 'invoice_lines'] })
  const lists = api.requests.filter(({ stream }) => stream.name === 'invoice_lines').length
  // Of seven invoices, four have more than ten lines: 11, 100, 101 and 1,050 of them.
  assert.equal(lists, 20 * (1 + 1 + 2 + 11))
  const pages = api.requests.length - lists
  assert.ok(pages <= 4, `${pages} requests for 2 pages`)
})

test('a run after all is done asks nothing', async () => {
  const { into, run } = setup(account(30))
  await run()
  const { requests, taken } = await run()
  assert.deepEqual(requests, [])
  assert.equal(taken, everything.length)
  assert.deepEqual(statuses(into), allOk)
})

test('killed after any page, with faults and deletions, it resumes and misses nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ leave: fc.nat(25), fault: fc.nat(60), remove: fc.boolean() }), { maxLength: 8 }),
      fc.integer({ min: 0, max: 350 }),
      async (kills, count) => {
        const objects = account(count, [0, 1, 11, 3, 120])
        let failAt = Number.POSITIVE_INFINITY
        const { into, run, api } = setup(objects, {
          before(request, index) {
            if (index === failAt) throw new TransientError(`GET ${request.path} failed for too long`)
          },
        })
        for (const kill of kills) {
          failAt = api.requests.length + 1 + kill.fault
          await run({ leaveAfter: kill.leave })
          if (kill.remove) removeCursors(objects, into)
        }
        failAt = Number.POSITIVE_INFINITY
        await run()
        assert.deepEqual(statuses(into), allOk)
        const there = into.ids()
        for (const [stream, ids] of Object.entries(idsOf(objects))) {
          const missing = new Set(ids).difference(new Set(there[stream]))
          assert.deepEqual([...missing], [], stream)
        }
      },
    ),
    { numRuns: 40 },
  )
})

/** Deletes the objects that cursors stand at. */
function removeCursors(objects: Objects, into: Warehouse): void {
  const text = JSON.stringify([...into.state])
  for (const [, after] of text.matchAll(/"after":"([^"]+)"/g)) {
    for (const list of Object.values(objects)) {
      const index = list.findIndex(({ id }) => id === after)
      if (index >= 0) list.splice(index, 1)
    }
  }
}

test('cursor objects that are deleted while the reader is on its way', async () => {
  const objects = account(300, [0, 130])
  let deleted = 0
  const { into, run } = setup(objects, {
    before({ query, stream, parentId }, count) {
      const after = query.starting_after
      if (after === undefined || count % 5 !== 0) return
      const invoice = objects.invoices?.find(({ id }) => id === parentId)
      const list = stream.parent ? (invoice?.lines as { id: string }[] | undefined) : objects[stream.name]
      const index = list?.findIndex(({ id }) => id === after) ?? -1
      if (index < 0) return
      list?.splice(index, 1)
      deleted++
    },
  })
  await run()
  assert.ok(deleted > 20, `${deleted} deleted`)
  assert.deepEqual(statuses(into), allOk)
  const there = into.ids()
  const expected = idsOf(objects)
  for (const [stream, ids] of Object.entries(expected)) {
    assert.deepEqual([...new Set(ids).difference(new Set(there[stream]))], [], stream)
  }
  // A list that was begun anew prunes what its first readings had and it has not.
  assert.deepEqual(
    there.invoice_lines?.filter((id) => isOf(objects, id)),
    expected.invoice_lines,
  )
})

const isOf = (objects: Objects, key: string) => objects.invoices?.some(({ id }) => id === key.split(' ')[0])

test('a list whose cursors are always refused fails, and does not go round for ever', async () => {
  const { into, run } = setup(account(300), {
    before({ query, stream, path }) {
      if (stream.name !== 'coupons' || query.starting_after === undefined) return
      throw refused(400, 'resource_missing', `No such coupon: '${query.starting_after}'`, path)
    },
  })
  await run()
  const failed = into.ends.filter(({ status }) => status !== 'ok')
  assert.deepEqual(
    failed.map(({ stream, status }) => [stream, status]),
    [['coupons', 'failed']],
  )
  assert.match(failed[0]?.reason ?? '', /refuses the cursors of coupons/)
})

test('what a key may not read ends alone; the cause and the cure are told', async () => {
  const objects = account(150, [0, 11])
  let allowed = false
  const { into, run } = setup(objects, {
    before({ stream, path }) {
      if (allowed) return
      if (stream.name === 'invoice_lines') {
        throw refused(
          403,
          'more_permissions_required',
          "needs 'line_read', see https://dashboard.stripe.com/x",
          path,
        )
      }
      if (stream.name === 'customers') throw refused(403, 'more_permissions_required', 'no', path)
      if (stream.name === 'coupons') throw new TransientError('Stripe could not be reached')
    },
  })
  await run()
  const ends = new Map(into.ends.map((one) => [one.stream, one]))
  assert.equal(ends.get('invoices')?.status, 'ok')
  assert.equal(ends.get('invoice_lines')?.status, 'no_permission')
  assert.match(ends.get('invoice_lines')?.reason ?? '', /line_read.*dashboard\.stripe\.com/)
  assert.equal(ends.get('line_taxes')?.status, 'no_permission')
  assert.match(ends.get('line_taxes')?.reason ?? '', /^invoice_lines cannot be read/)
  assert.equal(ends.get('customers')?.status, 'no_permission')
  assert.equal(ends.get('customer_cards')?.status, 'no_permission')
  assert.equal(ends.get('coupons')?.status, 'failed')
  assert.equal(ends.get('prices')?.status, 'ok')
  assert.equal(into.ids().invoices?.length, 150)

  const { requests } = await run()
  assert.equal(into.ends.find(({ stream }) => stream === 'invoice_lines')?.status, 'no_permission')
  assert.ok(requests.length < 40, `${requests.length} requests to find that nothing has changed`)

  allowed = true
  await run()
  assert.deepEqual(statuses(into), allOk)
  assert.deepEqual(into.ids(), idsOf(objects))
  assert.equal(into.upserts.get('invoices'), undefined, 'the parents are not read into the warehouse again')
})

test('a key that is not accepted, and a bug, end the whole read', async () => {
  for (const error of [new ConfigError('the key has expired'), new RangeError('a bug')]) {
    const { run } = setup(account(300), {
      before: ({ stream }) => {
        if (stream.name === 'prices') throw error
      },
    })
    await assert.rejects(run(), (thrown) => thrown === error)
  }
})

test('what the limit of reads still allowed is kept, though it is answered after the limit is reached', async () => {
  const allowed = 6
  const refusal = Promise.withResolvers<void>()
  let asked = 0
  const { run, into } = setup(account(2_000), {
    before: async () => {
      if (++asked > allowed) {
        refusal.resolve()
        throw new BudgetError('the limit is used up')
      }
      if (asked <= 4) return
      // On its way when one more is refused, and answered when all have heard of that.
      await refusal.promise
      await new Promise((resolve) => setImmediate(resolve))
    },
  })
  await assert.rejects(run({ names: ['prices'] }), BudgetError)
  assert.equal(into.ids().prices?.length, (allowed - 2) * 100, 'two of the stretches are empty')
})

test('an abort is prompt, whatever is under way', async () => {
  const stop = new AbortController()
  const { run, api } = setup(account(500), {
    before: async (_, count) => {
      if (count < 5) return
      setTimeout(() => stop.abort(new Error('enough')), 5)
      await new Promise((_, reject) =>
        stop.signal.addEventListener('abort', () => reject(stop.signal.reason)),
      )
    },
  })
  await assert.rejects(run({ signal: stop.signal }), /enough/)
  const count = api.requests.length
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(api.requests.length, count)
  await assert.rejects(run({ signal: stop.signal }), /enough/)
  assert.equal(api.requests.length, count)
})

test('nobody reads on when the consumer does not take', async () => {
  const { run, api } = setup(account(20_000))
  let asked = 0
  await run({
    names: ['invoices', 'customers', 'prices'],
    leaveAfter: 2,
    async onItem() {
      await new Promise((resolve) => setTimeout(resolve, 200))
      asked = api.requests.length
    },
  })
  assert.ok(asked > 1 && asked <= 60, `${asked} of 600 pages asked for`)
})

test('a child that is selected later is read without reading its parent into the warehouse again', async () => {
  const objects = account(300, [0, 1, 11])
  const { into, run } = setup(objects)
  await run({ names: ['invoices'] })
  assert.equal(into.ids().invoice_lines, undefined)
  const names = ['invoices', 'invoice_lines', 'line_taxes']
  await run({ names, leaveAfter: 4 })
  await run({ names })
  assert.deepEqual(into.ids(), pick(idsOf(objects), names))
  assert.equal(into.upserts.get('invoices'), undefined)
  assert.deepEqual((await run({ names })).requests, [])
  // And without the parent.
  const alone = setup(objects)
  await alone.run({ names: ['line_taxes'] })
  assert.deepEqual(alone.into.ids(), pick(idsOf(objects), ['line_taxes']))
})

const pick = (ids: { [stream: string]: string[] }, names: readonly string[]) =>
  Object.fromEntries(Object.entries(ids).filter(([name]) => names.includes(name)))

test('a stream that was not selected for a while is read anew', async () => {
  const objects = account(150)
  const { into, run } = setup(objects)
  await run()
  await run({ names: ['prices', 'line_taxes'] })
  assert.deepEqual([...into.state.keys()].sort(), ['invoices', 'prices'])
  objects.coupons?.splice(3, 1)
  await run()
  assert.equal(into.upserts.get('coupons'), 149)
  assert.equal(into.upserts.get('invoices'), 150)
  assert.equal(into.upserts.get('prices'), undefined)
})

test('a full refresh finds what is gone, also when it was killed on the way', async () => {
  const objects = account(400, [0, 1, 11])
  const { into, run } = setup(objects)
  await run()
  for (const list of Object.values(objects)) list.splice(0, 7)
  objects.invoices?.forEach((invoice) => {
    ;(invoice.lines as unknown[]).shift()
  })
  await run({ fullRefresh: true, leaveAfter: 12 })
  assert.notDeepEqual(into.ids(), idsOf(objects))
  await run()
  await run({ fullRefresh: true })
  assert.deepEqual(into.ids(), idsOf(objects))
})

test('with a history bound nothing older is read, and a full refresh leaves what is older alone', async () => {
  const objects = account(400, [2, 11])
  const since = end - 5_000_000
  const { into, run } = setup(objects)
  await run()
  for (const list of Object.values(objects)) list.splice(0, 7)
  const gone = objects.invoices?.splice(380, 5)
  assert.ok(gone?.every(({ created }) => Number(created) < since))
  const recent = objects.invoices?.find(({ lines }) => Array.isArray(lines) && lines.length === 11)
  assert.ok(Array.isArray(recent?.lines))
  recent.lines.pop()
  const { requests } = await run({
    fullRefresh: true,
    since: since * 1000,
    names: ['invoices', 'invoice_lines'],
  })
  assert.ok(requests.every(({ query, stream }) => stream.parent || Number(query['created[gte]']) >= since))
  const there = into.ids()
  const expected = idsOf(objects)
  assert.deepEqual(
    there.invoices,
    [...(expected.invoices ?? []), ...(gone ?? []).map(({ id }) => `${id}`)].sort(),
  )
  assert.ok(!there.invoice_lines?.includes(`${recent.id} ${recent.id}_il_10`))
})

test('lists are expanded when the child is selected and needs no other permission', async () => {
  const objects = account(120)
  const { run, api } = setup(objects)
  await run({ names: ['customers'] })
  assert.ok(api.requests.every(({ query }) => query.expand === undefined))
  await run({ names: ['customers', 'customer_cards', 'customer_sessions'] })
  const lists = api.requests.filter(({ stream, query }) => stream.name === 'customers' && query.expand)
  assert.deepEqual(lists[0]?.query.expand, ['data.cards'])
  assert.equal(api.requests.filter(({ stream }) => stream.name === 'customer_sessions').length, 120)
  assert.equal(api.requests.filter(({ stream }) => stream.name === 'customer_cards').length, 3)
})

test('before the first row that lacks a column, the cursor no longer promises it', async () => {
  const into = warehouse()
  let clock = end * 1000
  const now = () => clock++
  const api = fakeApi({ streams, objects: account(20), now })
  const request = () => ({
    streams: [{ name: 'invoices' }],
    state: new Map(into.state),
    signal: new AbortController().signal,
    report: () => {},
  })
  const wide: ReadDeps = { api, catalog, now, tables: tablesOf(['invoices']) }
  for await (const item of read(request(), wide)) into.take(item)

  const narrow = new Map([['invoices', tableOf(streamNamed('invoices'), { without: ['total'] })]])
  // A change is read before any walk is planned, and the run dies with it.
  const changes: ReadDeps['changes'] = (reading) => ({
    async begin() {
      await reading.push(() => ({ kind: 'page', stream: 'invoices', changes: [], bytes: 123 }))
      return new Map()
    },
    settle: async () => {},
    follow: async () => {},
    end: async () => {},
  })
  for await (const item of read(request(), { ...wide, tables: narrow, changes })) {
    into.take(item)
    if (item.kind === 'page' && item.bytes === 123) break
  }
  const before = api.requests.length
  for await (const item of read(request(), wide)) into.take(item)
  assert.ok(api.requests.length > before, 'all is read again when it is wanted again')
})

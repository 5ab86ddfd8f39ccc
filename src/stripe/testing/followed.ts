/** An account whose invoices change, followed by runs that may end anywhere; for tests of following events. */
import assert from 'node:assert/strict'
import { BudgetError } from '../../core/errors.ts'
import type { Incident } from '../../core/model.ts'
import type { Catalog } from '../catalog.ts'
import { changesOfEvents } from '../changes.ts'
import type { EventsCursor } from '../events-cursor.ts'
import { read } from '../read.ts'
import { catalog as lists, streams, tablesOf, warehouse } from './account.ts'
import { type FakeRequest, fakeApi } from './fakeApi.ts'
import { column, streamOf } from './streams.ts'

const created = { field: 'created', from: 'created[gte]', to: 'created[lt]' }
const events = streamOf({
  name: 'events',
  columns: [column('id', 'text')],
  created,
  permission: 'event_read',
})
const catalog: Catalog = { ...lists, streams: [...streams, events] }

/** Unix seconds: 2026-02-01. */
export const start = 1_769_904_000
export const hour = 3600

type Item = { id: string; object: string; created: number; total: number }

/**
 * An account with so many invoices, one each minute if `age` (seconds) does not say otherwise, that is replicated and
 * then changes: `changes` are the invoices that events of the hour after that speak of, by their places, the newest
 * first. `mostOwed` ids are kept at once.
 */
export async function followed(
  count: number,
  changes: readonly number[],
  mostOwed?: number,
  age = (place: number) => 60 * place,
) {
  const invoices: Item[] = Array.from({ length: count }, (_, index) => ({
    id: `in_${String(count - index).padStart(6, '0')}`,
    object: 'invoices',
    created: start - age(index) - 1000,
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
        changes: (reading, roots, state) => changesOfEvents(reading, catalog, roots, state, { mostOwed }),
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

  /** Changes an invoice, and tells of it at a time (unix seconds). */
  function touch(place: number, at: number, type = 'invoice.updated'): void {
    const object = invoices[place % count] ?? assert.fail()
    object.total++
    const event = { id: `evt_${told.length}`, type, created: at, data: { object: { ...object } } }
    const before = told.findIndex(({ created }) => created <= at)
    told.splice(before < 0 ? told.length : before, 0, event)
  }

  assert.ok(await run())
  const whole = spent
  clock += hour * 1000
  for (const [index, place] of changes.entries()) {
    touch(place, start + 120 + Math.floor((index * (hour - 240)) / changes.length))
  }
  spent = 0
  return {
    run,
    told,
    incidents,
    touch,
    /** Requests of the first run, which reads all. */
    whole,
    /** A new invoice (unix seconds), and the event of it. */
    add(created: number) {
      invoices.unshift({ id: `in_new_${invoices.length}`, object: 'invoices', created, total: 0 })
      touch(0, created, 'invoice.created')
    },
    /** Deletes an invoice, and tells of it. */
    remove(place: number, at: number) {
      touch(place, at, 'invoice.deleted')
      invoices.splice(place, 1)
    },
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
      assert.equal(cells.size, invoices.length, 'rows')
    },
    /** Makes the state say that a stream was followed up to then, unix seconds. */
    followedUpTo(stream: string, time: number) {
      const cursor = into.state.get('changes') as { readonly upTo: object }
      into.state.set('changes', { ...cursor, upTo: { ...cursor.upTo, [stream]: time } })
    },
    pass: () => (into.state.get('changes') as EventsCursor | undefined)?.pass,
  }
}

/** Places in an order that looks random and is always the same. */
export const scattered = (changes: number, among: number) =>
  Array.from({ length: changes }, (_, index) => (index * 7_919) % among)

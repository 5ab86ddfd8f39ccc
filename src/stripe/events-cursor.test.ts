import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json, State } from '../core/model.ts'
import { cursorOfPart, type EventsCursor, eventsCursor } from './events-cursor.ts'

const stateOf = (cursor: EventsCursor): State => new Map([['changes', cursor as unknown as Json]])
const part = (cursor: EventsCursor, ...ours: readonly string[]) =>
  cursorOfPart(stateOf(cursor), new Set(ours))
/** As the run leaves it. */
const left = (cursor: EventsCursor, change: Partial<EventsCursor>, ...ours: readonly string[]) => {
  const { own, aside } = part(cursor, ...ours)
  return { ...own, ...change, ...(aside && { aside }) }
}
const pass = { to: 90, news: 80, left: [], owed: {}, missed: [] }
const whole: EventsCursor = { upTo: { charges: 10, coupons: 10, prices: 12 }, seen: ['evt_1'] }

test('what a run leaves out keeps its place, and the next one that reads all has both', () => {
  const after = left(whole, { upTo: { charges: 20 }, seen: ['evt_1', 'evt_2'] }, 'charges')
  assert.deepEqual(after, {
    upTo: { charges: 20 },
    seen: ['evt_1', 'evt_2'],
    aside: { upTo: { coupons: 10, prices: 12 }, seen: ['evt_1'] },
  })
  assert.deepEqual(eventsCursor(stateOf(after)), {
    upTo: { charges: 20, coupons: 10, prices: 12 },
    seen: ['evt_1'],
  })
})

test('a run of the same part goes on where the one before stopped; one of another part begins with both', () => {
  const once = left(whole, { upTo: { charges: 20 }, seen: ['evt_1', 'evt_2'], pass }, 'charges')
  const { aside, ...own } = once
  assert.deepEqual(part(once, 'charges'), { own, aside })
  assert.deepEqual(part(once, 'coupons'), {
    own: { upTo: { coupons: 10 }, seen: ['evt_1'] },
    aside: { upTo: { charges: 20, prices: 12 }, seen: ['evt_1'] },
  })
  assert.deepEqual(part(once, 'charges', 'coupons', 'prices'), {
    own: { upTo: { charges: 20, coupons: 10, prices: 12 }, seen: ['evt_1'] },
  })
})

test('a reading that all are part of stays to be finished by a run of all; the part does not rely on what it saw', () => {
  const after = left({ ...whole, pass }, { upTo: { charges: 95 } }, 'charges')
  assert.deepEqual(after.seen, [])
  assert.equal('pass' in after, false)
  assert.deepEqual(eventsCursor(stateOf(after)).pass, pass)
  assert.deepEqual(eventsCursor(stateOf({ ...after, pass: { ...pass, to: 99 } })).pass, pass)
})

test('streams that are to be listed whole are so whoever leaves them out', () => {
  const after = left({ ...whole, upTo: { charges: 10 }, lost: ['coupons'] }, {}, 'charges')
  assert.deepEqual(after, {
    upTo: { charges: 10 },
    seen: ['evt_1'],
    aside: { upTo: {}, seen: ['evt_1'], lost: ['coupons'] },
  })
  assert.deepEqual(eventsCursor(stateOf(after)).lost, ['coupons'])
  assert.deepEqual(part(after, 'coupons').own.lost, ['coupons'])
})

test('without a cursor, and where a part is all there is, nothing is kept aside', () => {
  assert.deepEqual(cursorOfPart(new Map(), new Set(['charges'])), { own: { upTo: {}, seen: [] } })
  assert.deepEqual(part({ ...whole, pass }, 'charges', 'coupons', 'prices', 'refunds'), {
    own: { ...whole, pass },
  })
})

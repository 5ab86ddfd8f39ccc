import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { World } from '../world.ts'
import { billingWorld } from './world.ts'

const NOW = 1_790_000_000

const small = billingWorld({ seed: 7, scale: 1000, now: NOW })
const large = billingWorld({ seed: 7, scale: 1_000_000, now: NOW })
const listed = [...small.streams].filter((stream) => small.count(stream) > 0)

/** Indexes to look at: all of a small stream, else the ends and a spread. */
function sample(world: World, stream: string, size: number): number[] {
  const count = world.count(stream)
  if (count <= size) return Array.from({ length: count }, (_, i) => i)
  return Array.from({ length: size }, (_, i) => Math.floor((i * (count - 1)) / (size - 1)))
}

test('the same seed gives the same objects, another one others', () => {
  const again = billingWorld({ seed: 7, scale: 1000, now: NOW })
  const other = billingWorld({ seed: 8, scale: 1000, now: NOW })
  assert.deepEqual(again.account, small.account)
  for (const stream of listed) {
    assert.equal(again.count(stream), small.count(stream))
    for (const index of sample(small, stream, 60)) {
      assert.deepEqual(again.object(stream, index), small.object(stream, index))
    }
  }
  assert.notDeepEqual(other.object('invoices', 100), small.object('invoices', 100))
  assert.notEqual(other.id('customers', 0), small.id('customers', 0))
})

test('an object is a new one each time', () => {
  const first = small.object('invoices', 5)
  ;(first.lines as unknown[]).length = 0
  assert.notEqual((small.object('invoices', 5).lines as unknown[]).length, 0)
})

test('a world has exactly as many customers as asked for', () => {
  for (const scale of [60, 61, 999, 1000, 12_345, 1_000_000]) {
    assert.equal(billingWorld({ seed: 3, scale, now: NOW }).count('customers'), scale)
  }
  assert.throws(() => billingWorld({ seed: 1, scale: 59, now: NOW }), RangeError)
  assert.throws(() => billingWorld({ seed: 1, scale: 100.5, now: NOW }), RangeError)
  assert.throws(() => billingWorld({ seed: 1, scale: 100, now: NOW + 0.5 }), RangeError)
})

test('a million customers make tens of millions of objects', () => {
  const total = listed.reduce((sum, stream) => sum + large.count(stream), 0)
  assert.ok(total > 30_000_000, `${total} objects`)
})

test('created never decreases, never lies after now, and is what the object says', () => {
  for (const world of [small, large]) {
    for (const stream of listed) {
      let before = 0
      const windows = sample(world, stream, 4000).flatMap((i) => [
        i,
        Math.min(i + 1, world.count(stream) - 1),
      ])
      for (const index of windows) {
        const created = world.created(stream, index)
        assert.ok(created >= before, `${stream} ${index}: ${created} after ${before}`)
        assert.ok(created <= NOW, `${stream} ${index} is in the future`)
        assert.ok(Number.isSafeInteger(created))
        before = created
      }
      for (const index of sample(world, stream, 50)) {
        const object = world.object(stream, index)
        assert.equal(object.created, world.created(stream, index), `${stream} ${index}`)
        assert.equal(object.id, world.id(stream, index), `${stream} ${index}`)
      }
    }
  }
})

test('created does not decrease around the import of a large world either', () => {
  // The import takes some minutes there, and what happens meanwhile has to wait.
  for (const stream of ['customers', 'invoices']) {
    const count = large.count(stream)
    let before = 0
    for (let index = Math.floor(count * 0.2); index < count * 0.8; index += 97) {
      const created = large.created(stream, index)
      assert.ok(created >= before)
      before = created
    }
  }
})

test('hundreds of customers and invoices were imported in one second', () => {
  for (const stream of ['customers', 'invoices']) {
    const seconds = new Map<number, number>()
    for (let index = 0; index < small.count(stream); index++) {
      const created = small.created(stream, index)
      seconds.set(created, (seconds.get(created) ?? 0) + 1)
    }
    assert.ok(Math.max(...seconds.values()) >= 200)
  }
})

test('the company grows, and people sign up on working days', () => {
  const count = small.count('subscriptions')
  const half = (small.created('subscriptions', 0) + NOW) / 2
  const early = Array.from({ length: count }, (_, i) => small.created('subscriptions', i)).filter(
    (t) => t < half,
  )
  assert.ok(early.length < count * 0.47, `${early.length} of ${count} in the first half`)
  let weekend = 0
  for (const index of sample(large, 'payment_methods', 3000)) {
    const day = new Date(large.created('payment_methods', index) * 1000).getUTCDay()
    if (day === 0 || day === 6) weekend++
  }
  assert.ok(weekend < 3000 * 0.2, `${weekend} of 3000 on weekends`)
})

test('ids lead back to their index, and only they', () => {
  for (const stream of listed) {
    const ids = new Set<string>()
    for (let index = 0; index < small.count(stream); index++) {
      const id = small.id(stream, index)
      ids.add(id)
      assert.equal(small.index(stream, id), index)
    }
    assert.equal(ids.size, small.count(stream), `${stream} has an id twice`)
  }
  for (const stream of listed) {
    for (const index of sample(large, stream, 2000)) {
      const id = large.id(stream, index)
      assert.equal(large.index(stream, id), index)
      assert.match(id, /^[a-z]+_[0-9A-Za-z_]{14,}$|^[0-9A-Za-z]{13}$|^tier\.|^gold_plan\/|^SAVE /)
    }
    const last = large.id(stream, large.count(stream) - 1)
    assert.equal(large.index(stream, `${last}x`), undefined)
    assert.equal(large.index(stream, last.slice(0, -1)), undefined)
    assert.equal(large.index(stream, ''), undefined)
  }
  // A changed letter is another object's id at best once in a million; ids differing in case are others.
  const id = large.id('charges', 4711)
  for (let at = 4; at < id.length; at++) {
    for (const letter of ['0', 'Z', 'a']) {
      if (id[at] === letter) continue
      assert.equal(large.index('charges', id.slice(0, at) + letter + id.slice(at + 1)), undefined)
    }
  }
  assert.throws(() => small.object('invoices', small.count('invoices')), RangeError)
  assert.throws(() => small.object('invoices', -1), RangeError)
  assert.throws(() => small.object('elephants', 0), RangeError)
})

test('children are those of their parent, and can be found by their own ids', () => {
  const pairs = [
    ['invoice_lines', 'invoices', 'lines'],
    ['subscription_items', 'subscriptions', 'items'],
    ['credit_note_lines', 'credit_notes', 'lines'],
    ['checkout_session_line_items', 'checkout_sessions', 'line_items'],
    ['customer_tax_ids', 'customers', 'tax_ids'],
    ['customer_sources', 'customers', 'sources'],
  ] as const
  for (const [stream, parent, field] of pairs) {
    let seen = 0
    for (const index of sample(small, parent, 400)) {
      const object = small.object(parent, index)
      const children = small.children(stream, object.id)
      assert.deepEqual(children, object[field])
      for (const child of children.slice(0, 3)) {
        const at = small.index(stream, child.id)
        assert.ok(at !== undefined)
        assert.deepEqual(small.object(stream, at), child)
        assert.equal(small.id(stream, at), child.id)
        assert.equal(small.parentOf?.(stream, child.id), object.id)
        seen++
      }
    }
    assert.ok(seen > 0, `no ${stream} in the sample`)
    assert.deepEqual(small.children(stream, 'nobody'), [])
  }
})

test('no memory is kept, however many objects are asked for', () => {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  const walk = (rounds: number) => {
    for (let i = 0; i < rounds; i++) {
      const stream = listed[i % listed.length] ?? 'customers'
      large.object(stream, (i * 7919) % large.count(stream))
    }
  }
  walk(20_000)
  gc()
  const before = process.memoryUsage().heapUsed
  walk(200_000)
  gc()
  const grown = process.memoryUsage().heapUsed - before
  assert.ok(grown < 4_000_000, `${grown} bytes more`)
})

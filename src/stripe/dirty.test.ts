import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { StripeObject } from './api.ts'
import type { Catalog } from './catalog.ts'
import { router } from './dirty.ts'
import type { StripeEvent } from './events.ts'
import { catalog } from './streams.ts'
import { column, streamOf } from './testing/streams.ts'

const id = column('id', 'text')
const created = { field: 'created', from: 'created[gte]', to: 'created[lt]' }
const small: Catalog = {
  apiVersion: 'test',
  streams: [
    streamOf({ name: 'customers', objects: ['customer'], columns: [id], created }),
    streamOf({ name: 'subscriptions', objects: ['subscription'], columns: [id], created }),
    streamOf({ name: 'invoices', objects: ['invoice'], columns: [id], created }),
    streamOf({
      name: 'lines',
      objects: ['line_item'],
      columns: [id],
      parent: { stream: 'invoices', column: 'invoice', in: 'path', param: 'invoice' },
    }),
    streamOf({
      name: 'taxes',
      objects: ['tax'],
      columns: [id],
      parent: { stream: 'lines', column: 'line', in: 'path', param: 'line' },
    }),
    streamOf({ name: 'dated', objects: ['dated'], columns: [id], created: { ...created, field: 'date' } }),
  ],
}
const everything = small.streams.map(({ name }) => name)

const event = (object: StripeObject): StripeEvent => ({ id: 'evt_1', type: 'any.thing', created: 1, object })

/** Dirty ids with their times, by the stream's name. */
function dirty(objects: readonly StripeObject[], read: readonly string[] = everything) {
  const found = router(small, new Set(read)).dirty(objects.map(event))
  return Object.fromEntries([...found].map(([stream, ids]) => [stream.name, Object.fromEntries(ids)]))
}

test('an event makes the object dirty that it carries, each once', () => {
  const customer = { object: 'customer', id: 'cus_1', created: 5 }
  assert.deepEqual(dirty([customer, customer, { ...customer, id: 'cus_2', created: 6 }]), {
    customers: { cus_1: 5, cus_2: 6 },
  })
  assert.deepEqual(dirty([{ object: 'dated', id: 'd_1', created: 1, date: 7 }]), { dated: { d_1: 7 } })
})

test('a child makes its parent dirty, named by id or whole', () => {
  assert.deepEqual(dirty([{ object: 'line_item', id: 'il_1', invoice: 'in_1', created: 9 }]), {
    invoices: { in_1: undefined },
  })
  assert.deepEqual(dirty([{ object: 'line_item', id: 'il_1', invoice: { id: 'in_1' } }]), {
    invoices: { in_1: undefined },
  })
  // What hangs below a child cannot be found from here.
  assert.deepEqual(dirty([{ object: 'tax', id: 'tax_1', line: 'il_1' }]), {})
})

test('a parent is read for a child that is wanted alone; what is not wanted is not dirty', () => {
  const invoice = { object: 'invoice', id: 'in_1', created: 3 }
  assert.deepEqual(dirty([invoice], ['lines']), { invoices: { in_1: 3 } })
  assert.deepEqual(dirty([invoice], ['taxes']), { invoices: { in_1: 3 } })
  assert.deepEqual(dirty([invoice], ['customers']), {})
})

test("a discount's events are about those who pay less", () => {
  const discount = { object: 'discount', id: 'di_1', customer: 'cus_1', subscription: null, invoice: 'in_1' }
  assert.deepEqual(dirty([discount]), { customers: { cus_1: undefined }, invoices: { in_1: undefined } })
})

test('a time that one event showed is not forgotten for one that did not', () => {
  const line = { object: 'line_item', id: 'il_1', invoice: 'in_1' }
  const invoice = { object: 'invoice', id: 'in_1', created: 3 }
  assert.deepEqual(dirty([invoice, line]), { invoices: { in_1: 3 } })
  assert.deepEqual(dirty([line, invoice]), { invoices: { in_1: 3 } })
})

test('objects without an id, or of no known kind, make nothing dirty', () => {
  const strange = [
    {},
    { object: 'customer' },
    { object: 'customer', id: '' },
    { object: 'hologram', id: 'h_1' },
  ]
  assert.deepEqual(dirty(strange), {})
})

test('any events of the real catalog: all that can be read again by id, nothing else, whatever their order', () => {
  const { streams } = catalog()
  const kinds = streams.flatMap(({ objects }) => objects)
  const parents = [...new Set(streams.flatMap(({ parent }) => parent?.column ?? []))]
  const object = fc.record({
    object: fc.constantFrom(...kinds, 'unknown'),
    id: fc.stringMatching(/^[a-z]{2}_[0-9]$/),
    parent: fc.constantFrom(...parents),
    owner: fc.stringMatching(/^own_[0-9]$/),
    created: fc.nat({ max: 9 }),
  })
  const selection = fc.subarray(streams.map(({ name }) => name))
  fc.assert(
    fc.property(fc.array(object, { maxLength: 40 }), selection, (objects, names) => {
      const events = objects.map(({ parent, owner, ...rest }) => event({ [parent]: owner, ...rest }))
      const route = router(catalog(), new Set(names))
      const ids = (of: Iterable<StripeEvent>) =>
        [...route.dirty(of)].map(([{ name }, found]) => `${name} ${[...found.keys()].sort()}`).sort()
      assert.deepEqual(ids(events), ids(events.toReversed()))
      const found = route.dirty(events)
      for (const stream of found.keys()) assert.equal(stream.parent, undefined)
      for (const { object, id } of objects) {
        for (const stream of streams) {
          if (stream.parent || !stream.objects.includes(object) || !names.includes(stream.name)) continue
          assert.ok(found.get(stream)?.has(id), `${object} ${id} makes ${stream.name} dirty`)
        }
      }
    }),
    { numRuns: 200, seed: 20_261_123 },
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { referencesOf, unlisted } from './references.ts'
import { resolveStreams, tablesFor } from './selection.ts'
import { catalog, stream } from './streams.ts'

type Selection = ReturnType<typeof resolveStreams>
const found = (selection: Selection) =>
  referencesOf(catalog(), tablesFor(selection), selection).map(
    ({ stream: name, column, target, or }) => `${name}.${column} > ${[target, ...(or ?? [])].join(' or ')}`,
  )

test('columns that hold ids of what may not be listed, between selected tables', () => {
  assert.deepEqual(found(resolveStreams('charges,customers,reviews')), [
    'charges.customer > customers',
    'charges.review > reviews',
  ])
  assert.deepEqual(found(resolveStreams('charges,invoices')), [])
  const core = found(resolveStreams('core'))
  for (const one of [
    'invoices.customer > customers',
    'subscription_items.price_id > prices',
    'invoice_lines.pricing_price_details_price > prices',
  ]) {
    assert.ok(core.includes(one), one)
  }
})

test('payment methods of customers are looked for in their own table, too', () => {
  assert.ok(
    found(resolveStreams('charges,payment_methods,customer_payment_methods')).includes(
      'charges.payment_method > payment_methods or customer_payment_methods',
    ),
  )
})

test('nothing is a reference that was read under its object, is not selected, or is hashed', () => {
  const all = found(resolveStreams('all'))
  assert.ok(all.every((one) => !one.startsWith('customer_payment_methods.customer ')))
  const fields = new Map([['charges', ['amount']]])
  assert.deepEqual(found(resolveStreams('charges,customers', fields)), [])
  const plain = resolveStreams('charges,customers')
  const hashed = (name: string, place: string) =>
    plain.map((one) => (one.name === name ? { ...one, hashed: [place] } : one))
  assert.deepEqual(found(hashed('charges', 'customer')), [])
  assert.deepEqual(found(hashed('customers', 'id')), [])
  assert.deepEqual(found(hashed('customers', 'email')), ['charges.customer > customers'])
})

test('what may be looked up is a table without parent, that its catalog entry says lacks something', () => {
  for (const { target, or = [], why } of unlisted) {
    assert.equal(stream(target)?.parent, undefined, target)
    assert.ok(stream(target)?.gap, target)
    for (const other of or) assert.ok(stream(other), other)
    assert.match(why, /\.$/)
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from '../core/errors.ts'
import { extraColumn } from '../core/schema.ts'
import { resolveStreams, streamInfos, tablesFor } from './selection.ts'
import { catalog, stream } from './streams.ts'

const lists = (entries: Record<string, readonly string[]>) => new Map(Object.entries(entries))
const namesOf = (tables: string | readonly string[]) => resolveStreams(tables).map(({ name }) => name)

/** Columns of the one table of a selection. */
function columns(name: string, fields?: readonly string[], excluded?: readonly string[]): readonly string[] {
  const selection = resolveStreams(
    name,
    lists(fields ? { [name]: fields } : {}),
    lists(excluded ? { [name]: excluded } : {}),
  )
  const table = tablesFor(selection).get(name) ?? assert.fail(`no table ${name}`)
  return table.columns.map((column) => column.name)
}

/** Message of the refusal. */
function refusal(...args: Parameters<typeof resolveStreams>): string {
  try {
    resolveStreams(...args)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    assert.ok(error.cure)
    return error.message
  }
  assert.fail('was not refused')
}

test('core has the seven tables of billing and what goes with them', () => {
  const core = namesOf('core')
  for (const name of [
    'invoices',
    'customers',
    'subscriptions',
    'tax_rates',
    'products',
    'coupons',
    'refunds',
  ]) {
    assert.ok(core.includes(name), name)
  }
  for (const name of ['invoice_lines', 'subscription_items', 'prices', 'charges', 'balance_transactions']) {
    assert.ok(core.includes(name), name)
  }
  assert.deepEqual(
    core,
    streamInfos()
      .filter((info) => info.core)
      .map(({ name }) => name),
  )
})

test('all is every table but the rare ones, fan-outs included', () => {
  const all = namesOf('all')
  assert.equal(all.length, 109)
  for (const name of namesOf('core')) assert.ok(all.includes(name), name)
  assert.ok(all.includes('customer_balance_transactions'))
  for (const name of ['events', 'apps_secrets', 'test_helpers_test_clocks'])
    assert.ok(!all.includes(name), name)
})

test('names come in the order of the catalog, each once, however they are given', () => {
  assert.deepEqual(namesOf(' invoices,customers ,invoices'), ['customers', 'invoices'])
  assert.deepEqual(namesOf(['invoices', 'customers']), ['customers', 'invoices'])
  assert.deepEqual(namesOf('test_helpers_test_clocks'), ['test_helpers_test_clocks'])
  assert.deepEqual(namesOf(['core', 'topups']), [...namesOf('core'), 'topups'].sort())
  assert.deepEqual(namesOf('invoice_lines'), ['invoice_lines'], 'a child without its parent')
})

test('without fields there is every column, and the one for what is not known at the end', () => {
  const names = stream('charges')?.columns.map(({ name }) => name) ?? []
  assert.deepEqual(columns('charges'), [...names, extraColumn.name])
  assert.deepEqual(resolveStreams('charges'), [{ name: 'charges' }])
})

test('fields bring their columns, and what rows are found by', () => {
  assert.deepEqual(columns('invoices', ['total', 'customer']), ['id', 'created', 'customer', 'total'])
  assert.deepEqual(columns('invoice_lines', ['amount']), ['id', 'amount', 'invoice'])
  assert.deepEqual(columns('invoiceitems', ['amount']), ['id', 'amount', 'date'])
  const address = ['city', 'country', 'line1', 'line2', 'postal_code', 'state'].map(
    (part) => `address_${part}`,
  )
  assert.deepEqual(columns('customers', ['address']), ['id', ...address, 'created'])
  assert.deepEqual(columns('customers', ['address.city']), ['id', 'address_city', 'created'])
  assert.deepEqual(columns('subscription_items', ['price']), [
    'id',
    'created',
    'price_id',
    'price',
    'subscription',
  ])
  assert.deepEqual(columns('coupons', ['_extra']), ['id', 'created', '_extra'])
})

test('what is excluded is in no column, and its place is told to the reader', () => {
  const kept = columns('customers', undefined, ['email', 'address', 'shipping_phone'])
  assert.ok(
    !kept.some((name) => name === 'email' || name.startsWith('address_') || name === 'shipping_phone'),
  )
  assert.ok(kept.includes('shipping_name') && kept.includes('name') && kept.at(-1) === '_extra')
  assert.deepEqual(
    resolveStreams('customers', undefined, lists({ customers: ['email', 'address', 'shipping_phone'] })),
    [{ name: 'customers', excluded: ['email', 'address', 'shipping.phone'] }],
  )
  assert.ok(!columns('subscription_items', undefined, ['price']).some((name) => name.startsWith('price')))
})

test('what is hashed is text, and may lie within a JSON column or be unknown', () => {
  const hashed = ['email', 'address', 'balance', 'metadata', 'discount.coupon.name', '_extra.new_field']
  const selection = resolveStreams('customers', undefined, undefined, lists({ customers: hashed }))
  assert.deepEqual(selection, [
    {
      name: 'customers',
      hashed: ['email', 'address', 'balance', 'metadata', 'discount.coupon.name', 'new_field'],
    },
  ])
  const columns = new Map(
    tablesFor(selection)
      .get('customers')
      ?.columns.map(({ name, type }) => [name, type]),
  )
  for (const name of ['email', 'address_city', 'balance', 'metadata'])
    assert.equal(columns.get(name), 'text', name)
  assert.equal(columns.get('discount'), 'json')
  assert.equal(columns.get('_extra'), 'json')
  const within = resolveStreams('charges', undefined, lists({ charges: ['level3_line_items.product_code'] }))
  assert.deepEqual(within, [{ name: 'charges', excluded: ['level3.line_items.product_code'] }])
})

test('what cannot be hashed is refused with its reason', () => {
  const hash = (field: string, only?: readonly string[], without?: readonly string[]) =>
    refusal(
      'customers',
      lists(only ? { customers: only } : {}),
      lists(without ? { customers: without } : {}),
      lists({ customers: [field] }),
    )
  assert.match(hash('id'), /id of customers cannot be hashed: rows are found by it/)
  assert.match(hash('created'), /created of customers cannot be hashed/)
  assert.match(hash('_extra.id'), /id of customers cannot be hashed/)
  assert.match(hash('emial'), /no field "emial"; did you mean email\?/)
  assert.match(hash('email.domain'), /no field "email\.domain"/)
  assert.match(hash('metadata.'), /no field "metadata\."/)
  assert.match(hash('email', ['name']), /email of customers is to be hashed, and not among its fields/)
  assert.match(hash('address_city', undefined, ['address']), /both to be hashed and to be left out/)
  assert.match(hash('_extra'), /_extra of customers cannot be hashed; name a field in it/)
  assert.match(
    refusal('customers', undefined, undefined, lists({ invoices: ['customer_email'] })),
    /invoices, which is not selected/,
  )
})

test('only keys are never null: a deleted row has nothing else', () => {
  for (const table of tablesFor(resolveStreams('all')).values()) {
    const full = table.columns.filter(({ nullable }) => !nullable).map(({ name }) => name)
    assert.deepEqual(full.sort(), [...table.key].sort(), table.name)
  }
})

test('every unknown table and field is named at once, with the nearest', () => {
  const message = refusal(
    'invoicess,customers',
    lists({ customers: ['adress', 'emial'] }),
    lists({ chargs: ['id'] }),
  )
  for (const part of [
    'there is no table "invoicess"; did you mean invoices?',
    'customers has no field "adress"; did you mean address?',
    'customers has no field "emial"; did you mean email?',
    'there is no table "chargs"; did you mean charges?',
  ]) {
    assert.ok(message.includes(part), `${message}\nlacks ${part}`)
  }
  assert.equal(refusal('zzzzzzzzzzzz'), 'there is no table "zzzzzzzzzzzz"')
})

test('what cannot be done is refused with its reason', () => {
  assert.match(refusal(' , '), /no table is selected/)
  assert.match(refusal('events'), /events is not a table: events are read as the feed/)
  assert.match(refusal('apps_secrets'), /secrets are never copied/)
  assert.match(refusal('invoices', lists({ charges: ['id'] })), /charges, which is not selected/)
  assert.match(
    refusal('invoices', lists({ invoices: ['lines'] })),
    /lines of invoices is a table of its own, invoice_lines/,
  )
  assert.match(
    refusal('invoices', undefined, lists({ invoices: ['id'] })),
    /id of invoices cannot be left out/,
  )
  assert.match(
    refusal('invoice_lines', undefined, lists({ invoice_lines: ['invoice'] })),
    /cannot be left out/,
  )
})

test('the streams that are shown: all, with how they are read', () => {
  const infos = new Map(streamInfos().map((info) => [info.name, info]))
  assert.equal(infos.size, catalog().streams.length)
  assert.equal(infos.get('invoices')?.reading, 'window')
  assert.equal(infos.get('invoice_lines')?.reading, 'parent')
  assert.equal(infos.get('invoice_lines')?.parent, 'invoices')
  assert.equal(infos.get('tax_codes')?.reading, 'walk')
  assert.equal(infos.get('invoices')?.permission, 'invoice_read')
  assert.match(infos.get('prices')?.description ?? '', /inline \(price_data\) are never listed/)
  assert.equal(infos.get('events')?.standard, false)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CatalogStream } from './catalog.ts'
import { overrides } from './overrides.ts'
import { catalog, mergeCatalog, stream } from './streams.ts'

const { streams, apiVersion } = catalog()
const named = (name: string): CatalogStream => stream(name) ?? assert.fail(`no stream ${name}`)
const columnOf = (name: string, column: string) =>
  named(name).columns.find((one) => one.name === column) ?? assert.fail(`no column ${name}.${column}`)

test('all 120 lists are streams with names of their own', () => {
  assert.equal(streams.length, 120)
  assert.equal(new Set(streams.map(({ name }) => name)).size, 120)
  assert.equal(new Set(streams.map(({ path }) => path)).size, 120)
  assert.match(apiVersion, /^\d{4}-\d{2}-\d{2}\.[a-z]+$/)
  assert.equal(stream('invoicess'), undefined)
})

test('streams are named after their paths', () => {
  const paths = {
    tax_rates: '/v1/tax_rates',
    checkout_sessions: '/v1/checkout/sessions',
    invoice_lines: '/v1/invoices/{invoice}/lines',
    checkout_session_line_items: '/v1/checkout/sessions/{checkout_session}/line_items',
    account_capabilities: '/v1/accounts/{account}/capabilities',
    radar_value_list_items: '/v1/radar/value_list_items',
    billing_meters: '/v1/billing/meters',
    invoiceitems: '/v1/invoiceitems',
  }
  for (const [name, path] of Object.entries(paths)) assert.equal(named(name).path, path)
})

test('keys, parents and creation times are columns; names are unique within a stream', () => {
  for (const { name, columns, key, parent, created, path } of streams) {
    const names = columns.map((column) => column.name)
    assert.equal(new Set(names).size, names.length, name)
    for (const needed of [...key, parent?.column, created?.field]) {
      assert.ok(needed === undefined || names.includes(needed), `${name}.${needed}`)
    }
    for (const column of columns) {
      assert.match(column.name, /^[a-z][a-z0-9_]*$/, `${name}.${column.name}`)
      assert.ok(column.path.length > 0 || column.name === parent?.column, `${name}.${column.name}`)
    }
    if (created) assert.equal(columnOf(name, created.field).type, 'timestamp', name)
    if (parent) {
      assert.ok(stream(parent.stream), `${name}: ${parent.stream}`)
      assert.equal(columnOf(name, parent.column).nullable, false, name)
    }
    if (parent?.in === 'path') assert.ok(path.includes(`{${parent.param}}`), name)
    if (parent?.in === 'query') assert.ok(named(name).params.includes(parent.param), name)
  }
})

test('52 lists filter by created; those that are not read in windows are children or walks with a reason', () => {
  assert.equal(streams.filter(({ params }) => params.includes('created')).length, 52)
  const windows = streams.filter(
    ({ created }) => created?.from === 'created[gte]' && created.to === 'created[lt]',
  )
  assert.equal(windows.length, 51)
  assert.deepEqual(named('invoiceitems').created, { field: 'date', from: 'created[gte]', to: 'created[lt]' })
})

test('every list that Stripe cuts at ten inside an object leads to a stream', () => {
  const lists = [
    'invoices lines invoice_lines',
    'invoices payments invoice_payments expand',
    'subscriptions items subscription_items',
    'credit_notes lines credit_note_lines',
    'charges refunds refunds expand',
    'transfers reversals transfer_reversals',
    'application_fees refunds application_fee_refunds',
    'checkout_sessions line_items checkout_session_line_items expand',
    'payment_links line_items payment_link_line_items expand',
    'quotes line_items quote_line_items expand',
    'quotes computed.upfront.line_items quote_computed_upfront_line_items expand',
    'customers sources customer_sources expand',
    'customers tax_ids customer_tax_ids expand',
    'customers subscriptions subscriptions expand',
    'accounts external_accounts account_external_accounts expand',
    'payment_intents amount_details.line_items payment_intent_amount_details_line_items expand',
    'radar_value_lists list_items radar_value_list_items',
    'treasury_transactions entries treasury_transaction_entries expand',
    'files links file_links expand',
  ]
  const found = streams.flatMap(({ name, lists: inner }) =>
    inner.map((list) =>
      [name, list.path.join('.'), list.stream, ...(list.expand ? ['expand'] : [])].join(' '),
    ),
  )
  assert.deepEqual(found.sort(), lists.sort())
})

test('types of columns: ids, money, times, decimals, nested and open objects', () => {
  const types = {
    'invoices.id': 'text',
    'invoices.total': 'integer',
    'invoices.created': 'timestamp',
    'invoices.period_end': 'timestamp',
    'invoices.automatic_tax_liability_account': 'text',
    'invoices.status_transitions_paid_at': 'timestamp',
    'invoices.metadata': 'json',
    'invoices.default_tax_rates': 'json',
    'invoice_lines.parent_subscription_item_details_subscription': 'text',
    'invoice_lines.pricing_unit_amount_decimal': 'decimal',
    'invoice_lines.period_start': 'timestamp',
    'subscriptions.trial_end': 'timestamp',
    'subscriptions.days_until_due': 'integer',
    'subscription_items.price_id': 'text',
    'subscription_items.price': 'json',
    'tax_rates.percentage': 'decimal',
    'coupons.percent_off': 'decimal',
    'balance_transactions.exchange_rate': 'float',
    'balance_transactions.available_on': 'timestamp',
    'charges.payment_method_details': 'json',
    'charges.billing_details_address_country': 'text',
    'charges.outcome_rule': 'text',
    'terminal_readers.last_seen_at': 'integer',
    'account_persons.dob_year': 'integer',
    'products.package_dimensions_height': 'float',
  }
  for (const [place, type] of Object.entries(types)) {
    const [name = '', column = ''] = place.split('.')
    assert.equal(columnOf(name, column).type, type, place)
  }
  assert.equal(columnOf('invoices', 'customer').expandable, true)
  assert.equal(columnOf('subscriptions', 'customer').nullable, false)
  assert.ok(!named('customers').columns.some(({ name }) => name === 'deleted'))
})

test('lines and capabilities are identified within their parent', () => {
  assert.deepEqual(named('invoice_lines').key, ['invoice', 'id'])
  assert.deepEqual(named('credit_note_lines').key, ['credit_note', 'id'])
  assert.deepEqual(columnOf('credit_note_lines', 'credit_note').path, [])
  assert.deepEqual(named('account_capabilities').key, ['account', 'id'])
  assert.deepEqual(named('subscription_items').key, ['id'])
  assert.deepEqual(named('country_specs').key, ['id'])
})

test('what cannot be asked for without more knowledge is no table, and everything else can be', () => {
  for (const { name, path, parent, required, fixed, unreadable } of streams) {
    const open = required.filter((param) => !(param in fixed))
    const lost = path.includes('{') && parent?.in !== 'path'
    if (open.length > 0 || lost) assert.ok(unreadable, `${name} needs ${open.join(', ')}`)
  }
})

test('events: every type that tells of an object, and of this list', () => {
  for (const type of ['invoice.created', 'invoice.paid', 'invoice.deleted']) {
    assert.ok(named('invoices').events.includes(type), type)
  }
  assert.ok(named('subscriptions').events.includes('customer.subscription.deleted'))
  assert.ok(named('refunds').events.includes('charge.refund.updated'))
  assert.deepEqual(named('balance_transactions').events, [])
})

test('an override that is not needed any more is an error', () => {
  const stored = { apiVersion, streams: [] }
  assert.throws(() => mergeCatalog(stored, overrides), /not in the catalog: .*subscriptions/)
  const { columns: _, ...facts } = named('customers')
  const customers = { apiVersion, streams: [{ ...facts, columns: ['id text', 'email text?'] }] }
  const stale = [
    { why: '', fixed: { nothing: '1' } },
    { why: '', variants: [{ email: 'a' }, { nothing: 'b' }] },
    { why: '', expand: ['nothing.inside'] },
    { why: '', foreignEvents: ['nothing.'] },
    { why: '', parent: { stream: 'nothing', column: 'email', in: 'query', param: 'email' } as const },
  ]
  for (const exception of stale) {
    assert.throws(() => mergeCatalog(customers, { customers: exception }), /customers .*: nothing/)
  }
  assert.doesNotThrow(() => mergeCatalog(customers, { customers: { why: '', expand: ['email'] } }))
})

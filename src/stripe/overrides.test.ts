/** One test per trap: that its override arrives in the catalog that everything reads. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CatalogStream } from './catalog.ts'
import { overrides } from './overrides.ts'
import { catalog, stream } from './streams.ts'

type Traps = Readonly<Record<string, Partial<CatalogStream>>>

const issuing = { unavailable: ['Your account is not set up to use Issuing'] }
const identity = { unavailable: ['Your account is not set up to use Identity'] }
const treasury = {
  unavailable: ['Have you onboarded to Treasury', 'Unrecognized request URL (GET: /v1/treasury/'],
}
const account = {
  in: 'query',
  stream: 'treasury_financial_accounts',
  column: 'financial_account',
  param: 'financial_account',
} as const

const traps: Traps = {
  subscriptions: { fixed: { status: 'all' }, expand: ['discounts'] },
  tax_registrations: { fixed: { status: 'all' } },
  prices: { variants: [{ active: 'true' }, { active: 'false' }], expand: ['tiers', 'currency_options'] },
  plans: { expand: ['tiers'] },
  invoices: { expand: ['discounts'] },
  invoiceitems: { expand: ['discounts'] },
  tax_locations: { required: ['type'], fixed: { type: 'performance' } },
  billing_credit_balance_transactions: {
    parent: { stream: 'customers', column: 'customer', in: 'query', param: 'customer' },
  },
  treasury_transactions: { ...treasury, parent: account, fixed: { order_by: 'created' } },
  treasury_transaction_entries: { ...treasury, parent: account, fixed: { order_by: 'created' } },
  treasury_credit_reversals: { ...treasury, parent: account },
  treasury_debit_reversals: { ...treasury, parent: account },
  treasury_inbound_transfers: { ...treasury, parent: account },
  treasury_outbound_payments: { ...treasury, parent: account },
  treasury_outbound_transfers: { ...treasury, parent: account },
  treasury_received_credits: { ...treasury, parent: account },
  treasury_received_debits: { ...treasury, parent: account },
  treasury_financial_accounts: treasury,
  issuing_authorizations: issuing,
  issuing_cardholders: issuing,
  issuing_cards: { ...issuing, expand: [] },
  issuing_disputes: issuing,
  issuing_personalization_designs: issuing,
  issuing_physical_bundles: issuing,
  issuing_tokens: {
    ...issuing,
    parent: { stream: 'issuing_cards', column: 'card', in: 'query', param: 'card' },
  },
  issuing_transactions: issuing,
  identity_verification_reports: identity,
  identity_verification_sessions: identity,
  forwarding_requests: {
    unavailable: ['Your account is not authorized to send Forwarding requests in livemode'],
  },
  sigma_scheduled_query_runs: { unavailable: ["isn't available in test mode"] },
  test_helpers_test_clocks: { unavailable: ['only available in testmode'] },
  accounts: { events: ['account.updated'] },
  account_external_accounts: {
    events: ['created', 'deleted', 'updated'].map((what) => `account.external_account.${what}`),
  },
}

for (const [name, expected] of Object.entries(traps)) {
  test(`${name}: ${overrides[name]?.why}`, () => {
    const actual: Record<string, unknown> = { ...stream(name) }
    for (const [property, value] of Object.entries(expected))
      assert.deepEqual(actual[property], value, property)
  })
}

const incomplete = [
  'accounts',
  'customers',
  'invoices',
  'payment_methods',
  'prices',
  'quotes',
  'reviews',
  'subscription_schedules',
  'subscriptions',
  'tax_ids',
]
test('lists that leave rows out whatever is asked say so', () => {
  const saying = catalog().streams.filter(({ gap }) => gap)
  assert.deepEqual(
    saying.map(({ name }) => name),
    incomplete,
  )
})

const noTables = [
  'apps_secrets',
  'billing_meter_event_summaries',
  'credit_notes_preview_lines',
  'events',
  'financial_connections_account_owners',
  'source_source_transactions',
  'tax_calculation_line_items',
  'tax_transaction_line_items',
]
test('lists that are never a table say why', () => {
  const never = catalog().streams.filter(({ unreadable }) => unreadable)
  assert.deepEqual(
    never.map(({ name }) => name),
    noTables,
  )
})

test('customer sources are told of by their own events, never by those of accounts', () => {
  const events = stream('customer_sources')?.events ?? []
  assert.ok(events.includes('customer.source.created') && events.includes('source.failed'))
  assert.deepEqual(
    events.filter((type) => type.startsWith('account.')),
    [],
  )
})

test('time filters that are not safe to cut by are not used', () => {
  for (const name of ['payment_records', 'product_catalog_trial_offers']) {
    assert.equal(stream(name)?.created, undefined, name)
  }
})

test('what is described as part of another object, or as filtered, is described as what it is', () => {
  assert.equal(stream('invoice_payments')?.description, overrides.invoice_payments?.description)
  assert.doesNotMatch(stream('subscriptions')?.description ?? '', /not been canceled/)
})

test('card numbers and secrets are never asked for', () => {
  for (const { name, expand } of catalog().streams) {
    for (const path of expand) assert.doesNotMatch(path, /(^|\.)(number|cvc|secret|payload)$/, name)
  }
})

test('lists without paging are known, as is the one that pages forwards only', () => {
  const whole = catalog().streams.filter(({ pagination }) => pagination === 'none')
  assert.deepEqual(
    whole.map(({ name }) => name),
    ['account_capabilities', 'reporting_report_types'],
  )
  assert.ok(!stream('payment_attempt_records')?.params.includes('ending_before'))
})

test('every override has its reason, and a test here', () => {
  const tested = new Set([
    ...Object.keys(traps),
    ...incomplete,
    ...noTables,
    'customer_sources',
    'payment_records',
    'product_catalog_trial_offers',
    'invoice_payments',
    // In secrets.test.ts.
    'payment_intents',
    'setup_intents',
    'checkout_sessions',
    'webhook_endpoints',
  ])
  assert.deepEqual(
    Object.keys(overrides).filter((name) => !tested.has(name)),
    [],
  )
  for (const [name, { why }] of Object.entries(overrides)) assert.match(why, /^[A-Z].{20,}\.$/, name)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flattener } from './flatten.ts'
import { guards } from './guard.ts'
import { overrides } from './overrides.ts'
import { resolveStreams, streamInfos, tablesFor } from './selection.ts'
import { catalog, stream } from './streams.ts'

/** The one row of an object, as text, of the selected streams. */
function rowOf(
  name: string,
  object: Record<string, unknown>,
  tables: string,
  fields: Readonly<Record<string, readonly string[]>> = {},
) {
  const selections = resolveStreams(tables, new Map(Object.entries(fields)))
  const guard = guards(catalog(), selections, undefined).get(name)
  const table = tablesFor(selections).get(name) ?? assert.fail(name)
  const flatten = flattener(stream(name) ?? assert.fail(name), table, { guard, onDrift: undefined })
  return JSON.stringify(flatten.row({ id: 'x_1', ...object } as never, undefined))
}

const secret = 'pi_1_secret_shh'
const intent = { object: 'payment_intent', client_secret: secret, status: 'succeeded' }

test('secrets are fields of the catalog, and no column unless they are named', () => {
  const withheld = Object.entries(overrides).flatMap(([name, { withheld = [] }]) =>
    withheld.map((field) => `${name}.${field}`),
  )
  assert.deepEqual(withheld.sort(), [
    'checkout_sessions.client_secret',
    'customer_sources.client_secret',
    'identity_verification_sessions.client_secret',
    'invoices.confirmation_secret',
    'payment_intents.client_secret',
    'setup_intents.client_secret',
    'webhook_endpoints.secret',
  ])
  const declared = catalog().streams.flatMap(({ name, columns, unreadable }) =>
    unreadable
      ? []
      : columns.flatMap((column) => (/(^|_)secret$/.test(column.name) ? `${name}.${column.name}` : [])),
  )
  assert.deepEqual(declared.sort(), withheld, 'a secret that the catalog learns must be withheld too')
  for (const [table = '', field = ''] of withheld.map((one) => one.split('.'))) {
    const columns = (fields?: readonly string[]) =>
      tablesFor(resolveStreams(table, new Map(fields ? [[table, fields]] : [])))
        .get(table)
        ?.columns.map(({ name }) => name) ?? []
    assert.ok(!columns().includes(field), table)
    assert.ok(columns([field]).includes(field), table)
    assert.deepEqual(streamInfos().find(({ name }) => name === table)?.withheld, [field])
  }
})

test('a secret is in no cell, nor are its copies within other objects', () => {
  assert.ok(!rowOf('payment_intents', intent, 'payment_intents').includes(secret))
  assert.match(rowOf('payment_intents', intent, 'payment_intents'), /succeeded/)
  const error = { last_setup_error: { message: 'declined', payment_intent: intent } }
  const row = rowOf('setup_intents', { object: 'setup_intent', ...error }, 'setup_intents')
  assert.ok(!row.includes(secret), row)
  assert.match(row, /declined/)
  assert.match(row, /succeeded/, 'only the secret goes')
  const unknown = rowOf('charges', { object: 'charge', something_new: { nested: [intent] } }, 'charges')
  assert.ok(!unknown.includes(secret), unknown)
  // What is called so elsewhere is no secret of ours to keep.
  assert.match(
    rowOf('customers', { object: 'customer', metadata: { client_secret: 'mine' } }, 'customers'),
    /mine/,
  )
})

test('who names it has it', () => {
  const named = { payment_intents: ['client_secret'] }
  assert.ok(rowOf('payment_intents', intent, 'payment_intents', named).includes(secret))
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { descriptionsOf } from '../../src/stripe/descriptions.ts'
import { catalog } from '../../src/stripe/streams.ts'
import { described } from './descriptions.ts'
import { generate } from './generate.ts'
import { firstSentence, pathParent, singular, streamName } from './names.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('the catalog and the golden list are what the installed package gives; npm run catalog writes them', () => {
  for (const { file, text } of generate(root)) {
    const lines = readFileSync(`${root}${file}`, 'utf8').split('\n')
    const fresh = text.split('\n')
    const at = fresh.findIndex((line, index) => line !== lines[index])
    assert.ok(
      at < 0 && lines.length === fresh.length,
      `${file}, line ${at + 1}: "${lines[at]}" should be "${fresh[at]}"; run \`npm run catalog\` and read the diff`,
    )
  }
})

test('the generated files stay small enough to be read and shipped', () => {
  assert.ok(readFileSync(`${root}src/stripe/catalog.gen.json`).length < 350_000)
  assert.ok(readFileSync(`${root}src/stripe/descriptions.gen.json`).length < 1_000_000)
})

test('names of streams and parents from paths', () => {
  assert.equal(streamName('/v1/invoices'), 'invoices')
  assert.equal(streamName('/v1/invoices/{id}/lines'), 'invoice_lines')
  assert.equal(streamName('/v1/checkout/sessions/{id}/line_items'), 'checkout_session_line_items')
  assert.equal(streamName('/v1/radar/value_list_items'), 'radar_value_list_items')
  assert.equal(pathParent('/v1/checkout/sessions/{id}/line_items'), 'checkout_sessions')
  assert.equal(pathParent('/v1/invoices'), undefined)
  assert.equal(singular('capabilities'), 'capability')
  assert.equal(singular('tax_ids'), 'tax_id')
})

test('descriptions are what a list holds, in plain text', () => {
  const described = {
    'Returns a list of your coupons. The coupons are sorted.': 'Coupons',
    'Returns a list of [charges](https://x.y/z) you have `created`': 'Charges you have created',
    'Lists all Climate order objects.': 'Climate order objects',
    'List events, going back e.g. 30 days. More.': 'Events, going back e.g. 30 days',
    "When retrieving an invoice, you'll get a **lines** property.": 'Items of an invoice',
  }
  for (const [doc, description] of Object.entries(described)) assert.equal(firstSentence(doc), description)
  const long = firstSentence(`Returns ${'word '.repeat(100)}`)
  assert.ok(long.length <= 200 && long.endsWith('…'))
})

test('comments of fields become lines: without marks, without lists of values, whole sentences', () => {
  assert.equal(described('See [the guide](https://x.y/z) of `price`.'), 'See the guide of price.')
  assert.equal(described('Why it was made. * `manual`: by hand. * `automatic`: not.'), 'Why it was made.')
  const long = described(`First. ${'Word '.repeat(30)}end. ${'More '.repeat(60)}end.`)
  assert.ok(long.startsWith('First. Word') && long.endsWith('end.') && long.length <= 300, long)
})

test('nearly every column is described, and the fields of its objects', () => {
  const { streams } = catalog()
  const columns = streams.flatMap(({ name, columns }) =>
    columns.map((column) => [name, column.name] as const),
  )
  const told = columns.filter(([stream, column]) => descriptionsOf(stream).columns[column])
  assert.ok(told.length > 0.85 * columns.length, `${told.length} of ${columns.length}`)
  assert.match(descriptionsOf('invoices').columns.amount_due ?? '', /^Final amount due at this time/)
  const nested = descriptionsOf('charges').parts
  assert.deepEqual(nested['payment_method_details.type']?.[0], 'text')
  assert.match(nested['payment_method_details.type']?.[1] ?? '', /type of transaction/)
  assert.match(nested['payment_method_details.card.last4']?.[1] ?? '', /last four digits/)
})

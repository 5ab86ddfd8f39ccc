import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
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

test('the generated file stays small enough to be read and shipped', () => {
  assert.ok(readFileSync(`${root}src/stripe/catalog.gen.json`).length < 350_000)
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

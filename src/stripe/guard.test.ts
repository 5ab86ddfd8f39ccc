import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { ConfigError } from '../core/errors.ts'
import type { Cell, StreamSelection, Table } from '../core/model.ts'
import type { CatalogStream } from './catalog.ts'
import { flattener } from './flatten.ts'
import { guards } from './guard.ts'
import { parseJson } from './json.ts'
import { catalog } from './streams.ts'
import { column, guardFor, streamOf, tableOf, testHasher } from './testing/streams.ts'

const people = streamOf({
  name: 'people',
  objects: ['person'],
  columns: [
    column('id', 'text', { nullable: false }),
    column('email', 'text'),
    column('balance', 'integer'),
    column('vip', 'boolean'),
    column('boss', 'text', { expandable: true }),
    column('home_city', 'text', { path: ['home', 'city'] }),
    column('home_zip', 'text', { path: ['home', 'zip'] }),
    column('metadata', 'json'),
    column('friends', 'json', { expandable: true }),
    column('plan_id', 'text', { path: ['plan', 'id'] }),
    column('plan', 'json'),
  ],
})
const cards = streamOf({
  name: 'cards',
  objects: ['card'],
  columns: [
    column('id', 'text', { nullable: false }),
    column('owner', 'text', { expandable: true }),
    column('holder', 'json'),
  ],
})

type Protection = Omit<StreamSelection, 'name'>

function tableFor(stream: CatalogStream, { hashed = [], excluded = [] }: Protection): Table {
  const at = (path: readonly string[], places: readonly string[]) =>
    places.some((place) => `${path.join('.')}.`.startsWith(`${place}.`))
  const kept = stream.columns.filter(({ path }) => !at(path, excluded))
  const { columns, ...table } = tableOf(stream, { only: kept.map(({ name }) => name) })
  const isHashed = (name: string) => kept.some((one) => one.name === name && at(one.path, hashed))
  return { ...table, columns: columns.map((one) => (isHashed(one.name) ? { ...one, type: 'text' } : one)) }
}

function row(protection: Protection, json: string, others: Parameters<typeof guardFor>[2] = []) {
  const table = tableFor(people, protection)
  const { row } = flattener(people, table, { guard: guardFor(people, protection, others) })
  const cells = row(parseJson(json) as { readonly [field: string]: unknown })
  return Object.fromEntries(
    table.columns.map(({ name }, index): [string, Cell] => [name, cells[index] ?? null]),
  )
}

const hash = (text: string) =>
  createHmac('sha256', 'a key for tests, of 16 bytes and more').update(text).digest('hex')

test('a hash is that of the exact text, whatever the type, and the same in every column', () => {
  const hashed = ['email', 'balance', 'vip', 'boss', 'home', 'metadata']
  const found = row(
    { hashed },
    '{"id":"p_1","email":"Ä@b.c","balance":9007199254740993,"vip":false,"boss":"p_2","home":{"city":"Ä@b.c","zip":null,"floor":3},"metadata":{"b":1,"a":[2.50]}}',
  )
  assert.equal(found.email, hash('Ä@b.c'))
  assert.equal(found.home_city, found.email, 'joins')
  assert.equal(found.home_zip, null)
  assert.equal(found.balance, hash('9007199254740993'))
  assert.equal(found.vip, hash('false'))
  assert.equal(found.boss, hash('p_2'))
  assert.equal(found.metadata, hash('{"a":[2.5],"b":1}'), 'keys in order')
  assert.equal(found._extra, JSON.stringify({ home: hash('{"floor":3}') }))
  const expanded = row({ hashed }, '{"id":"p_1","boss":{"id":"p_2","email":"secret"},"email":""}')
  assert.equal(expanded.boss, hash('p_2'))
  assert.equal(expanded.email, hash(''), 'empty is not missing')
  assert.equal(expanded._extra, null, 'and what was expanded is not kept')
})

test('places within JSON columns, through arrays, and fields that the catalog does not know', () => {
  const protection = {
    hashed: ['metadata.tax', 'friends.phone', 'nick'],
    excluded: ['metadata.note', 'alias'],
  }
  const found = row(
    protection,
    '{"id":"p_1","metadata":{"tax":"T","note":"N","other":1},"friends":[{"id":"p_3","phone":"P"},"p_4"],"nick":{"a":"N"},"alias":"A","more":2}',
  )
  assert.equal(found.metadata, JSON.stringify({ tax: hash('T'), other: 1 }))
  assert.equal(found.friends, JSON.stringify([{ id: 'p_3', phone: hash('P') }, 'p_4']), 'ids stay ids')
  assert.equal(found._extra, JSON.stringify({ nick: hash('{"a":"N"}'), more: 2 }))
})

test('a column within a JSON column is protected in both', () => {
  const json = '{"id":"p_1","plan":{"id":"plan_1","name":"gold"}}'
  assert.deepEqual(
    row({ hashed: ['plan.id'] }, json).plan,
    JSON.stringify({ id: hash('plan_1'), name: 'gold' }),
  )
  assert.equal(row({ hashed: ['plan.id'] }, json).plan_id, hash('plan_1'))
  assert.equal(row({ excluded: ['plan.id'] }, json).plan, '{"name":"gold"}')
  assert.ok(!Object.hasOwn(row({ excluded: ['plan.id'] }, json), 'plan_id'))
})

test('a text where the object of a protected place should be is protected whole', () => {
  assert.equal(
    row({ hashed: ['home.city'] }, '{"id":"p_1","home":"Main Street"}')._extra,
    JSON.stringify({ home: hash('Main Street') }),
  )
  assert.equal(row({ excluded: ['home.city'] }, '{"id":"p_1","home":"Main Street"}')._extra, null)
  assert.equal(row({ excluded: ['metadata.tax'] }, '{"id":"p_1","metadata":"all in one"}').metadata, null)
})

test('an object of a protected table is protected wherever it lies', () => {
  const card = [cards, { hashed: ['owner'], excluded: ['holder'] }] as const
  const inside = '{"id":"card_1","object":"card","owner":"O","holder":{"name":"H"},"last4":"4242"}'
  const safe = { id: 'card_1', object: 'card', owner: hash('O'), last4: '4242' }
  const found = row(
    {},
    `{"id":"p_1","metadata":{"deep":[{"card":${inside}}]},"boss":{"id":"p_2","default":${inside}},"unknown":[${inside}]}`,
    [card],
  )
  assert.deepEqual(JSON.parse(String(found.metadata)), { deep: [{ card: safe }] })
  assert.equal(found.boss, 'p_2')
  assert.deepEqual(JSON.parse(String(found._extra)), { boss: { id: 'p_2', default: safe }, unknown: [safe] })
  // A text that looks like one is a text.
  const text = row({}, JSON.stringify({ id: 'p_1', metadata: { note: '"object":"card","owner":"O"' } }), [
    card,
  ])
  assert.deepEqual(JSON.parse(String(text.metadata)), { note: '"object":"card","owner":"O"' })
})

test('the row of a deleted object has its key and nothing else', () => {
  const guard = guardFor(people, { hashed: ['email'] })
  const { key } = flattener(people, tableFor(people, { hashed: ['email'] }), { guard })
  assert.deepEqual(
    key({ id: 'p_1', object: 'person', deleted: true, email: 'x' }).filter((cell) => cell !== null),
    ['p_1'],
  )
})

test('without anything protected there is no guard; without a key nothing is hashed', () => {
  const plain = { ...catalog(), streams: catalog().streams.map(({ withheld: _, ...one }) => one) }
  assert.equal(guards(plain, [{ name: 'customers' }], testHasher).size, 0)
  assert.equal(guards(catalog(), [{ name: 'customers' }], testHasher).size, 1, 'of secrets within')
  assert.throws(() => guards(catalog(), [{ name: 'customers', hashed: ['email'] }], undefined), ConfigError)
  const both = guards(catalog(), [{ name: 'customers', excluded: ['email'] }, { name: 'charges' }], undefined)
  assert.deepEqual([...both.keys()], ['customers', 'charges'])
})

// ------------------------------------------------------------- nothing comes through

const marker = 'MARKER'
/** Anything, with the marker in all its texts. */
const secret = fc
  .jsonValue({ maxDepth: 3 })
  .map(
    (value) =>
      JSON.parse(
        JSON.stringify(value ?? '', (_, item: unknown) =>
          typeof item === 'string' ? `${marker}${item}` : item,
        ),
      ) as unknown,
  )
const secretText = fc.string().map((text) => `${marker}${text}`)
const open = fc.oneof(fc.string(), fc.integer(), fc.constant(null))
const object = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<unknown>
const card = object({ id: fc.constant('card_1'), last4: open, owner: secret, holder: secret }).map(
  (fields) => ({
    ...(fields as object),
    object: 'card',
  }),
)
const anywhere = fc.oneof(
  open,
  card,
  fc.array(card, { maxLength: 2 }),
  object({ a: card, b: fc.array(object({ c: card }), { maxLength: 2 }) }),
)
const person = object({
  email: secret,
  balance: secret,
  vip: anywhere,
  boss: anywhere,
  home: fc.oneof(object({ city: secret, zip: open, floor: anywhere }), secretText, fc.array(secretText)),
  metadata: fc.oneof(
    object({ tax: secret, note: secret, other: anywhere }),
    fc.array(object({ tax: secret })),
  ),
  friends: fc.array(object({ id: open, phone: secret, name: anywhere }), { maxLength: 3 }),
  plan: object({ id: secret, name: anywhere }),
  nick: secret,
  alias: secret,
  unknown: anywhere,
}).map((fields) => ({ ...(fields as object), id: 'p_1' }))

test('no protected value is in a row, wherever and in whatever shape it comes; the rest is as without', () => {
  const protection = {
    hashed: ['email', 'home.city', 'metadata.tax', 'friends.phone', 'nick'],
    excluded: ['balance', 'metadata.note', 'plan.id', 'alias'],
  }
  const card = [cards, { hashed: ['owner'], excluded: ['holder'] }] as const
  let hidden = 0
  fc.assert(
    fc.property(person, (one) => {
      const json = JSON.stringify(one)
      if (json.includes(marker)) hidden++
      const found = row(protection, json, [card])
      assert.ok(!JSON.stringify(found).includes(marker), json)
      const plain = row({}, json)
      for (const name of ['id', 'vip', 'home_zip']) assert.equal(found[name], plain[name], name)
    }),
    { numRuns: 2000 },
  )
  assert.ok(hidden > 1000, 'the markers were there')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { TransientError } from '../core/errors.ts'
import type { Cell, Table } from '../core/model.ts'
import { extraColumn } from '../core/schema.ts'
import type { CatalogStream } from './catalog.ts'
import { flattener } from './flatten.ts'
import { parseJson } from './json.ts'
import { catalog } from './streams.ts'
import { column, guardFor, streamOf, tableOf } from './testing/streams.ts'

const things = streamOf({
  name: 'things',
  columns: [
    column('id', 'text', { nullable: false }),
    column('amount', 'integer'),
    column('rate', 'decimal'),
    column('score', 'float'),
    column('paid', 'boolean'),
    column('created', 'timestamp'),
    column('born', 'date'),
    column('metadata', 'json'),
    column('customer', 'text', { expandable: true }),
    column('plan_interval', 'text', { path: ['plan', 'interval'] }),
    column('plan_tier_count', 'integer', { path: ['plan', 'tier', 'count'] }),
  ],
  lists: [
    { path: ['lines'], stream: 'thing_lines', expand: false },
    { path: ['plan', 'parts'], stream: 'thing_parts', expand: true },
  ],
})

/** The row of an object given as JSON text, by column. */
function flat(stream: CatalogStream, table: Table, json: string, parent?: string) {
  const row = flattener(stream, table).row(parseJson(json) as { [field: string]: unknown }, parent)
  return Object.fromEntries(table.columns.map(({ name }, index) => [name, row[index] ?? null]))
}

/** One value in the column of that name. */
function cell(name: string, json: string): { value: Cell; extra: Cell } {
  const row = flat(things, tableOf(things), `{"id":"t_1",${JSON.stringify(name)}:${json}}`)
  return { value: row[name] ?? null, extra: row._extra ?? null }
}

test('values become the cells of their column', () => {
  const exact: [string, string, Cell][] = [
    ['id', '"t\\u0000ü"', 't\u0000ü'],
    ['amount', '-12', -12],
    ['amount', '9007199254740993', 9007199254740993n],
    ['amount', '-9223372036854775808', -9223372036854775808n],
    ['rate', '"12.500000000001"', '12.500000000001'],
    ['rate', '"007"', '7'],
    ['rate', '25.5', '25.5'],
    ['rate', '1.5e-7', '0.00000015'],
    ['rate', '1.5e+3', '1500'],
    ['rate', '-2e-1', '-0.2'],
    ['rate', '12345678901234567890.125', '12345678901234567890.125'],
    ['score', '0.1', 0.1],
    ['paid', 'false', false],
    ['created', '1700000000', 1_700_000_000_000_000],
    ['created', '"2023-11-14T22:13:20Z"', 1_700_000_000_000_000],
    ['created', '"2023-11-14T23:13:20.000001+01:00"', 1_700_000_000_000_001],
    ['created', '-1', -1_000_000],
    ['born', '"2024-02-29"', '2024-02-29'],
    ['metadata', '{"a":9007199254740993,"b":[1.0,null]}', '{"a":9007199254740993,"b":[1,null]}'],
    ['metadata', '"text"', '"text"'],
    ['customer', '"cus_1"', 'cus_1'],
    ['customer', 'null', null],
  ]
  for (const [name, json, value] of exact)
    assert.deepEqual(cell(name, json), { value, extra: null }, `${name} ${json}`)
})

test('values that a column cannot hold are kept exactly in _extra', () => {
  const kept: [string, string, Cell][] = [
    ['customer', '{"id":"cus_1","object":"customer","name":"N"}', 'cus_1'],
    ['customer', '{"id":"cus_1","object":"customer","deleted":true}', 'cus_1'],
    ['amount', '"12"', null],
    ['amount', '1.5', null],
    ['amount', '9223372036854775808', null],
    ['amount', '{"value":1}', null],
    ['rate', '"NaN"', null],
    ['rate', '"1.1234567890123"', null],
    ['rate', '"123456789012345678901234567"', null],
    ['rate', '1e-300', null],
    ['score', '"0.5"', null],
    ['score', '0.12345678901234567891', 0.12345678901234568],
    ['paid', '1', null],
    ['created', '"yesterday"', null],
    ['created', '"2024-02-30T00:00:00Z"', null],
    ['created', '1.5', null],
    ['created', '99999999999999', null],
    ['born', '"2024-02-30"', null],
    ['customer', '{"object":"customer"}', null],
    ['plan_interval', 'true', null],
  ]
  for (const [name, json, value] of kept) {
    assert.deepEqual(cell(name, json), { value, extra: `{"${name}":${json}}` }, `${name} ${json}`)
  }
  // What is no JSON text to begin with cannot be compared as text.
  assert.deepEqual(cell('plan', '"basic"'), { value: null, extra: '{"plan":"basic"}' })
  assert.deepEqual(cell('lines', '[1]'), { value: null, extra: '{"lines":[1]}' })
  const surrogate = flat(things, tableOf(things), '{"id":"t_1","customer":"a\\ud800b"}')
  assert.equal(surrogate.customer, 'a\ufffdb')
  assert.equal(surrogate._extra, '{"customer":"a\\ud800b"}')
})

test('unknown fields are kept at every level, __proto__ among them; lists are left to the children', () => {
  const json =
    '{"id":"t_1","new":null,"__proto__":{"x":1},"plan":{"interval":"day","colour":"red","tier":{"n":9007199254740993},"parts":{"object":"list","data":[],"has_more":false}},"lines":{"object":"list","data":[{"id":"l_1"}],"has_more":true}}'
  const row = flat(things, tableOf(things), json)
  assert.equal(row.plan_interval, 'day')
  assert.equal(
    row._extra,
    '{"new":null,"__proto__":{"x":1},"plan":{"colour":"red","tier":{"n":9007199254740993}}}',
  )
})

test('fields that were not selected go nowhere, not even to _extra', () => {
  const chosen = tableOf(things, { only: ['id', 'amount'], extra: false })
  assert.deepEqual(flat(things, chosen, '{"id":"t_1","amount":"x","paid":true,"new":1}'), {
    id: 't_1',
    amount: null,
  })
  const excluding = tableOf(things, { without: ['customer', 'plan_tier_count'] })
  const row = flat(
    things,
    excluding,
    '{"id":"t_1","customer":{"secret":1},"plan":{"tier":{"count":"secret","n":1}}}',
  )
  assert.equal(row._extra, '{"plan":{"tier":{"n":1}}}')
})

test('what is unknown below an excluded place goes nowhere either', () => {
  const without = ['plan_interval', 'plan_tier_count']
  const { row } = flattener(things, tableOf(things, { without }), {
    guard: guardFor(things, { excluded: ['plan', 'shipping.phone', 'secret'] }),
  })
  const object = {
    id: 't_1',
    secret: 1,
    plan: { colour: 'red', interval: 5 },
    shipping: { phone: 1, name: 2 },
  }
  assert.equal(row(object).at(-1), '{"shipping":{"name":2}}')
  assert.equal(row({ id: 't_1', plan: 'odd' }).at(-1), null)
})

test('a child row names its parent; a key that is missing is an error, not a row', () => {
  const lines = streamOf({
    name: 'thing_lines',
    key: ['thing', 'id'],
    columns: [column('id', 'text'), column('thing', 'text'), column('amount', 'integer')],
    parent: { stream: 'things', column: 'thing', in: 'path', param: 'thing' },
  })
  const table = tableOf(lines)
  assert.deepEqual(flat(lines, table, '{"id":"l_1","amount":5}', 't_1'), {
    id: 'l_1',
    thing: 't_1',
    amount: 5,
    _extra: null,
  })
  assert.equal(flat(lines, table, '{"id":"l_1","thing":"t_2"}', 't_1')._extra, '{"thing":"t_2"}')
  assert.deepEqual(
    flattener(lines, table).key({ id: 'l_1', object: 'line', deleted: true, amount: 5 }, 't_1'),
    ['l_1', 't_1', null, null],
  )
  assert.throws(() => flat(lines, table, '{"amount":5}', 't_1'), TransientError)
  assert.throws(() => flat(lines, table, '{"id":null}', 't_1'), TransientError)
})

test('a column within another one repeats a part of it', () => {
  const items = streamOf({
    name: 'items',
    columns: [
      column('price_id', 'text', { path: ['price', 'id'] }),
      column('id', 'text'),
      column('price', 'json'),
    ],
  })
  const json = '{"id":"i_1","price":{"id":"price_1","new":1}}'
  const row = { price_id: 'price_1', id: 'i_1', price: '{"id":"price_1","new":1}', _extra: null }
  assert.deepEqual(flat(items, tableOf(items), json), row)
  const { price: _, ...without } = row
  assert.deepEqual(flat(items, tableOf(items, { without: ['price'] }), json), without)
  const odd = flat(items, tableOf(items), '{"id":"i_1","price":{"id":7}}')
  assert.deepEqual(odd, { price_id: null, id: 'i_1', price: '{"id":7}', _extra: null })
})

test('every stream of the catalog can be flattened', () => {
  for (const stream of catalog().streams) flattener(stream, tableOf(stream))
})

test('two columns at one place are refused', () => {
  const twice = streamOf({
    name: 'twice',
    columns: [column('id', 'text'), column('again', 'text', { path: ['id'] })],
  })
  assert.throws(() => flattener(twice, tableOf(twice)), /two columns of twice/)
})

// ------------------------------------------------------------- nothing is lost

type Shape = { [field: string]: unknown }
const wild = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown),
  fc.constantFrom<unknown>(
    '\ud800',
    'a\udc00b',
    '',
    '\u0000',
    1e21,
    -1,
    2 ** 60,
    '2024-01-01',
    '1.5',
    {},
    [],
  ),
)
const often = (usual: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { arbitrary: usual, weight: 4 },
    { arbitrary: wild, weight: 1 },
    { arbitrary: fc.constant(null), weight: 1 },
  )
const list = fc.record({
  object: fc.constant('list'),
  data: fc.array(fc.record({ id: fc.string() })),
  has_more: fc.boolean(),
})
const withUnknown = (known: { [key: string]: fc.Arbitrary<unknown> }) =>
  fc
    .tuple(fc.dictionary(fc.string(), wild, { maxKeys: 3 }), fc.record(known, { requiredKeys: [] }))
    .map(([unknown, fields]): Shape => Object.assign(Object.create(null), unknown, fields))
const thing = fc
  .tuple(
    fc.string(),
    withUnknown({
      amount: often(fc.maxSafeInteger()),
      rate: often(fc.tuple(fc.maxSafeInteger(), fc.nat(999_999)).map(([a, b]) => `${a}.${b}`)),
      score: often(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
      paid: often(fc.boolean()),
      created: often(fc.nat(4_000_000_000)),
      born: often(fc.constant('2024-02-29')),
      metadata: often(wild),
      customer: often(fc.string()),
      lines: often(list),
      plan: often(
        withUnknown({
          interval: often(fc.string()),
          tier: often(withUnknown({ count: often(fc.integer()) })),
          parts: often(list),
        }),
      ),
    }),
  )
  .map(([id, fields]): Shape => Object.assign(Object.create(null), fields, { id }))

const isShape = (value: unknown): value is Shape =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const plain = (value: number) => value.toLocaleString('en', { useGrouping: false, maximumFractionDigits: 20 })

/** What a row cannot tell apart, made the same; the lists taken out. */
function canonical(value: unknown, path: readonly string[] = []): unknown {
  const known = things.columns.find((entry) => entry.path.join('.') === path.join('.'))
  if (known?.type === 'decimal' && typeof value === 'number') return plain(value)
  const within = path.length === 0 || ['plan', 'plan.tier'].includes(path.join('.'))
  if (!within || !isShape(value)) return value
  const entries = Object.entries(value)
    .map(([key, below]): [string, unknown] => [key, canonical(below, [...path, key])])
    .filter(([key, below]) => {
      const here = [...path, key].join('.')
      if (['lines', 'plan.parts'].includes(here))
        return below !== null && !(isShape(below) && Array.isArray(below.data))
      const column = things.columns.some((entry) => entry.path.join('.').startsWith(here))
      return (
        !column ||
        (below !== null && !(isShape(below) && here.startsWith('plan') && Object.keys(below).length === 0))
      )
    })
  return Object.assign(
    Object.create(null),
    Object.fromEntries(entries.map(([key, below]) => [`.${key}`, below])),
  )
}

function rebuilt(table: Table, row: readonly Cell[]): Shape {
  const object: Shape = Object.create(null)
  const put = (path: readonly string[], value: unknown) => {
    let level = object
    for (const key of path.slice(0, -1)) {
      level[key] ??= Object.create(null)
      level = level[key] as Shape
    }
    level[path[path.length - 1] ?? ''] = value
  }
  for (const entry of things.columns) {
    const cell = row[table.columns.findIndex(({ name }) => name === entry.name)] ?? null
    if (cell === null) continue
    if (entry.type === 'timestamp') put(entry.path, Number(cell) / 1_000_000)
    else put(entry.path, entry.type === 'json' ? JSON.parse(String(cell)) : cell)
  }
  const merge = (into: Shape, extra: Shape) => {
    for (const key of Object.keys(extra)) {
      const [there, more] = [into[key], extra[key]]
      if (isShape(there) && isShape(more)) merge(there, more)
      else into[key] = more
    }
  }
  const extra = row[table.columns.findIndex(({ name }) => name === extraColumn.name)] ?? null
  if (extra !== null) merge(object, JSON.parse(String(extra)) as Shape)
  return object
}

test('row, _extra and lists together are the object, whatever it looks like', () => {
  const table = tableOf(things)
  const { row } = flattener(things, table)
  fc.assert(
    fc.property(thing, (object) => {
      fc.pre(!isRenamed(object))
      assert.deepEqual(canonical(rebuilt(table, row(object))), canonical(object))
    }),
    { numRuns: 2000 },
  )
})

/** A text that would have to be replaced in the key itself makes another row; ids are never like that. */
const isRenamed = (object: Shape) => !String(object.id).isWellFormed()

test('the same flattener reads objects that lack keys, have others, or have them in another order', () => {
  const table = tableOf(things)
  const one = flattener(things, table)
  const values = fc.record(
    {
      amount: fc.integer(),
      paid: fc.boolean(),
      unknown: fc.integer(),
      plan: fc.record({ interval: fc.string(), odd: fc.integer() }, { requiredKeys: [] }),
      customer: fc.string(),
      other: fc.string(),
    },
    { requiredKeys: [] },
  )
  const shuffled = values.chain((object) => {
    const entries = [...Object.entries(object), ['id', 't_1']]
    return fc
      .shuffledSubarray(entries, { minLength: entries.length, maxLength: entries.length })
      .map((inOrder): { [field: string]: unknown } => Object.fromEntries(inOrder))
  })
  fc.assert(
    fc.property(fc.array(shuffled, { minLength: 2, maxLength: 6 }), (objects) => {
      for (const object of objects)
        assert.deepEqual(one.row(object), flattener(things, table).row(object), JSON.stringify(object))
    }),
  )
})

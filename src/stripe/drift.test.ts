import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunEvent } from '../core/model.ts'
import { driftWatch } from './drift.ts'
import { flattener } from './flatten.ts'
import { parseJson } from './json.ts'
import { column, streamOf, tableOf } from './testing/streams.ts'

const things = streamOf({
  name: 'things',
  columns: [
    column('id', 'text', { nullable: false }),
    column('amount', 'integer'),
    column('customer', 'text', { expandable: true }),
    column('plan_interval', 'text', { path: ['plan', 'interval'] }),
  ],
  lists: [{ path: ['lines'], stream: 'thing_lines', expand: false }],
})

function watching(extra = true) {
  const events: RunEvent[] = []
  const watch = driftWatch((event) => events.push(event))
  const table = tableOf(things, { extra })
  const flat = flattener(things, table, { onDrift: watch.on('things', extra) })
  return {
    row: (json: string) => flat.row(parseJson(json) as { readonly [field: string]: unknown }),
    key: flat.key,
    seen: () => watch.of('things').map(({ field, kind, type, rows }) => `${kind} ${field} ${type} ${rows}`),
    lines: () =>
      events.map((event) => (event.type === 'log' ? `${event.level}: ${event.message}` : event.type)),
  }
}

test('unknown fields and values that do not fit are told once, and counted', () => {
  const { row, seen, lines } = watching()
  for (let index = 0; index < 3; index++) {
    row('{"id":"t_1","new":"x","plan":{"colour":{"r":1},"interval":5},"amount":"12"}')
  }
  row('{"id":"t_2","new":1.5,"later":null,"plan":"basic","lines":[1],"big":9007199254740993}')
  row('{"id":"t_3","later":[1]}')
  assert.deepEqual(seen(), [
    'unknown new text or number 4',
    'unknown plan.colour object 3',
    'misfit plan_interval integer 3',
    'misfit amount text 3',
    'unknown later array 2',
    'misfit plan text 1',
    'misfit lines array 1',
    'unknown big integer 1',
  ])
  assert.deepEqual(lines(), [
    'info: a field that the catalog does not know: new (text); its values are in _extra',
    'info: a field that the catalog does not know: plan.colour (object); its values are in _extra',
    'warn: values that do not fit plan_interval: integer; such values are in _extra',
    'warn: values that do not fit amount: text; such values are in _extra',
    'warn: values that do not fit plan: text; such values are in _extra',
    'warn: values that do not fit lines: array; such values are in _extra',
    'info: a field that the catalog does not know: big (integer); its values are in _extra',
    'info: a field that the catalog does not know: later (array); its values are in _extra',
  ])
})

test('what is as it should be is not told: ids expanded, lists, deleted objects', () => {
  const { row, key, seen } = watching()
  row('{"id":"t_1","amount":1,"customer":{"id":"cus_1","name":"N"},"lines":{"object":"list","data":[]}}')
  key({ id: 't_1', object: 'thing', deleted: true })
  assert.deepEqual(seen(), [])
})

test('without _extra unknown fields were not asked for, and what does not fit is lost, which is said', () => {
  const { row, seen, lines } = watching(false)
  row('{"id":"t_1","new":"x","amount":true}')
  assert.deepEqual(seen(), ['misfit amount boolean 1'])
  assert.deepEqual(lines(), [
    'warn: values that do not fit amount: boolean; such values are lost, as _extra is not among the fields',
  ])
})

test('however many names an object invents, so many fields are told', () => {
  const { row, seen, lines } = watching()
  for (let index = 0; index < 1000; index++) row(`{"id":"t_1","field_${index}":1}`)
  assert.equal(seen().length, 200)
  assert.equal(lines().length, 200)
})

/** Which fields are shown, and what is chosen of them, as the pickers of the web app do it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogStream } from '../../src/app/service/catalog.ts'
import type { TableSelection } from '../../src/app/service/resources/selection.ts'
import { newTable, withHash } from '../../web/src/selection/choose.ts'
import { placesOf, shownOf, stateOf, withPlaces } from '../../web/src/selection/places.ts'

const { columns } = catalogStream('charges')
const places = placesOf(columns)
const names = places.map(({ name }) => name)
const card = 'payment_method_details.card'
const stateAt = (table: TableSelection, name: string) => {
  const place = places.find((one) => one.name === name)
  assert.ok(place, name)
  const { state, inherited } = stateOf(table, place)
  return inherited ? `${state} with what it is in` : state
}

test('what is nested stands after what it is in, and is shown when that is opened, or found', () => {
  assert.ok(names.length > 300, `${names.length} fields`)
  assert.equal(new Set(names).size, names.length)
  for (const [index, { name, depth }] of places.entries())
    if (depth > 0) assert.ok(names.indexOf(name.slice(0, name.lastIndexOf('.'))) < index, name)
  const shown = (open: readonly string[]) => shownOf(places, new Set(open), null).map(({ name }) => name)
  assert.equal(shown([]).length, columns.length)
  assert.ok(shown(['payment_method_details']).includes(card))
  assert.ok(!shown([card]).includes(`${card}.last4`), 'what it is in is folded')
  assert.ok(shown(['payment_method_details', card]).includes(`${card}.last4`))
  const found = shownOf(places, new Set(), ({ name }) => name === `${card}.last4`)
  assert.deepEqual(
    found.map(({ name }) => name),
    ['payment_method_details', card, `${card}.last4`],
  )
})

test('what is left out or hashed is so with all that is in it', () => {
  const table = newTable('charges')
  const left = withPlaces(table, columns, [card], false)
  assert.deepEqual(left.drop, [card])
  assert.equal(stateAt(left, card), 'left')
  assert.equal(stateAt(left, `${card}.last4`), 'left with what it is in')
  assert.deepEqual(withPlaces(left, columns, [card], true), table)
  const hashed = withHash(table, card, true)
  assert.equal(stateAt(hashed, `${card}.last4`), 'hashed with what it is in')
  assert.deepEqual(withPlaces(hashed, columns, [card], false).hash, [])
})

test("all and none of a table say no more than they must; a key of one's own stays", () => {
  const own = { ...newTable('charges'), drop: ['metadata.note'] }
  const none = withPlaces(own, columns, names, false)
  assert.ok(
    none.drop.every((place) => place === 'metadata.note' || !place.includes('.')),
    none.drop.join(),
  )
  assert.deepEqual(
    places.filter((place) => stateOf(none, place).state !== 'left').map(({ name }) => name),
    ['id', 'created'],
  )
  const all = withPlaces(none, columns, names, true)
  assert.deepEqual(all, own)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CatalogColumn, CatalogStream } from '../../stripe/catalog.ts'
import { catalog as standardCatalog } from '../../stripe/streams.ts'
import type { SandboxObject } from '../world.ts'
import { billingWorld } from './world.ts'

const catalog = standardCatalog()
const world = billingWorld({ seed: 2, scale: 300, now: 1_790_000_000 })

function valueAt(object: unknown, path: readonly string[]): unknown {
  let value = object
  for (const part of path) {
    if (value === null || typeof value !== 'object') return undefined
    value = (value as Record<string, unknown>)[part]
  }
  return value
}

/** Whether a value is of the column's type, as JSON has it. */
function fits(column: CatalogColumn, value: unknown): boolean {
  switch (column.type) {
    case 'text':
      return typeof value === 'string'
    case 'integer':
    case 'timestamp':
      return Number.isSafeInteger(value)
    case 'decimal':
      return typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d{1,12})?$/.test(value))
    case 'float':
      return typeof value === 'number'
    case 'boolean':
      return typeof value === 'boolean'
    case 'date':
      return typeof value === 'string'
    case 'json':
      return true
  }
}

function check(stream: CatalogStream, object: SandboxObject): void {
  assert.ok(stream.objects.includes(object.object), `${stream.name}: ${object.object}`)
  for (const column of stream.columns) {
    // The parent's id is not in the object.
    if (column.path.length === 0) continue
    const value = valueAt(object, column.path)
    const what = `${stream.name}.${column.name} of ${object.id} is ${JSON.stringify(value)}`
    if (value === undefined || value === null) {
      assert.ok(column.nullable, what)
    } else assert.ok(fits(column, value), what)
  }
  // No field that the API does not have.
  const known = new Set(stream.columns.map((column) => column.path[0]))
  for (const list of stream.lists) known.add(list.path[0])
  for (const field of Object.keys(object)) assert.ok(known.has(field), `${stream.name} has no ${field}`)
}

test('every object has the fields that the catalog says, with values of their types', () => {
  const parents = new Map(catalog.streams.map((stream) => [stream.name, stream.parent?.stream]))
  let streams = 0
  for (const stream of catalog.streams) {
    if (!world.streams.has(stream.name)) continue
    streams++
    let objects = 0
    const parent = parents.get(stream.name)
    if (parent === undefined) {
      for (let index = 0; index < world.count(stream.name); index++) {
        check(stream, world.object(stream.name, index))
        objects++
      }
    } else {
      for (let index = 0; index < world.count(parent); index++) {
        for (const child of world.children(stream.name, world.id(parent, index)).slice(0, 20)) {
          check(stream, child)
          objects++
        }
      }
    }
    assert.ok(objects > 0, `no ${stream.name}`)
  }
  // All of the world's streams are lists of the API, but for the discounts.
  assert.equal(streams, world.streams.size - 1)
})

/** Real objects of Stripe, from files, by every stream that may hold them: no value of theirs is lost. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Row, Table } from '../core/model.ts'
import type { StripeObject } from './api.ts'
import type { CatalogStream } from './catalog.ts'
import { flattener } from './flatten.ts'
import { parseJson } from './json.ts'
import { tablesFor } from './selection.ts'
import { catalog } from './streams.ts'

const folder = process.env.SLUICE_TESTDATA ?? join(import.meta.dirname, '../../../shared/testdata')
const isObject = (value: unknown): value is StripeObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The objects of a file, and those within them that are of a kind with a list. */
function* objectsIn(value: unknown): Iterable<StripeObject> {
  if (Array.isArray(value)) for (const item of value) yield* objectsIn(item)
  if (!isObject(value)) return
  if (typeof value.object === 'string' && typeof value.id === 'string' && value.deleted !== true) yield value
  for (const below of Object.values(value)) yield* objectsIn(below)
}

/** What is neither null nor empty, with its place; a list that is a stream of its own is left out. */
function* leaves(
  stream: CatalogStream,
  value: unknown,
  path: readonly string[] = [],
): Iterable<[string[], unknown]> {
  const here = path.join('.')
  if (
    stream.lists.some((list) => list.path.join('.') === here) &&
    isObject(value) &&
    Array.isArray(value.data)
  )
    return
  const column = stream.columns.find((one) => one.path.join('.') === here)
  // An object in place of its id is kept whole, beside the id.
  if (column?.expandable && column.type === 'text' && isObject(value)) {
    yield [[...path], value]
  } else if (isObject(value)) {
    for (const [key, below] of Object.entries(value)) yield* leaves(stream, below, [...path, key])
  } else if (value !== null && !(Array.isArray(value) && value.length === 0 && !column)) {
    yield [[...path], value]
  }
}

/** The value at a place, from the row alone. */
function fromRow(stream: CatalogStream, table: Table, row: Row, path: readonly string[]): unknown {
  const within = (value: unknown, keys: readonly string[]) =>
    keys.reduce<unknown>((level, key) => (isObject(level) ? level[key] : undefined), value)
  const extra = row[table.columns.findIndex(({ name }) => name === '_extra')]
  const kept = typeof extra === 'string' ? within(parseJson(extra), path) : undefined
  if (kept !== undefined) return kept
  for (let length = path.length; length > 0; length--) {
    const column = stream.columns.find((one) => one.path.join('.') === path.slice(0, length).join('.'))
    const cell = column && row[table.columns.findIndex(({ name }) => name === column.name)]
    if (!column || cell === undefined || cell === null) continue
    if (column.type === 'timestamp') return Number(cell) / 1_000_000
    return column.type === 'json' ? within(parseJson(String(cell)), path.slice(length)) : cell
  }
  return undefined
}

test('every value of every real object is in its row', {
  skip: existsSync(folder) ? false : `no test data: ${folder} is not there; set SLUICE_TESTDATA`,
}, () => {
  let objects = 0
  let values = 0
  for (const file of globSync('**/*.json', { cwd: folder })) {
    for (const object of objectsIn(parseJson(readFileSync(join(folder, file), 'utf8')))) {
      for (const stream of catalog().streams) {
        if (stream.unreadable || !stream.objects.includes(String(object.object))) continue
        const table = tablesFor([{ name: stream.name }]).get(stream.name) ?? assert.fail()
        const row = flattener(stream, table).row(object, stream.parent ? 'parent_1' : undefined)
        objects++
        for (const [path, value] of leaves(stream, object)) {
          values++
          const there = fromRow(stream, table, row, path)
          // The parent that was asked for stands in the column, and the object's own in `_extra`.
          const same = typeof value === 'number' && typeof there === 'string' ? Number(there) : there
          assert.deepEqual(same, value, `${file}: ${path.join('.')} of ${object.id} as ${stream.name}`)
        }
      }
    }
  }
  assert.ok(objects > 100 && values > 5000, `${objects} objects, ${values} values`)
})

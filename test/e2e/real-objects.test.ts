/** Real objects of Stripe through the whole of it: what a sandbox serves from files is in the warehouse, field by field. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import type { CatalogStream } from '../../src/stripe/catalog.ts'
import { catalog } from '../../src/stripe/streams.ts'
import { differences } from '../support/differences.ts'
import { integration, key, tablesOf } from '../support/integration.ts'
import { type Fields, isObject, rebuild, type SqlRow } from '../support/rebuild.ts'
import { everything, type Found, type Served } from '../support/served.ts'
import { look } from '../support/warehouse.ts'

const folder = process.env.SLUICE_TESTDATA ?? new URL('../../../shared/testdata', import.meta.url).pathname
const skip =
  !existsSync(folder) && `NOT TESTED: no real objects in ${folder}; set SLUICE_TESTDATA to their folder`

/** Tables of objects that hardly anybody wants, which `all` leaves out. */
const more = ['apple_pay_domains', 'quote_computed_upfront_line_items', 'test_helpers_test_clocks']

test('no field of any real object is lost', { skip }, async (context) => {
  const { sandbox, sync, file } = await integration(context, { load: folder, log: () => {} })
  const { code, stdout, stderr } = await sync('--tables', ['all', ...more].join(','))
  assert.equal(code, 0, stderr)
  const streams = [...tablesOf(stdout).keys()]
  const served = await everything(sandbox.url, key, streams)
  assert.ok(served.length > 150, `only ${served.length} objects`)

  using warehouse = await look(file)
  const tables = new Map<string, readonly SqlRow[]>()
  for (const stream of streams) tables.set(stream, await warehouse.rows(`from acme.${stream}`))
  const rowOf = ({ name, parent }: CatalogStream, id: string, parentId: string | undefined) =>
    tables.get(name)?.find((row) => row.get('id') === id && (!parent || row.get(parent.column) === parentId))

  const lost: string[] = []
  let compared = 0
  function compare({ stream: name, object, parentId }: Found) {
    const stream = streamNamed(name)
    const title = `${name} ${object.id}`
    const row = rowOf(stream, object.id, parentId)
    if (!row) {
      lost.push(`${title}: no row`)
      return
    }
    compared++
    const sent = withoutSecrets(structuredClone(object)) as Fields
    const kept = rebuild(stream, row)
    for (const list of stream.lists) {
      for (const item of takeList(sent, list.path)) {
        const below = streamNamed(list.stream)
        if (below.parent?.stream === name) compare({ stream: below.name, object: item, parentId: object.id })
        // In a list of its own it was compared already, as that list shows it.
        else if (!rowOf(below, item.id, undefined)) lost.push(`${title}: no row for ${item.id}`)
      }
    }
    // The id of the parent is filled in where the object leaves it out.
    const parent = stream.columns.find((column) => column.name === stream.parent?.column)
    if (parentId !== undefined && parent && sent[parent.name] == null) delete kept[parent.name]
    lost.push(...differences(sent, kept, decimalsOf(stream)).map((line) => `${title}: ${line}`))
  }
  served.forEach(compare)
  assert.deepEqual(lost, [])
  // Each once.
  for (const [name, rows] of tables) {
    const keys = rows.map((row) => JSON.stringify(streamNamed(name).key.map((column) => row.get(column))))
    assert.equal(new Set(keys).size, rows.length, name)
  }
  context.diagnostic(
    `${compared} objects of ${new Set(served.map(({ stream }) => stream)).size} lists compared`,
  )
})

function streamNamed(name: string): CatalogStream {
  const found = catalog().streams.find((stream) => stream.name === name)
  assert.ok(found, name)
  return found
}

const decimalsOf = ({ columns }: CatalogStream) =>
  new Set(columns.filter(({ type }) => type === 'decimal').map(({ path }) => path.join('.')))

/** Takes the list out of the object; gives its items. */
function takeList(object: Fields, path: readonly string[]): readonly Served[] {
  let level: unknown = object
  for (const key of path.slice(0, -1)) level = isObject(level) ? level[key] : undefined
  const last = path.at(-1) ?? ''
  const list = isObject(level) ? level[last] : undefined
  if (!isObject(level) || !isObject(list) || !Array.isArray(list.data)) return []
  delete level[last]
  return list.data as readonly Served[]
}

/** As it may be copied: without what the catalog withholds, wherever an object of that kind stands. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null) return value
  const { object } = value as { object?: unknown }
  const kinds = catalog().streams.filter(({ objects }) => objects.some((kind) => kind === object))
  const withheld = kinds.flatMap((kind) => kind.withheld ?? [])
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) =>
      withheld.includes(key) ? [] : [[key, withoutSecrets(each)]],
    ),
  )
}

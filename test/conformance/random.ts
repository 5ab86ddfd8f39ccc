/** Random sequences of loads over few keys and versions, so that they meet. */
import fc from 'fast-check'
import type { Batch, Cell, Load, Row } from '../../src/core/model.ts'
import { account, loadOf, rowOf, tableOf } from './rows.ts'

const table = tableOf('things', { total: 'integer', parent: 'text', created: 'timestamp', note: 'json' })

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'A', '')
const of = fc.constantFrom(account, account, 'acct_2')
const version = fc.integer({ min: 1, max: 8 })
const parent = fc.constantFrom<Cell>(null, 'p1', 'p2')
const created = fc.constantFrom<Cell>(null, 100, 200, 300)

const upsert = fc
  .record({ id, of, version, parent, created, total: fc.option(fc.integer()), note: fc.option(fc.json()) })
  .map(({ of, version, ...cells }) => rowOf(table, cells, { account: of, version }))

const tombstone = fc
  .record({ id, of, version })
  .map(({ id, of, version }) =>
    rowOf(table, { id }, { account: of, version, deletedAt: version * 1_000_000 }),
  )

const prune: fc.Arbitrary<Batch['prunes'][number]> = fc.oneof(
  fc.record({ version }),
  fc.record({ version, within: fc.record({ column: fc.constant('parent'), equals: parent }) }),
  fc.record({ version, within: fc.record({ column: fc.constant('created'), equals: created }) }),
  fc.record({
    version,
    within: fc.record(
      {
        column: fc.constant('created'),
        from: fc.constantFrom(0, 100, 200),
        to: fc.constantFrom(100, 250, 300),
      },
      { requiredKeys: ['column'] },
    ),
  }),
)

const keyOf = (row: Row) =>
  table.key.map((name) => row[table.columns.findIndex((c) => c.name === name)]).join('/')

const checkpoint = fc.record({ scope: fc.constantFrom('x', 'y'), cursor: fc.option(fc.integer()) })

const load: fc.Arbitrary<Load> = fc
  .record({
    upserts: fc.uniqueArray(upsert, { selector: keyOf, maxLength: 6 }),
    deletes: fc.uniqueArray(tombstone, { selector: keyOf, maxLength: 3 }),
    prunes: fc.array(prune, { maxLength: 4 }),
    checkpoints: fc.array(checkpoint, { maxLength: 3 }),
    of,
  })
  .map(({ of, checkpoints, upserts, deletes, prunes }) => {
    const keys = new Set(upserts.map(keyOf))
    // A load has one row per key, be it there or gone.
    const gone = deletes.filter((row) => !keys.has(keyOf(row)))
    return loadOf([{ table, upserts, deletes: gone, prunes }], { account: of, checkpoints })
  })

export const randomLoads = fc.array(load, { minLength: 1, maxLength: 6 }).chain((loads) =>
  // Now and then a load comes a second time, at once or later.
  fc
    .array(fc.nat(loads.length - 1), { maxLength: 2 })
    .map((again) => ({ table, loads: [...loads, ...again.flatMap((at) => loads[at] ?? [])] })),
)

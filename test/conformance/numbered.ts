/** Loads with numbers, of which each overwrites part of the one before: what is there tells which were loaded. */
import assert from 'node:assert/strict'
import type { Load, Warehouse } from '../../src/core/model.ts'
import { batchOf, contents, loadOf, rowOf, tableOf } from './rows.ts'

export const numberedTable = tableOf('things', { total: 'integer', text: 'text' })

/** Has the keys 50n to 50n+199 with `total` n, in an order of its own, and the cursor n. */
export function numberedLoad(number: number): Load {
  const upserts = Array.from({ length: 200 }, (_, at) => (at * 37 + number * 11) % 200).map((at) =>
    rowOf(
      numberedTable,
      { id: `${number * 50 + at}`, total: number, text: `${number}-${at} `.repeat(40) },
      { version: number },
    ),
  )
  const checkpoints = [{ scope: 'things', cursor: number }]
  return loadOf([batchOf(numberedTable, { upserts })], { id: `load ${number}`, checkpoints })
}

/** Asserts that the warehouse holds exactly the loads 1 to n, and returns n; raises the fence. */
export async function wholeLoads(warehouse: Warehouse): Promise<number> {
  const last = Number((await warehouse.readState()).get('things') ?? 0)
  const rows = await contents(warehouse, numberedTable)
  const expected = new Map<string, number>()
  for (let number = 1; number <= last; number++) {
    for (let key = 0; key < 200; key++) expected.set(`${number * 50 + key}`, number)
  }
  assert.equal(rows.length, expected.size, `rows after load ${last}`)
  for (const { id, total } of rows)
    assert.equal(total, expected.get(String(id)), `key ${id} after load ${last}`)
  return last
}

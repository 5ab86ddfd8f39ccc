/** What the parts of the conformance suite share: a place, a warehouse with its fence, the table `things`. */
import { test } from 'node:test'
import type {
  Capabilities,
  Cell,
  LoadReceipt,
  Table,
  Warehouse,
  WholeWarehouse,
} from '../../src/core/model.ts'
import { plainRows } from './json.ts'
import { batchOf, loadOf, rowOf, tableOf } from './rows.ts'

/**
 * A fresh place for one test; every call of `open` gives another warehouse object for it, or for another integration
 * there, whose name begins so.
 */
export interface Place extends AsyncDisposable {
  open(other?: string): Promise<WholeWarehouse>
}

export interface Harness {
  readonly name: string
  readonly place: () => Promise<Place>
  /** What is to be compared of a table's rows: JSON by its value where the destination keeps no more. */
  readonly comparable: (
    table: Table,
    rows: readonly Record<string, Cell>[],
  ) => readonly Record<string, Cell>[]
  /** Registers a test with a warehouse that has its fence and these tables (`things` unless told). */
  check(
    what: string,
    body: (warehouse: WholeWarehouse, place: Place) => Promise<void>,
    tables?: readonly Table[],
  ): void
}

export const things = tableOf('things', { total: 'integer', parent: 'text', created: 'timestamp' })

export function harness(
  name: string,
  place: () => Promise<Place>,
  { json }: Pick<Capabilities, 'json'>,
): Harness {
  return {
    name,
    place,
    comparable: (table, rows) => (json === 'value' ? plainRows(table, rows) : rows),
    check(what, body, tables = [things]) {
      test(`${name}: ${what}`, async () => {
        await using at = await place()
        await using warehouse = await at.open()
        await warehouse.readState()
        await warehouse.prepare(tables)
        await body(warehouse, at)
      })
    },
  }
}

/** Loads one row of `things`. */
export function put(
  warehouse: Warehouse,
  cells: Readonly<Record<string, Cell>>,
  version = 1,
): Promise<LoadReceipt> {
  return warehouse.load(loadOf([batchOf(things, { upserts: [rowOf(things, cells, { version })] })]))
}

/** Loads the tombstone of one row of `things`. */
export function remove(warehouse: Warehouse, id: string, version: number): Promise<LoadReceipt> {
  const tombstone = rowOf(things, { id }, { version, deletedAt: 5_000_000 })
  return warehouse.load(loadOf([batchOf(things, { deletes: [tombstone] })]))
}

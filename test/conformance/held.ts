/** Loads whose rows a warehouse holds in its own form, as those of a run, in the place of loads of cells. */
import type { Batch, HeldRows, Load, Table, WholeWarehouse } from '../../src/core/model.ts'
import { bookkeeping } from '../../src/core/schema.ts'

/** The warehouse, given its rows so wherever a run would. */
export function holding(warehouse: WholeWarehouse, hold: (table: Table) => HeldRows): WholeWarehouse {
  return new Proxy(warehouse, {
    get(target, name, receiver) {
      if (name !== 'load') return Reflect.get(target, name, receiver) as unknown
      return async (load: Load) => target.load(heldLoad(load, hold))
    },
  })
}

function heldLoad(load: Load, hold: (table: Table) => HeldRows): Load {
  const times = new Set(load.batches.flatMap(({ upserts }) => upserts.map((row) => row[2])))
  const [time, other] = times
  const isOnlyUpserts = load.batches.every(({ deletes, prunes }) => deletes.length + prunes.length === 0)
  // A run's rows have the time of their load and columns in order; not so those of some tests.
  if (typeof time !== 'number' || other !== undefined || !isOnlyUpserts) return load
  if (load.batches.some(({ table }) => bookkeeping.some(({ name }, at) => table.columns[at]?.name !== name)))
    return load
  return { ...load, packedAt: time, batches: load.batches.map((batch) => heldBatch(batch, hold)) }
}

function heldBatch(batch: Batch, hold: (table: Table) => HeldRows): Batch {
  if (batch.merge === 'append' || batch.merge === 'history') return batch
  const rows = hold(batch.table)
  const numbers = batch.upserts.map((row) => rows.add(row.with(2, 0)))
  return { ...batch, upserts: [], held: { rows, numbers } }
}

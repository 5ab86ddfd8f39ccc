/** A load: its batches staged, then all of it applied inside one transaction. */
import type { Batch, LoadReceipt, Merge, Row, Table } from '../../core/model.ts'
import type { Into, Stage, Staged } from './dialect.ts'
import type { Fence, Ledger } from './ledger.ts'
import { mergeBatch } from './merge.ts'
import { type StagedPrune, stagePrunes } from './prune.ts'

export interface StagedBatch {
  readonly table: Table
  readonly merge: Merge
  /** How many rows this load has put into the table already, which are none of `upserts`. */
  readonly written?: number
  readonly upserts: Staged
  readonly deletes: Staged
  readonly prunes: readonly StagedPrune[]
}

/** Puts a batch into temporary tables named after `prefix`. */
export async function stageBatch(stage: Stage, prefix: string, batch: Batch): Promise<StagedBatch> {
  const { table, merge = 'newest' } = batch
  const always = [...table.key, '_version', '_synced_at', '_deleted_at', '_hash']
  /** A history asks for both, all others for none that is empty. */
  const rows = async (name: string, rows: readonly Row[]): Promise<Staged> =>
    rows.length > 0 || merge === 'history'
      ? stage(name, table.columns, rows, always)
      : { name, rows: 0, columns: [] }
  return {
    table,
    merge,
    prunes: await stagePrunes(stage, prefix, batch),
    upserts: await rows(`${prefix}_u`, batch.upserts),
    deletes: await rows(`${prefix}_d`, batch.deletes),
  }
}

/** The temporary tables of a staged batch. */
export function stagedNames(batch: StagedBatch): readonly string[] {
  const pruned = batch.prunes.flatMap((prune) => (prune.kind === 'equals' ? [prune.staged] : []))
  return [batch.upserts, batch.deletes, ...pruned].map(({ name }) => name)
}

/**
 * Everything of a load, inside the open transaction, batch by batch as they are staged: none is, where the load was
 * applied before. Throws `FenceError` under a stale fence.
 */
export async function applyLoad(
  into: Into,
  books: Ledger,
  fence: Fence,
  staged: Iterable<StagedBatch> | AsyncIterable<StagedBatch>,
): Promise<LoadReceipt> {
  await books.checkFence(fence)
  const applied = await books.findLoad(into.load.id)
  if (applied) return applied
  const tables = new Map<string, { rows: number; deleted: number }>()
  for await (const batch of staged) {
    const { rows, deleted } = await mergeBatch(into, batch)
    const before = tables.get(batch.table.name)
    tables.set(batch.table.name, {
      rows: rows + (before?.rows ?? 0),
      deleted: deleted + (before?.deleted ?? 0),
    })
  }
  await books.writeCheckpoints(into.load.checkpoints)
  await books.recordLoad(into.load, { tables })
  return { tables }
}

/** How the rows of a batch meet those of their table: by key, newer wins; or each version in its place. */
import type { Batch, Cell, Load } from '../../core/model.ts'
import { objectKey } from '../../core/modes.ts'
import { type Cells, cellsByName, keyText, type Rows, type StoredTable, versionOf } from './cells.ts'

export interface Merging {
  /** Changed in place. */
  readonly rows: Rows
  /** What was removed for good: key → version. Changed in place. */
  readonly removed: Map<string, number>
  readonly stored: StoredTable
}

/** Merges by `newest` or `append`. */
export function merge({ rows, removed, stored }: Merging, batch: Batch, load: Load) {
  const { table } = batch
  const appends = batch.merge === 'append'
  const hard = load.deletes === 'hard' && !appends
  let written = 0
  let deleted = 0
  const isNewer = (key: string, version: number) => {
    const known = rows.get(key)
    return version < (known ? versionOf(known) : (removed.get(key) ?? Number.NEGATIVE_INFINITY))
  }

  for (const incoming of batch.upserts) {
    const row = cellsByName(stored, table, incoming)
    const key = keyText(table, row)
    if (isNewer(key, versionOf(row))) continue
    removed.delete(key)
    rows.set(key, row)
    written++
  }

  for (const incoming of batch.deletes) {
    const gone = cellsByName(stored, table, incoming)
    const key = keyText(table, gone)
    if (isNewer(key, versionOf(gone))) continue
    deleted++
    if (hard) {
      rows.delete(key)
      removed.set(key, versionOf(gone))
      continue
    }
    removed.delete(key)
    const marks = new Map<string, Cell>([
      ['_version', gone.get('_version') ?? null],
      ['_synced_at', gone.get('_synced_at') ?? load.packedAt],
      ['_deleted_at', gone.get('_deleted_at') ?? load.packedAt],
    ])
    const kept = rows.get(key) ?? new Map(table.key.map((name) => [name, gone.get(name) ?? null]))
    rows.set(key, new Map([...kept, ...marks]))
  }

  for (const prune of batch.prunes) {
    const { version } = prune
    const marks = [
      ['_version', version],
      ['_synced_at', load.packedAt],
      ['_deleted_at', load.packedAt],
    ] as const
    for (const row of pruned(appends ? newest(rows, batch) : [...rows.values()], prune, load.account)) {
      const key = keyText(table, row)
      if (hard) {
        rows.delete(key)
        removed.set(key, version)
      } else if (appends) {
        const stub: Cells = new Map([
          ...table.key.map((name) => [name, row.get(name) ?? null] as const),
          ...marks,
        ])
        rows.set(keyText(table, stub), stub)
      } else {
        rows.set(key, new Map([...row, ...marks]))
      }
      deleted++
    }
  }
  return { rows: written, deleted }
}

/** The rows that a prune speaks of: alive, older, within its bounds. */
export function pruned(
  rows: readonly Cells[],
  { version, within }: Batch['prunes'][number],
  account: string,
): readonly Cells[] {
  return rows.filter(
    (row) =>
      row.get('_account_id') === account &&
      (row.get('_deleted_at') ?? null) === null &&
      versionOf(row) < version &&
      liesWithin(row, within),
  )
}

/** The newest row of each object of a table of versions. */
function newest(rows: Rows, { table }: Batch): readonly Cells[] {
  const byObject = new Map<string, Cells>()
  for (const row of rows.values()) {
    const key = keyText(table, row, objectKey(table))
    const known = byObject.get(key)
    if (!known || versionOf(known) < versionOf(row)) byObject.set(key, row)
  }
  return [...byObject.values()]
}

export function liesWithin(row: Cells, within: Batch['prunes'][number]['within']): boolean {
  if (!within) return true
  const cell = row.get(within.column) ?? null
  if ('equals' in within) return cell === within.equals
  if (cell === null) return within.from === undefined && within.to === undefined
  return (
    (within.from === undefined || Number(cell) >= within.from) &&
    (within.to === undefined || Number(cell) < within.to)
  )
}

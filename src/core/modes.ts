/** What a stream's mode means for its tables. docs/decisions/0005-modes.md. */
import type { Column, Mode, Table } from './model.ts'
import { bookkeeping, loadTable } from './schema.ts'

export const modes = ['incremental', 'full_refresh', 'append', 'history'] as const satisfies readonly Mode[]

/** Columns of a `_history` table, between the bookkeeping columns and the data. */
export const interval = [
  { name: '_valid_from', type: 'timestamp', nullable: false },
  { name: '_valid_to', type: 'timestamp', nullable: true },
  { name: '_is_current', type: 'boolean', nullable: true },
  { name: '_seen', type: 'json', nullable: true },
  { name: '_hash', type: 'text', nullable: true },
] as const satisfies readonly Column[]

/** `_hash` of a deletion. */
export const goneHash = 'gone'

/**
 * Milliseconds of versions for which a history remembers when content was seen unchanged: what arrives later
 * than that can still split an interval, but only at its ends.
 */
export const historyMemory = 86_400_000

/** The table of every version: as a load's table, the version part of the key. */
export function appendTable(table: Table): Table {
  const plain = loadTable(table)
  return { ...plain, key: [...plain.key, bookkeeping[1].name] }
}

/** The table of intervals beside the one of what is. */
export function historyTable(table: Table): Table {
  return {
    ...table,
    name: `${table.name}_history`,
    columns: [...bookkeeping, ...interval, ...table.columns],
    key: [bookkeeping[0].name, ...table.key, interval[0].name],
  }
}

/** The key of the objects in a table of versions or intervals: its own without the last, the time. */
export function objectKey(table: Table): readonly string[] {
  return table.key.slice(0, -1)
}

/** The warehouse's tables of a stream. */
export function tablesOf(table: Table, mode: Mode): readonly Table[] {
  if (mode === 'append') return [appendTable(table)]
  if (mode === 'history') return [loadTable(table), historyTable(table)]
  return [loadTable(table)]
}

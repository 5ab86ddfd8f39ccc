/** What tables and columns are called in files: as in DuckDB, which reads and writes them. */
import { createHash } from 'node:crypto'
import type { Table } from '../../core/model.ts'
import { names } from '../duckdb/dialect.ts'
import { physicalName } from '../naming.ts'
import type { Manifest, TableEntry } from './manifest.ts'

/** Columns that a file has besides its table's. */
export const loadColumn = '_load'
export const removedColumn = '_removed'

/** Of a table or column; two that differ only in case differ in more. */
export const nameOf = (name: string): string => physicalName(name, names)

/** As `nameOf`, for comparing. */
export const foldedName = (name: string): string => names.fold(nameOf(name))

/** A name that any file system, object storage and address can hold. */
export function folderOf(table: string): string {
  const name = foldedName(table)
  const safe = name.replaceAll(/[^a-z0-9_.-]/g, '_')
  // What begins with these is hidden to Spark and its like, or ours.
  if (safe === name && name.length <= 100 && !/^[_.]/.test(name)) return name
  return `t${safe.slice(0, 80)}_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
}

export function entryOf(manifest: Manifest, table: Pick<Table, 'name'>): TableEntry | undefined {
  const name = foldedName(table.name)
  return manifest.tables.find((entry) => foldedName(entry.name) === name)
}

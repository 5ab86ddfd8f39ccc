/** The rows of a table's files, as SQL for DuckDB. docs/decisions/0013-files.md says when a row counts. */
import type { ColumnType } from '../../core/model.ts'
import { types } from '../duckdb/dialect.ts'
import { literal, quoted } from '../naming.ts'
import type { FileEntry, TableEntry } from './manifest.ts'
import { loadColumn, removedColumn } from './names.ts'

/** A file of the manifest and where its rows can be read as Parquet. */
export interface Readable {
  readonly entry: FileEntry
  readonly path: string
}

/** What a column is in a file: JSON is text, which every engine can read. */
export const fileType = (type: ColumnType): string => (type === 'json' ? 'VARCHAR' : types[type].sql)

/** All rows, with `_file` and `_row`, their place. Columns that no file has are null. */
export function everyRow(table: TableEntry, files: readonly Readable[]): string {
  if (files.length === 0) return `(select ${missing(table, 0)}, ${marks(null)} where false)`
  const there = Math.max(...files.map(({ entry }) => entry.columns))
  const columns = table.columns.slice(0, there).map(({ name }) => quoted(name))
  const later = there < table.columns.length ? `, ${missing(table, there)}` : ''
  return `(select ${columns.join(', ')}${later}, ${marks('file')} from read_parquet([${files
    .map(({ path }) => literal(path))
    .join(', ')}], union_by_name = true, filename = true, file_row_number = true))`
}

/** The rows that count: not removed, and not replaced. */
export function currentRows(table: TableEntry, files: readonly Readable[]): string {
  return `(select * from ${everyRow(table, files)} f where not f.${removedColumn} and not ${isReplaced(table, files)})`
}

/** Whether a row `f` has a newer one of its key in any of the table's files. */
export function isReplaced(table: TableEntry, files: readonly Readable[]): string {
  const replacing = files.filter(({ entry }) => entry.replaces)
  if (replacing.length === 0) return '(false)'
  const keys = table.key.map(quoted)
  return `exists (
     from (select ${keys.join(', ')}, ${loadColumn} from ${everyRow(table, replacing)}) l
     where ${keys.map((key) => `l.${key} = f.${key}`).join(' and ')} and l.${loadColumn} > f.${loadColumn})`
}

const missing = (table: TableEntry, from: number): string =>
  table.columns
    .slice(from)
    .map(({ name, type }) => `null::${fileType(type)} as ${quoted(name)}`)
    .join(', ')

const marks = (from: 'file' | null): string =>
  from
    ? `${loadColumn}, ${removedColumn}, filename as _file, file_row_number as _row`
    : `null::bigint as ${loadColumn}, false as ${removedColumn}, null::varchar as _file, null::bigint as _row`

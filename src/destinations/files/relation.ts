/** The rows of a table's files, as SQL for DuckDB. docs/decisions/0013-files.md says when a row counts. */
import { quoted } from '../naming.ts'
import { type FileColumn, type Format, fileType, parquet } from './formats.ts'
import type { FileEntry, TableEntry } from './manifest.ts'
import { loadColumn, removedColumn } from './names.ts'

/** A file of the manifest and where it can be read. */
export interface Readable {
  readonly entry: FileEntry
  readonly path: string
}

/** Columns that a file has after its table's: the load that brought the row, and whether it is a stub of a removed one. */
export const ownColumns: readonly FileColumn[] = [
  { name: loadColumn, type: 'integer' },
  { name: removedColumn, type: 'boolean' },
]

/** All rows, with `_file` and `_row`, their place. Columns that a file does not have are null. */
export function everyRow(table: TableEntry, files: readonly Readable[], format: Format = parquet): string {
  const rows = [...Map.groupBy(files, ({ entry }) => entry.columns)].map(([there, some]) => {
    const columns = [...table.columns.slice(0, there), ...ownColumns]
    const paths = some.map(({ path }) => path)
    const names = [
      ...table.columns.slice(0, there).map(({ name }) => quoted(name)),
      ...table.columns.slice(there).map(missing),
      ...ownColumns.map(({ name }) => quoted(name)),
    ]
    return `select ${names.join(', ')}, filename as _file, file_row_number as _row from ${format.scan(paths, columns)}`
  })
  if (rows.length > 0) return `(${rows.join(' union all ')})`
  const nothing = [...table.columns, ...ownColumns].map(missing)
  return `(select ${nothing.join(', ')}, null::varchar as _file, null::bigint as _row where false)`
}

/** The rows that count: not removed, and not replaced. */
export function currentRows(table: TableEntry, files: readonly Readable[], format?: Format): string {
  const every = everyRow(table, files, format)
  return `(select * from ${every} f where not f.${removedColumn} and not ${isReplaced(table, files, format)})`
}

/** Whether a row `f` has a newer one of its key in any of the table's files. */
export function isReplaced(table: TableEntry, files: readonly Readable[], format?: Format): string {
  const replacing = files.filter(({ entry }) => entry.replaces)
  if (replacing.length === 0) return '(false)'
  const keys = table.key.map(quoted)
  return `exists (
     from (select ${keys.join(', ')}, ${loadColumn} from ${everyRow(table, replacing, format)}) l
     where ${keys.map((key) => `l.${key} = f.${key}`).join(' and ')} and l.${loadColumn} > f.${loadColumn})`
}

const missing = ({ name, type }: FileColumn): string => `null::${fileType(type)} as ${quoted(name)}`

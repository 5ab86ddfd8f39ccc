/**
 * How rows become a file, and a file rows. A new format is one entry. Loads are merged from Parquet in any case:
 * of files in another format this machine keeps a copy in it (shelf.ts).
 */
import type { ColumnType } from '../../core/model.ts'
import { types } from '../duckdb/dialect.ts'
import { literal, quoted } from '../naming.ts'

export interface FileColumn {
  readonly name: string
  readonly type: ColumnType
}

export interface Format {
  readonly name: string
  readonly extension: string
  /** What stands in `copy … to '…' (…)`. */
  readonly copy: string
  /** A column as it is written. */
  readonly write: (column: FileColumn) => string
  /** Something to select from that has these columns, `filename` and `file_row_number`. */
  readonly scan: (paths: readonly string[], columns: readonly FileColumn[]) => string
}

/** What a column is in Parquet: JSON is text, which every engine can read. */
export const fileType = (type: ColumnType): string => (type === 'json' ? 'VARCHAR' : types[type].sql)

const list = (paths: readonly string[]) => `[${paths.map(literal).join(', ')}]`

/**
 * Row groups are about as big as a load: an engine that looks for some rows skips the others, and a writer keeps
 * no more than one in memory.
 */
export const parquet: Format = {
  name: 'parquet',
  extension: 'parquet',
  copy: 'format parquet, compression zstd, row_group_size 20480',
  write: ({ name }) => quoted(name),
  scan: (paths) => `read_parquet(${list(paths)}, filename = true, file_row_number = true)`,
}

/** Numbers of more digits than a reader's floating point has stay exact as text; times are ISO 8601 in UTC. */
const asText: Partial<Record<ColumnType, (column: string) => string>> = {
  decimal: (column) => `${column}::varchar`,
  timestamp: (column) => `strftime(make_timestamp(epoch_us(${column})), '%Y-%m-%dT%H:%M:%S.%fZ')`,
}

function textFormat(
  facts: Pick<Format, 'name' | 'extension' | 'copy'>,
  read: (paths: string, columns: string) => string,
): Format {
  return {
    ...facts,
    write: ({ name, type }) => `${asText[type]?.(quoted(name)) ?? quoted(name)} as ${quoted(name)}`,
    scan(paths, columns) {
      const given = columns.map(({ name, type }) => {
        const read = type === 'timestamp' || type === 'decimal' ? 'VARCHAR' : fileType(type)
        return `${literal(name)}: '${read}'`
      })
      const cells = columns.map(({ name, type }) => `${quoted(name)}::${fileType(type)} as ${quoted(name)}`)
      const source = read(list(paths), `{${given.join(', ')}}`)
      return `(select ${cells.join(', ')}, filename, null::bigint as file_row_number from ${source})`
    },
  }
}

const jsonl = textFormat(
  { name: 'jsonl', extension: 'jsonl.gz', copy: 'format json, compression gzip' },
  (paths, columns) =>
    `read_json(${paths}, format = 'newline_delimited', columns = ${columns}, compression = 'gzip', filename = true)`,
)

/** RFC 4180 with a header; missing is empty, an empty text `""`. */
const csv = textFormat(
  {
    name: 'csv',
    extension: 'csv.gz',
    copy: `format csv, header true, delimiter ',', quote '"', escape '"', nullstr '', compression gzip`,
  },
  (paths, columns) =>
    `read_csv(${paths}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', nullstr = '',
       allow_quoted_nulls = false, columns = ${columns}, compression = 'gzip', filename = true,
       max_line_size = 16777216, buffer_size = 33554432, parallel = false)`,
)

export const formats: Readonly<Record<string, Format>> = { parquet, jsonl, csv }

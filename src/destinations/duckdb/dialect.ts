/** What DuckDB is like, as data. */
import type { Capabilities, ColumnType, Table } from '../../core/model.ts'
import { type NameRules, physicalName, quoted } from '../naming.ts'

/** DuckDB itself has no limit for names; tools that show them have. Upper and lower case are one name to it. */
export const names: NameRules = { maxBytes: 255, fold: (name) => name.toLowerCase() }

export const caps: Capabilities = {
  commit: 'transaction',
  maxIdentifierBytes: names.maxBytes,
  load: { rows: 20_000, bytes: 64 * 1024 * 1024 },
}

interface TypeFacts {
  /** Type of the column in the warehouse. */
  readonly sql: string
  /** Type of the column while staged: what the appender fills fastest without loss. */
  readonly staged: string
  /** From the staged column to the warehouse's. */
  readonly convert: (column: string) => string
  /** From the warehouse's column to what `read` turns into a cell. */
  readonly out: (column: string) => string
  /** Other types that hold every value of this one: a column that somebody made so may stay. */
  readonly held: readonly string[]
}

const same = (column: string) => column

export const types: Readonly<Record<ColumnType, TypeFacts>> = {
  text: { sql: 'VARCHAR', staged: 'varchar', convert: same, out: (c) => `encode(${c}::varchar)`, held: [] },
  integer: {
    sql: 'BIGINT',
    staged: 'bigint',
    convert: same,
    out: (c) => `${c}::bigint`,
    held: ['HUGEINT', 'DECIMAL(38,12)', 'DECIMAL(38,0)'],
  },
  decimal: {
    sql: 'DECIMAL(38,12)',
    staged: 'decimal(38,12)',
    convert: same,
    out: (c) => `${c}::varchar`,
    held: [],
  },
  float: { sql: 'DOUBLE', staged: 'double', convert: same, out: (c) => `${c}::double`, held: [] },
  boolean: { sql: 'BOOLEAN', staged: 'boolean', convert: same, out: (c) => `${c}::boolean`, held: [] },
  timestamp: {
    sql: 'TIMESTAMP WITH TIME ZONE',
    // The appender has no fast way for a timestamp with time zone; a double holds microseconds exactly until 2255.
    staged: 'double',
    convert: (c) => `make_timestamptz(${c}::bigint)`,
    out: (c) => `epoch_us(${c})`,
    held: [],
  },
  date: { sql: 'DATE', staged: 'date', convert: same, out: (c) => `${c}::date::varchar`, held: [] },
  json: {
    sql: 'JSON',
    // Staged as text and cast, so that what is no JSON fails loudly.
    staged: 'varchar',
    convert: (c) => `${c}::json`,
    out: (c) => `encode(${c}::varchar)`,
    held: ['VARCHAR'],
  },
}

/** The name under which the file is attached. */
export const catalog = 'warehouse'

/**
 * How it is attached. Row groups are about as big as a load: what a checkpoint rewrites of the last,
 * half-filled ones stays small. With DuckDB's 122,880 rows every sixth load of 20,000 took 1.7 s
 * longer, and all loads together 1.6 times the CPU (docs/decisions/0003-duckdb-loading.md).
 */
export const attachOptions = '(type duckdb, row_group_size 20480)'

export function columnName(name: string): string {
  return quoted(physicalName(name, names))
}

/** `warehouse."acme"."invoices"` */
export function tableName(integration: string, table: Pick<Table, 'name'>): string {
  return `${catalog}.${quoted(integration)}.${columnName(table.name)}`
}

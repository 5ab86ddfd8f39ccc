/** Rows and what they are made of. */

/** The logical types that every destination must hold without loss. */
export type ColumnType = 'text' | 'integer' | 'decimal' | 'float' | 'boolean' | 'timestamp' | 'date' | 'json'

/**
 * One value, by its column's type; `null` stands for missing in each:
 * - text: string (well-formed; may hold `\u0000`)
 * - integer: number when it is a safe integer, bigint beyond (64-bit signed)
 * - decimal: string of plain digits, at most 26 before and 12 after the point: `"12.500000000001"`
 * - float: finite number, zero without a sign (not every warehouse has two); boolean: boolean
 * - timestamp: number of microseconds since 1970-01-01 UTC
 * - date: string `YYYY-MM-DD`
 * - json: string of JSON text, exactly as it should be stored
 */
export type Cell = null | string | number | bigint | boolean

/** Cells in the order of the table's columns. */
export type Row = readonly Cell[]

export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly nullable: boolean
}

/**
 * Where the rows of one stream go. `columns` are in the order of a `Row`;
 * in a source's table they are the data columns alone, in a load's table the
 * bookkeeping columns (core/schema.ts) come first.
 */
export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  /** Names of the columns that identify a row, `_account_id` first in a load's table. */
  readonly key: readonly string[]
  /** Of a source's table: the stream whose objects its rows belong to, and the column that holds their ids. */
  readonly parent?: { readonly stream: string; readonly column: string }
  /** Other columns by which rows are found and joined: a warehouse that has indexes has one for each. */
  readonly lookups?: readonly string[]
  /** What the rows are, for people; one line. */
  readonly description?: string
}

/** What warehouses that speak SQL differ in, as data; the files beside this one are the same for all of them. */
import type { Column, ColumnType, Load, Row, Table } from '../../core/model.ts'
import type { NameRules } from '../naming.ts'

/** A connection with an open transaction. */
export interface Session {
  /** Runs one statement and returns how many rows it changed. */
  run(sql: string, values?: readonly string[]): Promise<number>
  /** All rows of a small result. */
  rows(sql: string, values?: readonly string[]): Promise<readonly (readonly unknown[])[]>
}

export interface TypeFacts {
  /** The column's type in the warehouse, as its catalog writes it. */
  readonly sql: string
  /** From the staged column to the warehouse's. */
  readonly convert: (column: string) => string
  /** From the warehouse's column to what `read` turns into a cell. */
  readonly out: (column: string) => string
  /** Other types that hold every value of this one: a column that somebody made so may stay. */
  readonly held: readonly string[]
}

/** Rows in a temporary table. */
export interface Staged {
  readonly name: string
  readonly rows: number
  /** The columns that are there; the others are null in every row. */
  readonly columns: readonly Column[]
}

/**
 * Makes the temporary table `name` with these rows. `always` are columns to stage even when null throughout.
 * Throws when a cell is not of its column's type.
 */
export type Stage = (
  name: string,
  columns: readonly Column[],
  rows: readonly Row[],
  always: readonly string[],
) => Promise<Staged>

/** Physical column names and their types, by physical table name; all folded. */
export type There = ReadonlyMap<string, ReadonlyMap<string, string>>

export interface Dialect {
  readonly names: NameRules
  readonly types: Readonly<Record<ColumnType, TypeFacts>>
  /** A table of an integration, by its physical name. */
  readonly table: (integration: string, name: string) => string
  /** A table of the bookkeeping. */
  readonly ledger: (integration: string, table: LedgerTable) => string
  /** What stands before the name of a temporary table. */
  readonly temp: string
  /** A new temporary table from a query; one of the same name may be left from before. */
  readonly makeTemp: (name: string, query: string) => string
  /** A time, from SQL of an integer in microseconds. */
  readonly timestamp: (microseconds: string | number) => string
  /** Milliseconds since 1970 of a time, as an integer. */
  readonly milliseconds: (time: string) => string
  /** The time at which the transaction began, as a time. */
  readonly now: string
  /** The column by which one row can be found again within a transaction. */
  readonly rowId: string
  /** How a row is deleted for which there is another beside it: `delete … using`, or where that `exists`. */
  readonly deletes: 'using' | 'exists'
  /** The names of a text type and of the type of bookkeeping JSON, for definitions and casts. */
  readonly text: string
  readonly json: string
  /** A list of texts as one JSON text. */
  readonly keyText: (texts: readonly string[]) => string
  /** Rows `scope, cursor` from the parameter `$1`, the text of a JSON array of such objects. */
  readonly records: string
  readonly history: {
    /** A row for each of some integers and of those in a JSON list that may be null: what stands beside `t`, and its value. */
    readonly eachOf: (
      integers: readonly string[],
      list: string,
    ) => { readonly from: string; readonly value: string }
    /** Aggregates: the list of values in the order of an integer, and the first of them. */
    readonly listOf: (value: string, order: string) => string
    readonly firstOf: (value: string, order: string) => string
    /** A list of integers, the ones strictly between two; an empty or missing list gives null. */
    readonly between: (list: string, from: string, to: string) => string
    /** A list of integers as a value of a JSON column. */
    readonly asJson: (list: string) => string
  }
  /** What is physically there of an integration. */
  readonly physicalTables: (session: Session, integration: string) => Promise<There>
  /** Physical names of an integration's tables as they are written, those of others among them, and no views. */
  readonly tableNames: (session: Session, integration: string) => Promise<readonly string[]>
  /** Physical names of the columns that one table has. */
  readonly columnsOf: (session: Session, integration: string, table: Table) => Promise<readonly string[]>
  /** Whether the integration's bookkeeping is there. */
  readonly hasLedger: (session: Session, integration: string) => Promise<boolean>
  /** Makes the schema of an integration's tables, or of its bookkeeping, unless it is there. */
  readonly createSchema: (session: Session, integration: string, of: 'data' | 'ledger') => Promise<void>
  /** Removes what `createSchema` made for this integration, unless something is left in it or it is not ours to remove. */
  readonly dropSchema: (session: Session, integration: string) => Promise<void>
  /** Type of a table's column, with what a new column of it needs besides. */
  readonly define: (table: Table, column: Column) => string
  /** Statements that make a table, with what belongs to it. */
  readonly createTable: (integration: string, table: Table, columns: string) => readonly string[]
  /**
   * Statements that give a table that is there the key that is asked for: it had one row per object, and is to have one per
   * version. None when it has that key. Absent where a table's key is nothing that the warehouse knows.
   */
  readonly rekey?: (session: Session, integration: string, table: Table) => Promise<readonly string[]>
  /** Puts staged rows in the place of those with their keys that are not newer. Returns how many were written. */
  readonly upsert: (into: Into, target: string, table: Table, staged: Staged) => Promise<number>
}

export const ledgerTables = ['integrations', 'checkpoints', 'loads', 'removed'] as const
export type LedgerTable = (typeof ledgerTables)[number]

/** Where a load goes. */
export interface Into {
  readonly dialect: Dialect
  readonly session: Session
  readonly integration: string
  readonly removals: Removals
  readonly load: Load
}

/** Tables that have entries of removed rows: nothing is asked for the others. */
export type Removals = Set<string>

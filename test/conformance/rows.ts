/** What the conformance suite loads: tables, rows and loads, shortly written. */
import type {
  Batch,
  Cell,
  Checkpoint,
  Column,
  ColumnType,
  Load,
  Row,
  Table,
  Warehouse,
} from '../../src/core/model.ts'
import { loadTable } from '../../src/core/schema.ts'

export const account = 'acct_1'

/** A load's table with the key `id` and these data columns. */
export function tableOf(name: string, columns: Readonly<Record<string, ColumnType>>): Table {
  const data: Column[] = Object.entries(columns).map(([column, type]) => ({
    name: column,
    type,
    nullable: true,
  }))
  return loadTable({ name, columns: [{ name: 'id', type: 'text', nullable: false }, ...data], key: ['id'] })
}

export interface Marks {
  readonly account?: string
  readonly version?: number
  readonly syncedAt?: number
  readonly deletedAt?: number | null
}

/** A row of `table`: bookkeeping from `marks`, data cells by name, the others null. */
export function rowOf(table: Table, cells: Readonly<Record<string, Cell>>, marks: Marks = {}): Row {
  const all: Readonly<Record<string, Cell>> = {
    _account_id: marks.account ?? account,
    _version: marks.version ?? 1,
    _synced_at: marks.syncedAt ?? 1_000_000,
    _deleted_at: marks.deletedAt ?? null,
    ...cells,
  }
  const unknown = Object.keys(cells).find((name) => !table.columns.some((column) => column.name === name))
  if (unknown !== undefined) throw new Error(`${table.name} has no column ${unknown}`)
  return table.columns.map(({ name }) => all[name] ?? null)
}

export function batchOf(table: Table, parts: Partial<Omit<Batch, 'table'>>): Batch {
  return { table, upserts: [], deletes: [], prunes: [], ...parts }
}

let loads = 0

export function loadOf(
  batches: readonly Batch[],
  parts: {
    readonly id?: string
    readonly checkpoints?: readonly Checkpoint[]
    readonly packedAt?: number
    readonly account?: string
  } = {},
): Load {
  return { id: `load ${++loads}`, packedAt: 2_000_000, account, checkpoints: [], ...parts, batches }
}

/** What a warehouse holds of a table, as objects in the order of their keys. */
export async function contents(warehouse: Warehouse, table: Table): Promise<readonly Record<string, Cell>[]> {
  const rows: (readonly [string, Record<string, Cell>])[] = []
  for await (const row of warehouse.read(table)) {
    const cells = Object.fromEntries(table.columns.map(({ name }, position) => [name, row[position] ?? null]))
    rows.push([JSON.stringify(table.key.map((name) => String(cells[name]))), cells])
  }
  return rows.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, cells]) => cells)
}

/** One column of all rows, in the order of their keys. */
export async function columnOf(warehouse: Warehouse, table: Table, name: string): Promise<readonly Cell[]> {
  return (await contents(warehouse, table)).map((cells) => cells[name] ?? null)
}

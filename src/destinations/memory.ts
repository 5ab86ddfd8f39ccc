/**
 * The reference destination: everything in maps of this process. It says in the plainest code
 * what every destination must do; the conformance suite holds the others against it.
 *
 * `memory:` is a warehouse of its own for each opening; `memory:name` is found again by its name.
 */
import { ConfigError, FenceError } from '../core/errors.ts'
import type {
  Batch,
  Cell,
  Column,
  Destination,
  Json,
  Load,
  LoadReceipt,
  Row,
  SchemaChange,
  Table,
  Warehouse,
} from '../core/model.ts'

interface StoredTable {
  readonly columns: Map<string, Column>
  /** Key as text → column → cell; a column that is not there is null. */
  rows: Map<string, ReadonlyMap<string, Cell>>
}

interface Store {
  epoch: number
  tables: Map<string, StoredTable>
  state: Map<string, Json>
  loads: Map<string, LoadReceipt>
}

const named = new Map<string, Store>()

export const memory: Destination = {
  name: 'memory',
  example: 'memory:name',
  caps: {
    commit: 'transaction',
    maxIdentifierBytes: 255,
    load: { rows: 20_000, bytes: 64 * 1024 * 1024 },
  },
  async open(address, { integration }) {
    const name = address.replace(/^memory:/i, '')
    const empty: Store = { epoch: 0, tables: new Map(), state: new Map(), loads: new Map() }
    if (name === '') return warehouse(empty)
    const key = JSON.stringify([name, integration])
    const store = named.get(key) ?? empty
    named.set(key, store)
    return warehouse(store)
  },
}

function warehouse(store: Store): Warehouse {
  let epoch: number | undefined

  function checkFence() {
    if (epoch === undefined) throw new FenceError('readState comes first: it raises the fence')
    if (epoch !== store.epoch) throw new FenceError('another run has taken over this warehouse')
  }

  return {
    async check() {},

    async readState({ peek } = { peek: false }) {
      if (!peek) epoch = ++store.epoch
      return new Map(store.state)
    },

    async prepare(tables) {
      checkFence()
      const changes: SchemaChange[] = []
      for (const table of tables) {
        const stored = store.tables.get(table.name)
        if (!stored) {
          const columns = new Map(table.columns.map((column) => [column.name, column]))
          store.tables.set(table.name, { columns, rows: new Map() })
          changes.push({ table: table.name, change: 'create table' })
          continue
        }
        for (const column of table.columns) {
          const known = stored.columns.get(column.name)
          if (!known) {
            stored.columns.set(column.name, column)
            changes.push({ table: table.name, change: 'add column', column: column.name })
          } else if (known.type !== column.type) {
            throw new ConfigError(`${table.name}.${column.name} is ${known.type}, not ${column.type}`)
          }
        }
      }
      return changes
    },

    async load(load) {
      checkFence()
      const applied = store.loads.get(load.id)
      if (applied) return applied
      // Whole or nothing: the copy takes the place of the original when all went well.
      const rows = new Map([...store.tables].map(([name, table]) => [name, new Map(table.rows)]))
      const receipt = new Map<string, { rows: number; deleted: number }>()
      for (const batch of load.batches) {
        const stored = store.tables.get(batch.table.name)
        const target = rows.get(batch.table.name)
        if (!stored || !target) throw new Error(`table ${batch.table.name} was not prepared`)
        const before = receipt.get(batch.table.name) ?? { rows: 0, deleted: 0 }
        const { rows: written, deleted } = merge(target, stored, batch, load)
        receipt.set(batch.table.name, { rows: before.rows + written, deleted: before.deleted + deleted })
      }
      for (const [name, table] of store.tables) table.rows = rows.get(name) ?? table.rows
      for (const { scope, cursor } of load.checkpoints) {
        if (cursor === null) store.state.delete(scope)
        else store.state.set(scope, structuredClone(cursor))
      }
      const done: LoadReceipt = { tables: receipt }
      store.loads.set(load.id, done)
      return done
    },

    async *read(table) {
      const stored = store.tables.get(table.name)
      if (!stored) throw new Error(`table ${table.name} is not there`)
      for (const row of stored.rows.values()) {
        yield table.columns.map(({ name }) => row.get(name) ?? null)
      }
    },

    async [Symbol.asyncDispose]() {},
  }
}

type Rows = Map<string, ReadonlyMap<string, Cell>>

function merge(rows: Rows, stored: StoredTable, batch: Batch, load: Load) {
  const { table } = batch
  let written = 0
  let deleted = 0
  const versionOf = (row: ReadonlyMap<string, Cell>) => Number(row.get('_version'))

  for (const incoming of batch.upserts) {
    const row = cellsByName(stored, table, incoming)
    const key = keyText(table, row)
    const known = rows.get(key)
    if (known && versionOf(known) > versionOf(row)) continue
    rows.set(key, row)
    written++
  }

  for (const incoming of batch.deletes) {
    const gone = cellsByName(stored, table, incoming)
    const key = keyText(table, gone)
    const known = rows.get(key)
    if (known && versionOf(known) > versionOf(gone)) continue
    const marks = new Map<string, Cell>([
      ['_version', gone.get('_version') ?? null],
      ['_synced_at', gone.get('_synced_at') ?? load.packedAt],
      ['_deleted_at', gone.get('_deleted_at') ?? load.packedAt],
    ])
    const kept = known ?? new Map(table.key.map((name) => [name, gone.get(name) ?? null]))
    rows.set(key, new Map([...kept, ...marks]))
    deleted++
  }

  for (const { version, within } of batch.prunes) {
    for (const [key, row] of rows) {
      if (row.get('_account_id') !== load.account || (row.get('_deleted_at') ?? null) !== null) continue
      if (versionOf(row) >= version || !liesWithin(row, within)) continue
      const marks = [
        ['_version', version],
        ['_synced_at', load.packedAt],
        ['_deleted_at', load.packedAt],
      ] as const
      rows.set(key, new Map([...row, ...marks]))
      deleted++
    }
  }
  return { rows: written, deleted }
}

function liesWithin(row: ReadonlyMap<string, Cell>, within: Batch['prunes'][number]['within']): boolean {
  if (!within) return true
  const cell = row.get(within.column) ?? null
  if ('equals' in within) return cell === within.equals
  if (cell === null) return within.from === undefined && within.to === undefined
  return (
    (within.from === undefined || Number(cell) >= within.from) &&
    (within.to === undefined || Number(cell) < within.to)
  )
}

function keyText(table: Table, row: ReadonlyMap<string, Cell>): string {
  const cells = table.key.map((name) => row.get(name) ?? null)
  if (cells.includes(null)) throw new Error(`a row of ${table.name} has no key`)
  return JSON.stringify(cells.map(String))
}

function cellsByName(stored: StoredTable, table: Table, row: Row): ReadonlyMap<string, Cell> {
  return new Map(
    table.columns.map((column, position) => {
      if (!stored.columns.has(column.name)) throw new Error(`${table.name}.${column.name} was not prepared`)
      return [column.name, canonical(column, row[position] ?? null)]
    }),
  )
}

/** The one form in which a value is kept. Throws when it is none of the column's type. */
function canonical(column: Column, cell: Cell): Cell {
  if (cell === null) return null
  const wrong = () => new TypeError(`${column.name}: not a ${column.type}: ${String(cell).slice(0, 100)}`)
  switch (column.type) {
    case 'text':
      if (typeof cell !== 'string') throw wrong()
      return cell
    case 'json':
      if (typeof cell !== 'string') throw wrong()
      JSON.parse(cell)
      return cell
    case 'date':
      if (typeof cell !== 'string' || new Date(`${cell}T00:00Z`).toISOString().slice(0, 10) !== cell)
        throw wrong()
      return cell
    case 'decimal':
      if (typeof cell !== 'string' || !/^-?\d{1,26}(\.\d{1,12})?$/.test(cell)) throw wrong()
      return shortest(cell)
    case 'boolean':
      if (typeof cell !== 'boolean') throw wrong()
      return cell
    case 'float':
      if (typeof cell !== 'number') throw wrong()
      return cell
    case 'timestamp':
      if (!Number.isSafeInteger(cell)) throw wrong()
      return cell
    case 'integer': {
      if (typeof cell !== 'bigint' && !Number.isSafeInteger(cell)) throw wrong()
      if (BigInt.asIntN(64, BigInt(cell)) !== BigInt(cell)) throw wrong()
      const small = Number(cell)
      return Number.isSafeInteger(small) ? small : cell
    }
  }
}

/** A decimal without zeros that say nothing: `-007.50` is `-7.5`. */
function shortest(decimal: string): string {
  const [, sign = '', whole = '0', places = ''] = /^(-?)0*(\d+?)(?:\.(\d*?)0*)?$/.exec(decimal) ?? []
  const digits = places === '' ? whole : `${whole}.${places}`
  return digits === '0' ? '0' : `${sign}${digits}`
}

/**
 * The reference destination: everything in maps of this process. It says in the plainest code
 * what every destination must do; the conformance suite holds the others against it.
 *
 * `memory:` is a warehouse of its own for each opening; `memory:name` is found again by its name.
 */
import { ConfigError, FenceError } from '../core/errors.ts'
import type {
  Cell,
  Destination,
  Json,
  LoadReceipt,
  SchemaChange,
  Table,
  WholeWarehouse,
  Within,
} from '../core/model.ts'
import { stateWithin } from '../core/scopes.ts'
import type { StoredTable } from './memory/cells.ts'
import { mergeHistory } from './memory/history.ts'
import { liesWithin, merge } from './memory/merge.ts'

interface Store {
  epoch: number
  tables: Map<string, StoredTable>
  /** What was removed for good: table → key → version. */
  removed: Map<string, Map<string, number>>
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
    const empty: Store = {
      epoch: 0,
      tables: new Map(),
      removed: new Map(),
      state: new Map(),
      loads: new Map(),
    }
    if (name === '') return warehouse(empty)
    const key = JSON.stringify([name, integration])
    const store = named.get(key) ?? empty
    named.set(key, store)
    return warehouse(store)
  },
}

function warehouse(store: Store): WholeWarehouse {
  let epoch: number | undefined

  function checkFence() {
    if (epoch === undefined) throw new FenceError('readState comes first: it raises the fence')
    if (epoch !== store.epoch) throw new FenceError('another run has taken over this warehouse')
  }

  return {
    async check() {},

    async readState({ peek, scopes } = {}) {
      if (!peek) epoch = ++store.epoch
      return stateWithin(store.state, scopes)
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
      const removed = new Map(
        [...store.tables.keys()].map((name) => [name, new Map(store.removed.get(name))]),
      )
      const receipt = new Map<string, { rows: number; deleted: number }>()
      for (const batch of load.batches) {
        const stored = store.tables.get(batch.table.name)
        const target = rows.get(batch.table.name)
        const gone = removed.get(batch.table.name)
        if (!stored || !target || !gone) throw new Error(`table ${batch.table.name} was not prepared`)
        const before = receipt.get(batch.table.name) ?? { rows: 0, deleted: 0 }
        const { rows: written, deleted } =
          batch.merge === 'history'
            ? mergeHistory(target, stored, batch, load)
            : merge({ rows: target, removed: gone, stored }, batch, load)
        receipt.set(batch.table.name, { rows: before.rows + written, deleted: before.deleted + deleted })
      }
      for (const [name, table] of store.tables) table.rows = rows.get(name) ?? table.rows
      store.removed = removed
      for (const { scope, cursor } of load.checkpoints) {
        if (cursor === null) store.state.delete(scope)
        else store.state.set(scope, structuredClone(cursor))
      }
      const done: LoadReceipt = { tables: receipt }
      store.loads.set(load.id, done)
      return done
    },

    async drop() {
      checkFence()
      const tables = [...store.tables.keys()]
      for (const part of [store.tables, store.removed, store.state, store.loads]) part.clear()
      // Nobody has the fence.
      store.epoch++
      return tables
    },

    async *read(table, within, account) {
      const wanted = within ? chosen(store, within, account) : () => true
      for (const row of rowsOf(store, table, account)) {
        if (!wanted(row)) continue
        yield table.columns.map(({ name }) => row.get(name) ?? null)
      }
    },

    async [Symbol.asyncDispose]() {},
  }
}

/** The rows of a table, or those of one account. */
function* rowsOf(store: Store, { name }: Pick<Table, 'name'>, account: string | undefined) {
  for (const row of store.tables.get(name)?.rows.values() ?? []) {
    if (account === undefined || row.get('_account_id') === account) yield row
  }
}

/** Whether a row is one of those to read. */
function chosen(
  store: Store,
  within: Within,
  account: string | undefined,
): (row: ReadonlyMap<string, Cell>) => boolean {
  const { column } = within
  if ('in' in within) {
    const values = new Set<Cell>(within.in)
    return (row) => values.has(row.get(column) ?? null)
  }
  if ('outside' in within) {
    const values = new Set<Cell>(within.notNull ? [null] : [])
    for (const { table, column } of [within.outside, ...(within.nor ?? [])]) {
      for (const row of rowsOf(store, table, account)) values.add(row.get(column) ?? null)
    }
    return (row) => !values.has(row.get(column) ?? null)
  }
  return (row) => liesWithin(row, within)
}

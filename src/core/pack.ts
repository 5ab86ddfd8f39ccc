/** Gathers pages into loads: one row per key (the newest), bounded in rows and bytes. */
import type {
  Batch,
  Capabilities,
  Cell,
  Checkpoint,
  Delete,
  Load,
  Page,
  Prune,
  Row,
  Table,
  Upsert,
} from './model.ts'
import { keyPositions, loadTable } from './schema.ts'

export interface Packer {
  /** Takes a page in; its checkpoint supersedes earlier ones of the same scope. */
  add(page: Page): void
  /** Takes in a checkpoint that no page carries. */
  mark(checkpoint: Checkpoint): void
  /** Nothing to write: no change and no checkpoint since the last `take`. */
  readonly empty: boolean
  /** Another page might exceed what one load may hold. */
  readonly full: boolean
  /** Ends the load at hand and starts the next. */
  take(): Load
}

export interface PackOptions {
  readonly account: string
  /** Data tables by stream. */
  readonly tables: ReadonlyMap<string, Table>
  readonly limits: Capabilities['load']
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly newId: () => string
}

interface Gathered {
  readonly table: Table
  readonly keyOf: (row: Row) => Cell
  readonly rows: Map<Cell, Upsert | Delete>
  readonly prunes: Omit<Prune, 'op' | 'stream'>[]
}

export function packer(options: PackOptions): Packer {
  let gathered = new Map<string, Gathered>()
  let checkpoints = new Map<string, Checkpoint>()
  let rows = 0
  let bytes = 0

  const gatheredFor = (stream: string): Gathered => {
    let entry = gathered.get(stream)
    if (!entry) {
      const table = options.tables.get(stream)
      if (!table) throw new Error(`the source sent rows of ${stream}, which is not selected`)
      entry = { table, keyOf: keyReader(table), rows: new Map(), prunes: [] }
      gathered.set(stream, entry)
    }
    return entry
  }

  return {
    add(page) {
      for (const change of page.changes) {
        const entry = gatheredFor(change.stream)
        if (change.op === 'prune') {
          const { op: _, stream: __, ...prune } = change
          entry.prunes.push(prune)
          continue
        }
        const key = entry.keyOf(change.row)
        const known = entry.rows.get(key)
        if (known && known.version > change.version) continue
        if (!known) rows++
        entry.rows.set(key, change)
      }
      bytes += page.bytes
      if (page.checkpoint) checkpoints.set(page.checkpoint.scope, page.checkpoint)
    },
    mark(checkpoint) {
      checkpoints.set(checkpoint.scope, checkpoint)
    },
    get empty() {
      return gathered.size === 0 && checkpoints.size === 0
    },
    get full() {
      return rows >= options.limits.rows || bytes >= options.limits.bytes
    },
    take() {
      const packedAt = options.clock() * 1000
      const load: Load = {
        id: options.newId(),
        packedAt,
        account: options.account,
        batches: [...gathered.values()].map((entry) => batch(entry, options.account, packedAt)),
        checkpoints: [...checkpoints.values()],
      }
      gathered = new Map()
      checkpoints = new Map()
      rows = 0
      bytes = 0
      return load
    },
  }
}

/** Reads a row's key as one comparable value: the cell itself where the key is one column. */
function keyReader(table: Table): (row: Row) => Cell {
  const positions = keyPositions(table)
  const [first] = positions
  if (first === undefined) throw new Error(`table ${table.name} has no key`)
  if (positions.length === 1) return (row) => row[first] ?? null
  return (row) => positions.map((position) => `${row[position]}`).join('\u0000')
}

function batch(entry: Gathered, account: string, packedAt: number): Batch {
  const upserts: Row[] = []
  const deletes: Row[] = []
  for (const change of entry.rows.values()) {
    if (change.op === 'upsert') upserts.push([account, change.version, packedAt, null, ...change.row])
    // A source tells when it asked, not when the object went: that moment stands for the deletion.
    else deletes.push([account, change.version, packedAt, change.version * 1000, ...change.row])
  }
  return { table: loadTable(entry.table), upserts, deletes, prunes: entry.prunes }
}

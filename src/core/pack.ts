/** Gathers pages into loads: the newest row of each key, every version where the mode wants it; bounded in rows and bytes. */
import { contentHash } from './content-hash.ts'
import type {
  Batch,
  Capabilities,
  Cell,
  Checkpoint,
  Delete,
  Deletes,
  HeldRows,
  Load,
  Mode,
  Page,
  Prune,
  Row,
  Table,
  Upsert,
} from './model.ts'
import { appendTable, goneHash, historyTable } from './modes.ts'
import type { Room, Share } from './room.ts'
import { keyPositions, loadTable } from './schema.ts'

/** Disposing of it gives back the room that it takes. */
export interface Packer extends Disposable {
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
  /** A load that was taken is durable, or given up: it takes no more room. */
  settled(load: Load): void
}

export interface PackOptions {
  readonly account: string
  /** Data tables by stream. */
  readonly tables: ReadonlyMap<string, Table>
  /** By stream; `incremental` where absent. */
  readonly modes?: ReadonlyMap<string, Mode>
  /** `soft` when absent. */
  readonly deletes?: Deletes
  readonly limits: Capabilities['load']
  /** Shared with other packers: what is gathered, and what was taken and is not settled, takes room in it. */
  readonly room?: Room
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly newId: () => string
}

interface Version {
  readonly change: Upsert | Delete
  /** Of its content; made as pages come, for it takes its time. Empty where no mode wants it. */
  readonly hash: string
}

interface HeldUpsert extends Pick<Upsert, 'version'> {
  readonly op: 'held'
  readonly number: number
}

interface Gathered {
  readonly table: Table
  readonly mode: Mode
  readonly keyOf: (row: Row) => Cell
  /** The newest by key. */
  readonly rows: Map<Cell, Upsert | Delete | HeldUpsert>
  /** Where upserts wait in the warehouse's own form. */
  readonly held: HeldRows | undefined
  /** All by key and version, where the mode wants them. */
  readonly versions: Map<string, Version> | undefined
  readonly prunes: Omit<Prune, 'op' | 'stream'>[]
}

export function packer(options: PackOptions): Packer {
  let gathered = new Map<string, Gathered>()
  let checkpoints = new Map<string, Checkpoint>()
  const { limits, room: shared } = options
  const taken = new Map<string, Share>()
  let share = enter(shared)

  const gatheredFor = (stream: string): Gathered => {
    let entry = gathered.get(stream)
    if (!entry) {
      const table = options.tables.get(stream)
      if (!table) throw new Error(`the source sent rows of ${stream}, which is not selected`)
      const mode = options.modes?.get(stream) ?? 'incremental'
      const versions = mode === 'append' || mode === 'history' ? new Map() : undefined
      const held = versions ? undefined : limits.hold?.(loadTable(table))
      entry = { table, mode, keyOf: keyReader(table), rows: new Map(), held, versions, prunes: [] }
      gathered.set(stream, entry)
    }
    return entry
  }

  return {
    add(page) {
      for (const change of page.changes) {
        if (change.op !== 'upsert' && options.deletes === 'ignore') continue
        const entry = gatheredFor(change.stream)
        if (change.op === 'prune') {
          const { op: _, stream: __, ...prune } = change
          entry.prunes.push(prune)
          continue
        }
        const key = entry.keyOf(change.row)
        if (entry.versions) {
          const place = `${change.version} ${key}`
          if (!entry.versions.has(place)) share.rows++
          entry.versions.set(place, {
            change,
            hash: entry.mode === 'history' ? hashOf(entry.table, change) : '',
          })
        }
        const known = entry.rows.get(key)
        if (known && known.version > change.version) continue
        if (!known && !entry.versions) share.rows++
        entry.rows.set(key, held(entry, options.account, change))
      }
      share.bytes += page.bytes
      if (page.checkpoint) checkpoints.set(page.checkpoint.scope, page.checkpoint)
    },
    mark(checkpoint) {
      checkpoints.set(checkpoint.scope, checkpoint)
    },
    get empty() {
      return gathered.size === 0 && checkpoints.size === 0
    },
    get full() {
      return share.rows >= limits.rows || share.bytes >= limits.bytes || shared?.full === true
    },
    take() {
      const packedAt = options.clock() * 1000
      const load: Load = {
        id: options.newId(),
        packedAt,
        account: options.account,
        ...(options.deletes === 'hard' ? { deletes: 'hard' } : {}),
        batches: [...gathered.values()].flatMap((entry) => batches(entry, options.account, packedAt)),
        checkpoints: [...checkpoints.values()],
      }
      gathered = new Map()
      checkpoints = new Map()
      if (shared) taken.set(load.id, share)
      share = enter(shared)
      return load
    },
    settled({ id }) {
      const left = taken.get(id)
      if (left) shared?.leave(left)
      taken.delete(id)
    },
    [Symbol.dispose]() {
      for (const left of [share, ...taken.values()]) shared?.leave(left)
    },
  }
}

/** The change, or what stands for it where the warehouse has taken it in. */
function held({ held }: Gathered, account: string, change: Upsert | Delete): Upsert | Delete | HeldUpsert {
  if (!held || change.op === 'delete') return change
  const { version, row } = change
  const start: Row = [account, version, 0, null]
  return { op: 'held', version, number: held.add(start.concat(row)) }
}

const enter = (room: Room | undefined): Share => room?.enter() ?? { rows: 0, bytes: 0 }

/** Reads a row's key as one comparable value: the cell itself where the key is one column. */
function keyReader(table: Table): (row: Row) => Cell {
  const positions = keyPositions(table)
  const [first, second] = positions
  if (first === undefined) throw new Error(`table ${table.name} has no key`)
  if (second === undefined) return (row) => row[first] ?? null
  if (positions.length === 2) return (row) => `${row[first]}\u0000${row[second]}`
  return (row) => positions.map((position) => `${row[position]}`).join('\u0000')
}

const hashOf = (table: Table, { op, row }: Upsert | Delete): string =>
  op === 'delete' ? goneHash : contentHash(table.columns, row)

function batches(entry: Gathered, account: string, packedAt: number): readonly Batch[] {
  const { table, mode, rows, held, versions, prunes } = entry
  const plain = ({ op, version, row }: Upsert | Delete): Row => {
    // A source tells when it asked, not when the object went: that moment stands for the deletion.
    const deletedAt = op === 'delete' ? version * 1000 : null
    const start: Row = [account, version, packedAt, deletedAt]
    return start.concat(row)
  }
  const batch = (of: Table, changes: Iterable<Upsert | Delete | HeldUpsert>): Batch => {
    const upserts: Row[] = []
    const numbers: number[] = []
    const deletes: Row[] = []
    for (const change of changes) {
      if (change.op === 'held') numbers.push(change.number)
      else (change.op === 'upsert' ? upserts : deletes).push(plain(change))
    }
    return { table: of, upserts, deletes, prunes, ...(held && { held: { rows: held, numbers } }) }
  }
  if (!versions) return [batch(loadTable(table), rows.values())]
  if (mode === 'append') {
    const changes = [...versions.values()].map(({ change }) => change)
    return [{ ...batch(appendTable(table), changes), merge: 'append' }]
  }
  const point = ({ change: { op, version, row }, hash }: Version): Row => {
    const at = version * 1000
    return [account, version, packedAt, op === 'delete' ? at : null, at, null, null, null, hash, ...row]
  }
  const points = [...versions.values()]
  return [
    batch(loadTable(table), rows.values()),
    {
      table: historyTable(table),
      merge: 'history',
      upserts: points.filter(({ change }) => change.op === 'upsert').map(point),
      deletes: points.filter(({ change }) => change.op === 'delete').map(point),
      prunes,
    },
  ]
}

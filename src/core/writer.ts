/** Writes what is packed, one load at a time, while the next is gathered. */
import { lastRun } from './last-run.ts'
import type { ModeRun } from './mode-state.ts'
import type { Batch, Load, LoadReceipt, Mode, StreamEnd, Warehouse } from './model.ts'
import { tablesOf } from './modes.ts'
import type { Packer } from './pack.ts'
import type { RunTally } from './tally.ts'

export interface Writer {
  /** A stream has ended; told to the world once its rows are durable. */
  ended(end: StreamEnd): void
  /** Begins to write what is packed. Waits for the load before it, so that at most one is being written. */
  start(): Promise<void>
  /** Writes what is packed and waits until everything is durable. */
  finish(): Promise<void>
}

export interface WriterOptions {
  readonly warehouse: Warehouse
  readonly pack: Packer
  readonly tally: RunTally
  readonly modes: ModeRun
  readonly modeOf: (stream: string) => Mode
  readonly clock: () => number
}

/** `onFailure` is told of the first load that fails, before `start` or `finish` throws its error. */
export function writer(options: WriterOptions, onFailure: (error: unknown) => void): Writer {
  const { warehouse, pack, tally, modes, modeOf } = options
  const prepared = new Set<string>()
  let ends: StreamEnd[] = []
  let writing: Promise<void> = Promise.resolve()

  /** Prunes alone make no table: where there is none, nothing is gone. */
  const isIdle = async ({ table, upserts, held, deletes }: Batch): Promise<boolean> => {
    const rows = upserts.length + (held?.numbers.length ?? 0) + deletes.length
    if (prepared.has(table.name) || rows > 0) return false
    const columns = table.columns.filter(({ name }) => table.key.includes(name))
    for await (const _ of warehouse.read({ ...table, columns })) return false
    return true
  }

  const write = async (packed: Load, ended: readonly StreamEnd[]) => {
    const batches: Batch[] = []
    for (const batch of packed.batches) if (!(await isIdle(batch))) batches.push(batch)
    const complete = ended
      .filter((end) => end.status === 'ok')
      .flatMap(({ stream }) => tablesOf(tally.table(stream), modeOf(stream)))
    const load = { ...packed, batches, complete: complete.map(({ name }) => name) }
    const missing = [...load.batches.map((batch) => batch.table), ...complete].filter(
      (table) => !prepared.has(table.name),
    )
    if (missing.length > 0) {
      const unique = [...new Map(missing.map((table) => [table.name, table])).values()]
      for (const change of await warehouse.prepare(unique)) tally.report({ type: 'schema', change })
      for (const table of unique) prepared.add(table.name)
    }
    const receipt = await loaded(load)
    for (const [table, { rows, deleted }] of receipt.tables)
      tally.report({ type: 'loaded', table, rows, deleted })
    for (const end of ended) tally.report({ type: 'end', end })
  }

  const loaded = async (load: Load): Promise<LoadReceipt> => {
    const at = options.clock()
    let receipt: LoadReceipt | undefined
    try {
      receipt = await warehouse.load(load)
      return receipt
    } finally {
      const tables = [...(receipt?.tables.values() ?? [])]
      const sum = (of: 'rows' | 'deleted') => tables.reduce((all, table) => all + table[of], 0)
      const [rows, deleted] = [sum('rows'), sum('deleted')]
      const whole = { at, ended: options.clock(), ok: receipt !== undefined, tables: load.batches.length }
      tally.report({ type: 'load', ...whole, rows, deleted })
    }
  }

  const start = async () => {
    await writing
    if (pack.empty && ends.length === 0) return
    const ended = ends
    // With the table's last rows: they and all before them are durable, or it does not move.
    for (const { stream, status } of ended) {
      if (status !== 'ok') continue
      pack.mark(lastRun(stream, tally.started))
      const mark = modes.ended(stream)
      if (mark) pack.mark(mark)
    }
    const load = pack.take()
    ends = []
    writing = write(load, ended)
      .catch((error: unknown) => {
        onFailure(error)
        throw error
      })
      .finally(() => pack.settled(load))
    // Met by the next `start` or `finish`.
    writing.catch(() => {})
  }

  return {
    ended: (end) => void ends.push(end),
    start,
    async finish() {
      await start()
      await writing
    },
  }
}

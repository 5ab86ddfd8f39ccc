/** The loop: pages of a source become loads of a warehouse, checkpoints with them. For one account. */
import { belongings } from './belongings.ts'
import { BudgetError } from './errors.ts'
import { type ModeRun, modeRun } from './mode-state.ts'
import type {
  Capabilities,
  Checkpoint,
  Deletes,
  Mode,
  NewColumns,
  Page,
  ReadItem,
  Source,
  State,
  StreamSelection,
  Sweep,
  Table,
  Warehouse,
} from './model.ts'
import { packer } from './pack.ts'
import { readReferences, settledReferences } from './references.ts'
import type { Room } from './room.ts'
import { sourceClock } from './source-clock.ts'
import type { RunTally } from './tally.ts'
import { withTicks } from './ticks.ts'
import { writer } from './writer.ts'

/** What is asked of a run, whatever its account. */
export interface RunChoices {
  readonly streams: readonly StreamSelection[]
  /** See `ReadRequest`. */
  readonly part?: boolean
  readonly fullRefresh?: boolean
  /**
   * Milliseconds since 1970 by `clock`, by stream: its rows must come from a whole reading that began then or later. A full
   * refresh that may take several calls, of which each carries on what the one before has begun.
   */
  readonly wholeSince?: ReadonlyMap<string, number>
  readonly newColumns?: NewColumns
  /** By stream, where it is not to be swept as the source would by itself. */
  readonly sweeps?: ReadonlyMap<string, Sweep>
  /** By stream; `incremental` where absent. */
  readonly modes?: ReadonlyMap<string, Mode>
  /** Objects that rows refer to and no list returns: so many are read by id at most, of each account. None by default. */
  readonly heal?: number
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly newId: () => string
  readonly signal: AbortSignal
  /** Milliseconds after which what was read is written even if the load is not full, so that a kill costs little. */
  readonly flushEvery?: number
}

export interface AccountSync extends RunChoices {
  readonly source: Source
  readonly account: string
  /** With its fence, as the account sees it (account-view.ts). */
  readonly warehouse: Warehouse
  /** The account's. */
  readonly state: State
  /** Data tables by stream. */
  readonly tables: ReadonlyMap<string, Table>
  readonly tally: RunTally
  readonly deletes: Deletes
  /** Milliseconds since 1970; how far back history goes. */
  readonly since: number | undefined
  /** To be kept with the first rows. */
  readonly marks: readonly Checkpoint[]
  readonly limits: Capabilities['load']
  /** Shared with the runs of other accounts beside this one. */
  readonly room?: Room
}

/**
 * Reads one account once. Everything up to the last checkpoint is durable when it returns or throws; a second call
 * carries on from there. The ends of the streams are told to the tally; what it throws is as with `sync`.
 */
export async function syncAccount(options: AccountSync): Promise<void> {
  const { source, warehouse, state, tables, tally, deletes, since, signal } = options
  const modes: ModeRun = modeRun(state, tables.keys(), options.modes, sourceClock(source, options.clock))
  const modeOf = (stream: string) => options.modes?.get(stream) ?? 'incremental'
  using pack = packer(options)
  for (const mark of [...options.marks, ...modes.marks]) pack.mark(mark)

  // A warehouse that fails must stop the source, which may be waiting for an answer or a free place.
  const stop = new AbortController()
  const write = writer({ ...options, warehouse, pack, tally, modes, modeOf }, (error) => stop.abort(error))
  const items = source.read({
    streams: options.streams,
    ...(options.part ? { part: true } : {}),
    state,
    ...(since === undefined ? {} : { since }),
    ...(options.fullRefresh ? { fullRefresh: true } : {}),
    ...(options.newColumns ? { newColumns: options.newColumns } : {}),
    wholeSince: later(modes.wholeSince, options.wholeSince, source.ahead?.() ?? 0),
    ...(options.sweeps ? { sweeps: options.sweeps } : {}),
    signal: AbortSignal.any([signal, stop.signal]),
    report: tally.report,
  })
  const { flushEvery = 5_000, heal = 0 } = options
  const references = settledReferences(state)
  const add = (page: Page) => {
    pack.add(page)
    // With the rows themselves, so that a run which ends before it asks leaves the question open.
    const reopened = references.wrote(page.changes)
    if (reopened) pack.mark(reopened)
  }
  const open = new Set(tables.keys())
  const belonging = belongings({ warehouse, account: options.account, tables, modeOf })
  try {
    let lastWrite = options.clock()
    for await (const item of withTicks<ReadItem>(items, flushEvery)) {
      if (item?.kind === 'page') {
        if (deletes !== 'ignore' && belonging.concerns(item)) {
          await write.finish()
          for await (const page of belonging.of(item)) {
            if (pack.full) await write.finish()
            pack.add(page)
          }
        }
        add(item)
      }
      if (item?.kind === 'end') {
        open.delete(item.stream)
        write.ended(item)
      }
      if (pack.full || options.clock() - lastWrite >= flushEvery) {
        await write.start()
        lastWrite = options.clock()
      }
    }
  } catch (error) {
    // What was read before the source failed is good, and kept. Should the writer have failed, then its
    // error is the reason for the source's, and thrown here.
    await write.finish()
    if (!(error instanceof BudgetError)) throw error
    for (const stream of open) write.ended({ kind: 'end', stream, status: 'paused', reason: error.message })
  }
  await write.finish()
  // Of a history that is bounded, most of what is missing is older; and what is gone must leave a mark to be known.
  // To what the run leaves out, rows may refer, too: that stays open.
  if (heal > 0 && !options.part && since === undefined && deletes === 'soft') {
    const followed = await readReferences({
      source,
      warehouse,
      streams: options.streams,
      tables,
      isRead: tally.isRead,
      settled: references.settled,
      budget: heal,
      signal,
      report: tally.report,
      async add(page) {
        add(page)
        if (pack.full) await write.start()
      },
    }).finally(write.finish)
    const settled = references.add(followed)
    if (settled) pack.mark(settled)
    await write.finish()
  }
}

/** By stream the later of both, of which the others are of a clock that is behind by so much. */
function later(
  some: ReadonlyMap<string, number>,
  others: ReadonlyMap<string, number> = new Map(),
  behind: number,
): ReadonlyMap<string, number> {
  const all = new Map(some)
  for (const [stream, since] of others) all.set(stream, Math.max(since + behind, all.get(stream) ?? 0))
  return all
}

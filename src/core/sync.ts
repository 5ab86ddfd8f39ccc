/** The loop: pages of a source become loads of a warehouse, checkpoints with them. */
import { belongings } from './belongings.ts'
import { deletesRun } from './deletes-state.ts'
import { BudgetError } from './errors.ts'
import { agree, identityMark } from './identity.ts'
import { lastRuns } from './last-run.ts'
import { modeRun } from './mode-state.ts'
import type {
  Deletes,
  Destination,
  Mode,
  NewColumns,
  ReadItem,
  RunEvent,
  RunSummary,
  Source,
  StreamSelection,
  Sweep,
} from './model.ts'
import { packer } from './pack.ts'
import { areComplete, closed, open as openReferences, readReferences } from './references.ts'
import { runTally } from './tally.ts'
import { withTicks } from './ticks.ts'
import { writer } from './writer.ts'

export interface SyncOptions {
  readonly source: Source
  readonly destination: Destination
  readonly address: string
  /** The integration's name. */
  readonly integration: string
  readonly streams: readonly StreamSelection[]
  /** Milliseconds since 1970; how far back history goes. Fixed by the first run, until a full refresh. */
  readonly since?: number
  readonly fullRefresh?: boolean
  /**
   * Milliseconds since 1970, by stream: its rows must come from a whole reading that began then or later. A full
   * refresh that may take several calls, of which each carries on what the one before has begun.
   */
  readonly wholeSince?: ReadonlyMap<string, number>
  readonly newColumns?: NewColumns
  /** By stream, where it is not to be swept as the source would by itself. */
  readonly sweeps?: ReadonlyMap<string, Sweep>
  /** By stream; `incremental` where absent. */
  readonly modes?: ReadonlyMap<string, Mode>
  /** As the runs before when absent; `soft` in the first. */
  readonly deletes?: Deletes
  /** Objects that rows refer to and no list returns: so many are read by id at most. None by default. */
  readonly heal?: number
  readonly workDir: string
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly newId: () => string
  readonly signal: AbortSignal
  readonly report: (event: RunEvent) => void
  /** Milliseconds after which what was read is written even if the load is not full, so that a kill costs little. */
  readonly flushEvery?: number
}

/**
 * Runs an integration once. Everything up to the last checkpoint is durable when it returns or throws;
 * a second call carries on from there. Throws `ConfigError` for what the user must change (nothing is
 * written then, if it was wrong from the start), `TransientError` when the warehouse or the source as a
 * whole cannot be reached, `FenceError` when another run took over. Problems of single streams are in the summary,
 * as are those that were `paused` when the source threw `BudgetError`.
 */
export async function sync(options: SyncOptions): Promise<RunSummary> {
  const { source, signal } = options
  const tables = source.tables(options.streams)
  const tally = runTally({
    integration: options.integration,
    tables,
    clock: options.clock,
    report: options.report,
  })
  const account = await source.check(signal, tally.report)

  await using warehouse = await options.destination.open(options.address, {
    integration: options.integration,
    workDir: options.workDir,
    signal,
    report: tally.report,
  })
  const state = await warehouse.readState()
  tally.start(lastRuns(state))
  const identity = agree(state, account, options)
  const since = identity.since
  const modes = modeRun(state, tables.keys(), options.modes, options.clock())
  const modeOf = (stream: string) => options.modes?.get(stream) ?? 'incremental'

  const { deletes, marks: deletesMarks, told } = deletesRun(state, options.deletes)
  if (told !== undefined) tally.report({ type: 'log', level: 'warn', message: told })

  const { caps } = options.destination
  const pack = packer({ ...options, deletes, account: account.id, tables, limits: caps.load })
  pack.mark(identityMark(identity))
  for (const mark of [...modes.marks, ...deletesMarks]) pack.mark(mark)

  // A warehouse that fails must stop the source, which may be waiting for an answer or a free place.
  const stop = new AbortController()
  const write = writer({ ...options, warehouse, pack, tally, modes, modeOf }, (error) => stop.abort(error))
  const items = source.read({
    streams: options.streams,
    state,
    ...(since === undefined ? {} : { since }),
    ...(options.fullRefresh ? { fullRefresh: true } : {}),
    ...(options.newColumns ? { newColumns: options.newColumns } : {}),
    wholeSince: later(modes.wholeSince, options.wholeSince),
    ...(options.sweeps ? { sweeps: options.sweeps } : {}),
    signal: AbortSignal.any([signal, stop.signal]),
    report: tally.report,
  })
  const { flushEvery = 5_000, heal = 0 } = options
  let referencesOpen = !areComplete(state)
  const open = new Set(tables.keys())
  const belonging = belongings({ warehouse, account: account.id, tables, modeOf })
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
        pack.add(item)
        if (!referencesOpen && item.changes.length > 0) {
          // With the rows themselves, so that a run which ends before it asks leaves the question open.
          pack.mark(openReferences)
          referencesOpen = true
        }
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
  if (heal > 0 && referencesOpen && since === undefined && deletes === 'soft') {
    const nothingLeft = await readReferences({
      source,
      warehouse,
      streams: options.streams,
      tables,
      isRead: tally.isRead,
      budget: heal,
      signal,
      report: tally.report,
      async add(page) {
        pack.add(page)
        if (pack.full) await write.start()
      },
    }).finally(write.finish)
    if (nothingLeft) pack.mark(closed)
    await write.finish()
  }
  return tally.summary()
}

/** By stream the later of both. */
function later(
  some: ReadonlyMap<string, number>,
  others: ReadonlyMap<string, number> = new Map(),
): ReadonlyMap<string, number> {
  const all = new Map(some)
  for (const [stream, since] of others) all.set(stream, Math.max(since, all.get(stream) ?? 0))
  return all
}

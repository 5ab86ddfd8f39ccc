/** The loop: pages of a source become loads of a warehouse, checkpoints with them. */
import { BudgetError, ConfigError } from './errors.ts'
import { lastRun, lastRuns } from './last-run.ts'
import { type ModeRun, modeRun } from './mode-state.ts'
import type {
  AccountInfo,
  Deletes,
  Destination,
  Json,
  Load,
  Mode,
  NewColumns,
  ReadItem,
  RunEvent,
  RunSummary,
  Source,
  State,
  StreamEnd,
  StreamSelection,
  Warehouse,
} from './model.ts'
import { tablesOf } from './modes.ts'
import { type Packer, packer } from './pack.ts'
import { areComplete, closed, open as openReferences, readReferences } from './references.ts'
import { type RunTally, runTally } from './tally.ts'
import { withTicks } from './ticks.ts'

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
  readonly newColumns?: NewColumns
  /** By stream; `incremental` where absent. */
  readonly modes?: ReadonlyMap<string, Mode>
  /** `soft` when absent. */
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

/** Scope of the checkpoint that ties an integration's name to its account. */
const identityScope = 'integration'

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

  const pack = packer({ ...options, account: account.id, tables, limits: options.destination.caps.load })
  pack.mark({ scope: identityScope, cursor: identity })
  for (const mark of modes.marks) pack.mark(mark)

  // A warehouse that fails must stop the source, which may be waiting for an answer or a free place.
  const stop = new AbortController()
  const write = writer({ ...options, warehouse, pack, tally, modes, modeOf }, (error) => stop.abort(error))
  const items = source.read({
    streams: options.streams,
    state,
    ...(since === undefined ? {} : { since }),
    ...(options.fullRefresh ? { fullRefresh: true } : {}),
    ...(options.newColumns ? { newColumns: options.newColumns } : {}),
    wholeSince: modes.wholeSince,
    signal: AbortSignal.any([signal, stop.signal]),
    report: tally.report,
  })
  const { flushEvery = 5_000, heal = 0 } = options
  let referencesOpen = !areComplete(state)
  const open = new Set(tables.keys())
  try {
    let lastWrite = options.clock()
    for await (const item of withTicks<ReadItem>(items, flushEvery)) {
      if (item?.kind === 'page') {
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
  const { deletes = 'soft' } = options
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

interface Writer {
  /** A stream has ended; told to the world once its rows are durable. */
  ended(end: StreamEnd): void
  /** Begins to write what is packed. Waits for the load before it, so that at most one is being written. */
  start(): Promise<void>
  /** Writes what is packed and waits until everything is durable. */
  finish(): Promise<void>
}

interface WriterOptions {
  readonly warehouse: Warehouse
  readonly pack: Packer
  readonly tally: RunTally
  readonly modes: ModeRun
  readonly modeOf: (stream: string) => Mode
  readonly clock: () => number
}

function writer(options: WriterOptions, onFailure: (error: unknown) => void): Writer {
  const { warehouse, pack, tally, modes, modeOf } = options
  const prepared = new Set<string>()
  let ends: StreamEnd[] = []
  let writing: Promise<void> = Promise.resolve()

  const write = async (load: Load, ended: readonly StreamEnd[]) => {
    const empty = ended
      .filter((end) => end.status === 'ok')
      .flatMap(({ stream }) => tablesOf(tally.table(stream), modeOf(stream)))
    const missing = [...load.batches.map((batch) => batch.table), ...empty].filter(
      (table) => !prepared.has(table.name),
    )
    if (missing.length > 0) {
      const unique = [...new Map(missing.map((table) => [table.name, table])).values()]
      for (const change of await warehouse.prepare(unique)) tally.report({ type: 'schema', change })
      for (const table of unique) prepared.add(table.name)
    }
    const receipt = await warehouse.load(load)
    for (const [table, { rows, deleted }] of receipt.tables)
      tally.report({ type: 'loaded', table, rows, deleted })
    for (const end of ended) tally.report({ type: 'end', end })
  }

  const start = async () => {
    await writing
    if (pack.empty && ends.length === 0) return
    const ended = ends
    // With the table's last rows: they and all before them are durable, or it does not move.
    for (const { stream, status } of ended) {
      if (status !== 'ok') continue
      pack.mark(lastRun(stream, tally.started))
      const mark = modes.ended(stream, options.clock())
      if (mark) pack.mark(mark)
    }
    const load = pack.take()
    ends = []
    writing = write(load, ended).catch((error: unknown) => {
      onFailure(error)
      throw error
    })
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

type Identity = { readonly account: string; readonly livemode: boolean; readonly since?: number }

function identityOf(state: State): Identity | undefined {
  const cursor = state.get(identityScope)
  return cursor === undefined ? undefined : (cursor as Json & Identity)
}

/**
 * Whether the integration's name is still free in this state, or is this account's already.
 * Throws `ConfigError` when it belongs to another account or mode.
 */
export function checkIdentity(
  state: State,
  account: AccountInfo,
  options: { readonly integration: string; readonly address: string },
): 'free' | 'ours' {
  const known = identityOf(state)
  if (!known) return 'free'
  const mode = (livemode: boolean) => (livemode ? 'live mode' : 'test mode')
  if (known.account !== account.id || known.livemode !== account.livemode) {
    throw new ConfigError(
      `the integration "${options.integration}" in ${options.address} belongs to account ${known.account} in ${mode(known.livemode)}, and the key is for ${account.id} in ${mode(account.livemode)}`,
      { cure: 'choose another name with --name, or use a key of that account' },
    )
  }
  return 'ours'
}

/** Milliseconds since 1970: how far the integration's history goes back; undefined when it is whole. */
export function historyStart(state: State): number | undefined {
  return identityOf(state)?.since
}

/** The integration's identity for this run. Throws `ConfigError` when the name belongs to another account or mode. */
function agree(state: State, account: AccountInfo, options: SyncOptions): Identity {
  const { since } = options
  const fresh: Identity = {
    account: account.id,
    livemode: account.livemode,
    ...(since === undefined ? {} : { since }),
  }
  checkIdentity(state, account, options)
  const known = identityOf(state)
  if (!known) return fresh
  if (options.fullRefresh) return fresh
  if (since !== undefined && since < (known.since ?? Number.NEGATIVE_INFINITY)) {
    options.report({
      type: 'log',
      level: 'warn',
      message: `history goes back to ${new Date(known.since ?? 0).toISOString().slice(0, 10)}, as the first run was told; --full-refresh reads more`,
    })
  }
  return known
}

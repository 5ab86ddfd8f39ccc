/** Compares a warehouse with its source, window by window, and repairs what differs; docs/decisions/0004-verify.md. */
import { deletesIn } from './deletes-state.ts'
import { BudgetError, ConfigError } from './errors.ts'
import type { IdSet } from './id-set.ts'
import { checkIdentity, historyStart } from './identity.ts'
import type { ListRange, TimeRange } from './inspection.ts'
import { modesIn } from './mode-state.ts'
import type { Deletes, Destination, RunEvent, Source, StreamSelection } from './model.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { type Part, verifyPart } from './verify-part.ts'
import { tableTally, type VerifyReport } from './verify-report.ts'
import { repairer, settle } from './verify-settle.ts'

export interface VerifyOptions {
  readonly source: Source
  readonly destination: Destination
  readonly address: string
  readonly integration: string
  readonly streams: readonly StreamSelection[]
  /** As the runs have it when absent: with `ignore`, what is gone upstream is no difference. */
  readonly deletes?: Deletes
  /** Milliseconds since 1970: objects created before it are not looked at. */
  readonly since?: number
  /** Writes the rows that differ anew, as a run would. */
  readonly repair?: boolean
  /** Requests that may be made, retries aside; no limit when absent. */
  readonly maxRequests?: number
  /** Objects per window; 2,000 by default. */
  readonly windowRows?: number
  /** Milliseconds after which what seems wrong is asked about once more, as news of a change may come late; 5,000 by default. */
  readonly settle?: number
  readonly workDir: string
  /** Makes an empty set of ids that may grow larger than memory. */
  readonly idSet: () => IdSet
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly newId: () => string
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  readonly report: (event: RunEvent) => void
}

/** Windows that are looked at beside each other. */
const workers = 4
/** Differences that are kept until they are settled. */
const unsettled = 5_000

/**
 * Says for every table whether its rows are what the source has. Reads only, unless it is to repair: then it
 * raises the fence, and leaves the checkpoints alone. Throws as `sync` does, and `ConfigError` when nothing was
 * ever synced under this name.
 */
export async function verify(options: VerifyOptions): Promise<VerifyReport> {
  const { source, destination, signal, clock, maxRequests = Number.POSITIVE_INFINITY } = options
  const { windowRows = 2_000 } = options
  const started = clock()
  const tables = source.tables(options.streams)
  const counted = counter(options.report)
  const { report } = counted
  const account = await source.check(signal, report)
  await using opened = await destination.open(options.address, { ...options, report })
  const warehouse = oneAtATime(opened)
  const state = await warehouse.readState({ peek: true })
  if (checkIdentity(state, account, options) === 'free') {
    throw new ConfigError(`nothing was replicated as "${options.integration}" into ${options.address} yet`, {
      cure: 'run `sluice sync` first, or correct --name and --to',
    })
  }
  const deletes = options.deletes ?? deletesIn(state)
  const since = Math.max(historyStart(state) ?? 0, options.since ?? 0)
  if (!source.inspect) throw new Error(`${source.name} cannot be verified`)
  let asked = counted.all()
  const inspection = source.inspect({
    streams: options.streams,
    state,
    since,
    signal,
    report,
    spend() {
      if (Math.max(asked, counted.all()) >= maxRequests) throw new BudgetError('enough was asked')
      asked++
    },
  })
  const tallies = new Map([...tables].map(([stream, table]) => [stream, tableTally(stream, table)]))
  const tally = (stream: string) => {
    const found = tallies.get(stream)
    if (!found) throw new Error(`the source spoke of ${stream}, which is not selected`)
    return found
  }
  const shape = { account: account.id, tables }
  const modes = modesIn(state)
  const versions = new Set([...modes].flatMap(([stream, mode]) => (mode === 'append' ? stream : [])))
  const common = { ...options, shape, warehouse, inspection, tally, modes, deletes, report }
  const parts = inspection.families.map((family) =>
    verifyPart({ ...common, family, versions, windowRows, since: since * 1000 }),
  )
  const settling = {
    ...common,
    settle: options.settle ?? 5_000,
    repair: options.repair
      ? repairer({ ...common, onSchemaChange: (change) => report({ type: 'schema', change }) })
      : undefined,
  }

  using _ = held(parts)
  const settleAll = () => settle(parts, settling)
  await lookAtAll(parts, settleAll)
  for (const part of parts) {
    while (await part.lookAstray()) if (isMuch(parts)) await settleAll()
  }
  await settleAll()

  const verified = [...tallies].map(([stream, each]) => each.report(counted.of(stream)))
  const is = (...statuses: readonly string[]) => verified.some(({ status }) => statuses.includes(status))
  return {
    status: is('different') ? 'different' : is('not_checked', 'no_permission') ? 'incomplete' : 'equal',
    integration: options.integration,
    tables: verified,
    requests: counted.all(),
    rate_limited: counted.limited(),
    seconds: Math.round((clock() - started) / 10) / 100,
  }
}

const isMuch = (parts: readonly Part[]) =>
  parts.reduce((sum, { suspects }) => sum + suspects.size, 0) >= unsettled

function held(parts: readonly Part[]): Disposable {
  const all = new DisposableStack()
  for (const part of parts) all.use(part)
  return all
}

/** Every window of every part, oldest first, the parts in turn: a budget reaches as far back in each. */
async function lookAtAll(parts: readonly Part[], settleSome: () => Promise<void>): Promise<void> {
  const plans: { readonly part: Part; readonly windows: readonly TimeRange[] }[] = []
  for (const part of parts) plans.push({ part, windows: await part.windows() })
  const longest = Math.max(0, ...plans.map(({ windows }) => windows.length))
  const tasks = (function* () {
    for (let index = 0; index < longest; index++) {
      for (const { part, windows } of plans) {
        const window = windows[index]
        if (window) yield { part, window, fraction: (index + 1) / windows.length }
      }
    }
  })()
  let settling: Promise<void> | undefined
  const work = async () => {
    for (const { part, window, fraction } of tasks) {
      for (let left: ListRange | undefined = window; left; ) {
        await settling
        left = await part.look(left, fraction)
        if (!isMuch(parts)) continue
        settling ??= settleSome().finally(() => {
          settling = undefined
        })
        await settling
      }
    }
  }
  const done = await Promise.allSettled(Array.from({ length: workers }, work))
  const failed = done.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

function counter(report: (event: RunEvent) => void) {
  const byStream = new Map<string, number>()
  let all = 0
  let limited = 0
  return {
    report(event: RunEvent) {
      if (event.type === 'request') {
        all++
        if (event.limited) limited++
        const { stream = '' } = event
        byStream.set(stream, (byStream.get(stream) ?? 0) + 1)
      }
      report(event)
    },
    all: () => all,
    limited: () => limited,
    of: (stream: string) => byStream.get(stream) ?? 0,
  }
}

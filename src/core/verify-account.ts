/** The verification of one account: every window of every family, what differs settled, and repaired if that is wished. */
import type { IdSet } from './id-set.ts'
import type { ListRange, TimeRange } from './inspection.ts'
import type {
  Deletes,
  Destination,
  Mode,
  RunEvent,
  Source,
  State,
  StreamSelection,
  Table,
  Warehouse,
} from './model.ts'
import { type Part, verifyPart } from './verify-part.ts'
import type { TableTally } from './verify-report.ts'
import { repairer, settle } from './verify-settle.ts'
import type { PartState } from './verify-state.ts'

/** What is asked of a verification, whatever its account. */
export interface VerifyChoices {
  readonly destination: Destination
  readonly streams: readonly StreamSelection[]
  /** Writes the rows that differ anew, as a run would. */
  readonly repair?: boolean
  /** Objects per window; 2,000 by default. */
  readonly windowRows?: number
  /** Milliseconds after which what seems wrong is asked about once more, as news of a change may come late; 5,000 by default. */
  readonly settle?: number
  /** Makes an empty set of ids that may grow larger than memory. */
  readonly idSet: () => IdSet
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly newId: () => string
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  readonly report: (event: RunEvent) => void
}

export interface AccountVerify extends VerifyChoices {
  readonly source: Source
  readonly account: string
  /** One call at a time; its rows are the account's. */
  readonly warehouse: Warehouse
  /** The account's. */
  readonly state: State
  /** Data tables by stream. */
  readonly tables: ReadonlyMap<string, Table>
  readonly tally: (stream: string) => TableTally
  readonly deletes: Deletes
  readonly modes: ReadonlyMap<string, Mode>
  /** Milliseconds since 1970; 0 for all. */
  readonly since: number
  /** How an earlier verification of the same was left, by the listed stream of each family. */
  readonly from?: Readonly<Record<string, PartState>> | undefined
  /** Called at the beginning with what tells at any time how it stands. */
  readonly follow?: ((state: () => Readonly<Record<string, PartState>>) => void) | undefined
  /** Called before every request; throws `BudgetError` when enough was asked. */
  readonly spend: () => void
}

/** Windows that are looked at beside each other. */
const workers = 4
/** Differences that are kept until they are settled. */
const unsettled = 5_000

/** Compares an account's rows with its objects, and tells the tallies. Throws as `verify` does. */
export async function verifyAccount(options: AccountVerify): Promise<void> {
  const { source, tables, modes, since, report, windowRows = 2_000 } = options
  if (!source.inspect) throw new Error(`${source.name} cannot be verified`)
  const inspection = source.inspect(options)
  const shape = { account: options.account, tables }
  const versions = new Set([...modes].flatMap(([stream, mode]) => (mode === 'append' ? stream : [])))
  const common = { ...options, shape, inspection }
  const parts = inspection.families.map((family) =>
    verifyPart({
      ...common,
      family,
      versions,
      windowRows,
      since: since * 1000,
      from: options.from?.[family.top],
    }),
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
  options.follow?.(() => Object.fromEntries(parts.map((part) => [part.family.top, part.state()])))
  for (const part of parts) await part.reconsider()
  await lookAtAll(parts, settleAll)
  for (const part of parts) {
    while (await part.lookAstray()) if (isMuch(parts)) await settleAll()
  }
  await settleAll()
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
      // What a walk has met it remembers no longer than it must.
      if (part.family.time === undefined) while (await part.lookAstray());
    }
  }
  const done = await Promise.allSettled(Array.from({ length: workers }, work))
  const failed = done.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

/** What is known of a run while it goes on: a fold of its events. */
import type {
  AccountRun,
  Drift,
  Incident,
  RunEvent,
  RunSummary,
  TableRun,
  TableStatus,
} from '../../core/model.ts'

export interface TableProgress {
  readonly stream: string
  readonly table: string
  readonly status: 'waiting' | 'reading' | TableStatus
  readonly reason?: string
  /** Rows read; those that are durable are `loaded`. */
  readonly read: number
  readonly loaded: number
  readonly deleted: number
  readonly requests: number
  readonly limited: number
  /** Rows read per second, of late. */
  readonly rate: number
  /** 0 to 1, where it can be told. */
  readonly fraction?: number
  /** Milliseconds until the table is done, where it can be told. */
  readonly left?: number
}

export interface ProgressView {
  readonly tables: readonly TableProgress[]
  readonly done: number
  /** Where the integration has several. */
  readonly accounts?: { readonly done: number; readonly all: number }
  readonly read: number
  readonly requests: number
  readonly limited: number
  readonly rate: number
  /** Milliseconds since the start. */
  readonly elapsed: number
}

export interface ProgressState {
  apply(event: RunEvent): void
  /** The state at `now`, milliseconds; rates are over the calls of the last few seconds. */
  view(now: number): ProgressView
  /** What is durable so far, in the shape of a run's end. */
  summary(integration: string, now: number): RunSummary
}

/** Rates are taken over this many milliseconds. */
const rateSpan = 5_000

interface Entry {
  status: TableProgress['status']
  reason: string | undefined
  drift: readonly Drift[]
  read: number
  loaded: number
  deleted: number
  requests: number
  limited: number
  fraction: number | undefined
  /** When, and at which fraction, the reading of this run began: a resumed table does not start at 0. */
  first: { readonly at: number; readonly fraction: number } | undefined
  readonly samples: Sample[]
}

interface Sample {
  readonly at: number
  readonly read: number
}

/** `tables`: names of the tables by stream, in the order of display. `clock`: milliseconds. */
export function progressState(tables: ReadonlyMap<string, string>, clock: () => number): ProgressState {
  const started = clock()
  const streamOf = new Map([...tables].map(([stream, table]) => [table, stream]))
  const entries = new Map<string, Entry>(
    [...tables.keys()].map((stream) => [
      stream,
      {
        status: 'waiting',
        reason: undefined,
        drift: [],
        read: 0,
        loaded: 0,
        deleted: 0,
        requests: 0,
        limited: 0,
        fraction: undefined,
        first: undefined,
        samples: [],
      },
    ]),
  )
  const total: Sample[] = []
  const incidents: Incident[] = []
  let accounts: ProgressView['accounts']
  const accountRuns: AccountRun[] = []
  let begun: Extract<RunEvent, { type: 'start' }> | undefined
  let requests = 0
  let limited = 0

  const begin = (entry: Entry) => {
    if (entry.status === 'waiting') entry.status = 'reading'
  }

  return {
    apply(event) {
      if (event.type === 'request') {
        requests++
        if (event.limited) limited++
        const entry = entries.get(event.stream ?? '')
        if (!entry) return
        entry.requests++
        if (event.limited) entry.limited++
        begin(entry)
      } else if (event.type === 'read') {
        const entry = entries.get(event.stream)
        if (!entry) return
        entry.read += event.rows
        begin(entry)
        if (event.fraction !== undefined) {
          entry.fraction = Math.min(1, Math.max(0, event.fraction))
          entry.first ??= { at: clock(), fraction: entry.fraction }
        }
      } else if (event.type === 'loaded') {
        const entry = entries.get(streamOf.get(event.table) ?? '')
        if (!entry) return
        entry.loaded += event.rows
        entry.deleted += event.deleted
      } else if (event.type === 'end') {
        const entry = entries.get(event.end.stream)
        if (!entry) return
        entry.status = event.end.status
        entry.reason = event.end.reason
        entry.drift = event.end.drift ?? []
      } else if (event.type === 'incident') {
        incidents.push(event.incident)
      } else if (event.type === 'account') {
        accounts = { done: event.done, all: event.all }
        accountRuns.push(event.account)
      } else if (event.type === 'start') {
        begun = event
      }
    },
    view(now) {
      const views = [...entries].map(([stream, entry]): TableProgress => {
        const left = timeLeft(entry, now)
        return {
          stream,
          table: tables.get(stream) ?? stream,
          status: entry.status,
          ...(entry.reason === undefined ? {} : { reason: entry.reason }),
          read: entry.read,
          loaded: entry.loaded,
          deleted: entry.deleted,
          requests: entry.requests,
          limited: entry.limited,
          rate: rateOf(entry.samples, { at: now, read: entry.read }, started),
          ...(entry.fraction === undefined ? {} : { fraction: entry.fraction }),
          ...(left === undefined ? {} : { left }),
        }
      })
      const read = views.reduce((sum, table) => sum + table.read, 0)
      return {
        tables: views,
        // Tables end together, after the changes that came in meanwhile; one that is read whole counts before.
        done: views.filter(({ status, fraction }) =>
          status === 'reading' ? fraction === 1 : status !== 'waiting',
        ).length,
        ...(accounts ? { accounts } : {}),
        read,
        requests,
        limited,
        rate: rateOf(total, { at: now, read }, started),
        elapsed: now - started,
      }
    },
    summary(integration, now) {
      return {
        status: 'failed',
        integration,
        tables: [...entries].map(([stream, entry]): TableRun => {
          const open = entry.status === 'waiting' || entry.status === 'reading'
          const before = begun?.lastRuns.get(stream) ?? null
          return {
            stream,
            table: tables.get(stream) ?? stream,
            status: open ? 'failed' : (entry.status as TableStatus),
            rows: entry.loaded,
            deleted: entry.deleted,
            requests: entry.requests,
            reason: open ? 'the run ended before this table was read' : (entry.reason ?? null),
            last_run_before: before,
            last_run: entry.status === 'ok' ? (begun?.at ?? null) : before,
            drift: entry.drift,
          }
        }),
        ...(accounts ? { accounts: accountRuns } : {}),
        incidents,
        requests,
        rate_limited: limited,
        seconds: Math.round((now - started) / 10) / 100,
      }
    },
  }
}

/** Adds the sample, forgets those that are too old, and gives the rows per second between the oldest and the newest. */
function rateOf(samples: Sample[], now: Sample, started: number): number {
  samples.push(now)
  while (samples.length > 2 && (samples[1]?.at ?? 0) <= now.at - rateSpan) samples.shift()
  const oldest = samples.length > 1 ? samples[0] : { at: started, read: 0 }
  if (!oldest || now.at <= oldest.at) return 0
  return ((now.read - oldest.read) * 1000) / (now.at - oldest.at)
}

function timeLeft(entry: Entry, now: number): number | undefined {
  if (entry.status !== 'reading' || entry.fraction === undefined || !entry.first) return undefined
  const gone = entry.fraction - entry.first.fraction
  const elapsed = now - entry.first.at
  // Too little has been seen to tell, or nothing is left but to wait for the others.
  if (gone < 0.01 || elapsed < 1_000 || entry.fraction === 1) return undefined
  return (elapsed / gone) * (1 - entry.fraction)
}

/** Gathers what a run tells between two writes to the store: differences of counts, and lines of its log. */
import type { AccountRun, RunEvent, StreamEnd } from '../../../core/model.ts'
import type { NewLogLine } from '../../../store/run-logs.ts'
import type { Counts, TableChange } from '../../../store/run-progress.ts'
import { narrator } from './narrator.ts'

export interface RecordedTable {
  readonly stream: string
  /** As it is called in the warehouse: `acme.invoices`. */
  readonly table: string
  /** Its name in the source's words, by which loads speak of it. */
  readonly source: string
  readonly columns: number
}

/** What there is to write. */
export interface Differences {
  readonly counts: Counts
  readonly tables: readonly TableChange[]
  readonly incidents: readonly unknown[]
  readonly lines: readonly NewLogLine[]
  readonly accounts: readonly AccountRun[]
  /** Every account was told of: others are none of the integration's. */
  readonly allAccounts: boolean
  /** Rows became durable, or a table was brought up to date. */
  readonly progress: boolean
  /** A table was brought up to date. */
  readonly loaded: boolean
}

export interface Recorder {
  readonly report: (event: RunEvent) => void
  readonly say: (level: NewLogLine['level'], message: string) => void
  /** At the run's end, with all accounts: also those that are connected no more, of which no event tells. */
  readonly accountsEnded: (accounts: readonly AccountRun[]) => void
  /** What was told since the last call, at most `mostLines` lines of it. */
  take(): Differences
}

/** More would make one statement too large; what is left comes with the next. */
const mostLines = 2_000

type Changing = { -readonly [Name in keyof TableChange]: TableChange[Name] }

export function recorder(tables: readonly RecordedTable[], clock: () => number): Recorder {
  const known = new Map(tables.map((table) => [table.stream, table]))
  const streamOf = new Map(tables.map(({ stream, source }) => [source, stream]))
  const changed = new Map<string, Changing>()
  const begun = new Set<string>()
  const lines: NewLogLine[] = []
  const narrate = narrator(tables, clock, (line) => lines.push(line))
  let counts = { rows: 0, deleted: 0, requests: 0, rate_limited: 0 }
  let incidents: unknown[] = []
  let accounts: AccountRun[] = []
  let allAccounts = false
  let progress = false
  let loaded = false
  let started = ''
  let lastRuns: ReadonlyMap<string, string> = new Map()

  function change(stream: string): Changing | undefined {
    const table = known.get(stream)
    if (!table) return undefined
    let entry = changed.get(stream)
    if (!entry) {
      entry = {
        stream,
        table: table.table,
        columns: table.columns,
        status: null,
        read: 0,
        rows: 0,
        deleted: 0,
        requests: 0,
        fraction: null,
        last_run_before: null,
        last_run: null,
        reason: null,
        drift: null,
        added: [],
        started_at: null,
        ended_at: null,
      }
      changed.set(stream, entry)
    }
    return entry
  }

  /** The first sign that a table is being read. */
  function begin(stream: string): Changing | undefined {
    const entry = change(stream)
    if (!entry || begun.has(stream)) return entry
    begun.add(stream)
    entry.status = 'running'
    entry.started_at = new Date(clock())
    narrate.began(stream, lastRuns.get(stream))
    return entry
  }

  function ended(end: StreamEnd): void {
    const entry = change(end.stream)
    if (!entry) return
    const before = lastRuns.get(end.stream)
    const last = end.status === 'ok' ? started : before
    begun.add(end.stream)
    entry.status = end.status
    entry.reason = end.reason ?? null
    entry.drift = end.drift ?? []
    entry.last_run = last ? new Date(last) : null
    entry.ended_at = new Date(clock())
    if (end.status === 'ok') {
      entry.fraction = 1
      progress = true
      loaded = true
    }
    narrate.ended(end)
  }

  function report(event: RunEvent): void {
    if (event.type === 'start') {
      started = event.at
      lastRuns = event.lastRuns
      for (const [stream, at] of lastRuns) {
        const entry = change(stream)
        if (entry) entry.last_run_before = new Date(at)
      }
    } else if (event.type === 'request') {
      counts.requests++
      if (event.limited) counts.rate_limited++
      const entry = event.stream === undefined ? undefined : begin(event.stream)
      if (entry) entry.requests++
      narrate.asked(event)
    } else if (event.type === 'read') {
      const entry = begin(event.stream)
      if (!entry) return
      entry.read += event.rows
      if (event.fraction !== undefined) entry.fraction = Math.min(1, Math.max(0, event.fraction))
      narrate.read(event)
    } else if (event.type === 'loaded') {
      const stream = streamOf.get(event.table)
      const entry = stream === undefined ? undefined : change(stream)
      if (!entry) return
      entry.rows += event.rows
      entry.deleted += event.deleted
      counts.rows += event.rows
      counts.deleted += event.deleted
      if (event.rows + event.deleted > 0) progress = true
      narrate.loaded(entry.stream, event)
    } else if (event.type === 'end') {
      ended(event.end)
    } else if (event.type === 'incident') {
      incidents.push(event.incident)
      narrate.incident(event.incident)
    } else if (event.type === 'schema') {
      const { table, column } = event.change
      const entry = column === undefined ? undefined : change(streamOf.get(table) ?? '')
      if (entry && column !== undefined) entry.added = [...entry.added, column]
      narrate.schema(event.change)
    } else if (event.type === 'account') {
      accounts.push(event.account)
      narrate.account(event)
    } else if (event.type === 'log') {
      narrate.say(event.level, event.message, event.stream)
    }
  }

  return {
    report,
    say: (level, message) => narrate.say(level, message),
    accountsEnded(ended) {
      accounts.push(...ended.filter(({ status }) => status === 'disconnected'))
      allAccounts = true
    },
    take() {
      narrate.flush()
      const taken: Differences = {
        counts,
        tables: [...changed.values()],
        incidents,
        accounts,
        allAccounts,
        lines: lines.splice(0, mostLines),
        progress,
        loaded,
      }
      changed.clear()
      counts = { rows: 0, deleted: 0, requests: 0, rate_limited: 0 }
      incidents = []
      accounts = []
      allAccounts = false
      progress = false
      loaded = false
      return taken
    },
  }
}

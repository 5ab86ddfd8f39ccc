/** Counts what a run reports, and sums it up at its end. */
import type { Incident, RunEvent, RunSummary, StreamEnd, Table, TableRun } from './model.ts'

export interface RunTally {
  /** When the run began, milliseconds since 1970. */
  readonly started: number
  /** Tells that the warehouse is open, and when its tables were last brought up to date. */
  start(lastRuns: ReadonlyMap<string, string>): void
  /** Counts the event and passes it on. */
  readonly report: (event: RunEvent) => void
  table(stream: string): Table
  /** Whether the stream has ended well, and all its rows are durable. */
  isRead(stream: string): boolean
  /** Every stream has ended without an answer. */
  readonly isUnanswered: boolean
  /** Whether any stream has ended. */
  readonly hasEnds: boolean
  /** `unread` says why streams have not ended; without it, each must have. */
  summary(unread?: Pick<StreamEnd, 'status' | 'reason'>): RunSummary
}

export interface TallyOptions {
  readonly integration: string
  /** Data tables by stream. */
  readonly tables: ReadonlyMap<string, Table>
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly report: (event: RunEvent) => void
}

export function runTally(options: TallyOptions): RunTally {
  const started = options.clock()
  const streamOf = new Map([...options.tables].map(([stream, table]) => [table.name, stream]))
  const counts = new Map(
    [...options.tables.keys()].map((stream) => [stream, { rows: 0, deleted: 0, requests: 0 }]),
  )
  const ends = new Map<string, StreamEnd>()
  const incidents: Incident[] = []
  let lastRuns: ReadonlyMap<string, string> = new Map()
  let requests = 0
  let limited = 0

  const count = (event: RunEvent) => {
    if (event.type === 'request') {
      requests++
      if (event.limited) limited++
      const counted = counts.get(event.stream ?? '')
      if (counted) counted.requests++
    } else if (event.type === 'loaded') {
      const counted = counts.get(streamOf.get(event.table) ?? '')
      if (counted) {
        counted.rows += event.rows
        counted.deleted += event.deleted
      }
    } else if (event.type === 'end') {
      ends.set(event.end.stream, event.end)
    } else if (event.type === 'incident') {
      incidents.push(event.incident)
    }
  }
  const report = (event: RunEvent) => {
    count(event)
    options.report(event)
  }

  return {
    started,
    report,
    start(before) {
      lastRuns = before
      report({ type: 'start', at: new Date(started).toISOString(), lastRuns })
    },
    isRead: (stream) => ends.get(stream)?.status === 'ok',
    get isUnanswered() {
      return [...options.tables.keys()].every((stream) => ends.get(stream)?.transient)
    },
    get hasEnds() {
      return ends.size > 0
    },
    table(stream) {
      const table = options.tables.get(stream)
      if (!table) throw new Error(`the source spoke of ${stream}, which is not selected`)
      return table
    },
    summary(unread) {
      const tables = [...options.tables].map(([stream, table]): TableRun => {
        const end = ends.get(stream) ?? unread
        if (!end) throw new Error(`the source never said how ${stream} ended`)
        const counted = counts.get(stream) ?? { rows: 0, deleted: 0, requests: 0 }
        const before = lastRuns.get(stream) ?? null
        return {
          stream,
          table: table.name,
          status: end.status,
          ...counted,
          reason: end.reason ?? null,
          last_run_before: before,
          last_run: end.status === 'ok' ? new Date(started).toISOString() : before,
          drift: ends.get(stream)?.drift ?? [],
        }
      })
      const paused = tables.some((table) => table.status === 'paused')
      const well = tables.filter((table) => table.status === 'ok').length
      return {
        status: well === tables.length ? 'succeeded' : well > 0 || paused ? 'partial' : 'failed',
        integration: options.integration,
        tables,
        incidents,
        requests,
        rate_limited: limited,
        seconds: Math.round((options.clock() - started) / 10) / 100,
      }
    },
  }
}

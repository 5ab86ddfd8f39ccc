/** Sums up the runs of several accounts: per account, and per table over all of them. */
import type { Unread } from './account-work.ts'
import type {
  AccountInfo,
  AccountRun,
  Drift,
  Incident,
  RunEvent,
  RunSummary,
  StreamEnd,
  TableRun,
  TableStatus,
} from './model.ts'

export interface AccountRuns {
  /** An account's run; without tables where nothing could be read of it, so that it says nothing of them. */
  add(run: AccountRun, tables: readonly TableRun[] | undefined): void
  incident(incident: Incident): void
  /** How the stream ended in all accounts that were reached. */
  end(stream: string): StreamEnd
  readonly accounts: readonly AccountRun[]
  /** Equal ones of several accounts are one. */
  incidents(): readonly Incident[]
  status(): RunSummary['status']
}

/** What is worst comes first. */
const severity: readonly TableStatus[] = ['failed', 'no_permission', 'paused', 'unavailable']
/** Accounts that are named where there are many. */
const named = 3

interface Ended {
  accounts: number
  readonly problems: Map<TableStatus, { readonly reason: string; readonly ids: string[]; count: number }>
  readonly drift: Map<string, Drift>
}

export function accountRuns(): AccountRuns {
  const accounts: AccountRun[] = []
  const streams = new Map<string, Ended>()
  const incidents = new Map<string, Incident>()
  let firstProblem: string | undefined

  const ended = (stream: string): Ended => {
    const found = streams.get(stream) ?? { accounts: 0, problems: new Map(), drift: new Map() }
    streams.set(stream, found)
    return found
  }

  return {
    accounts,
    add(run, tables) {
      accounts.push(run)
      if (!tables) {
        if (run.status !== 'disconnected') firstProblem ??= `${run.account}: ${run.reason}`
        return
      }
      for (const { stream, status, reason, drift } of tables) {
        const one = ended(stream)
        one.accounts++
        for (const each of drift) {
          const key = JSON.stringify([each.field, each.kind, each.type])
          one.drift.set(key, { ...each, rows: each.rows + (one.drift.get(key)?.rows ?? 0) })
        }
        if (status === 'ok') continue
        const problem = one.problems.get(status) ?? { reason: reason ?? status, ids: [], count: 0 }
        one.problems.set(status, problem)
        problem.count++
        if (problem.ids.length < named) problem.ids.push(run.account)
      }
    },
    incident(incident) {
      const key = JSON.stringify([incident.kind, incident.stream, incident.message])
      const known = incidents.get(key)
      incidents.set(key, known ? { ...known, more_accounts: (known.more_accounts ?? 0) + 1 } : incident)
    },
    end(stream) {
      const one = streams.get(stream)
      if (!one) {
        return firstProblem === undefined
          ? { kind: 'end', stream, status: 'ok' }
          : { kind: 'end', stream, status: 'failed', reason: `no account could be read; ${firstProblem}` }
      }
      const drift = one.drift.size > 0 ? { drift: [...one.drift.values()] } : {}
      const status = severity.find((each) => one.problems.has(each)) ?? 'ok'
      const problem = one.problems.get(status)
      if (!problem) return { kind: 'end', stream, status: 'ok', ...drift }
      const ids = `${problem.ids.join(', ')}${problem.count > problem.ids.length ? ', …' : ''}`
      const reason = `in ${problem.count} of ${one.accounts} accounts (${ids}): ${problem.reason}`
      return { kind: 'end', stream, status, reason, ...drift }
    },
    incidents: () => [...incidents.values()],
    status() {
      const counted = accounts.filter(({ status }) => status !== 'disconnected')
      if (counted.every(({ status }) => status === 'succeeded')) return 'succeeded'
      return counted.every(({ status }) => status === 'failed') ? 'failed' : 'partial'
    },
  }
}

/**
 * What an account's run is in the summary. `read`: when all its tables were last read well before; `part`: this run is not
 * of all.
 */
export function runOf(
  { id, name }: AccountInfo,
  { tables, requests, status }: RunSummary,
  unread: Unread | undefined,
  { read, part }: { readonly read: string | null; readonly part: boolean },
): AccountRun {
  const open = tables.filter((table) => table.status !== 'ok')
  const isPaused = open.length > 0 && open.every((table) => table.status === 'paused')
  const sum = (of: (table: TableRun) => number) => tables.reduce((all, table) => all + of(table), 0)
  return {
    account: id,
    name: name ?? null,
    status: isPaused ? 'paused' : status,
    rows: sum(({ rows }) => rows),
    deleted: sum(({ deleted }) => deleted),
    requests,
    reason: unread?.reason ?? null,
    cure: unread?.cure ?? null,
    last_run: status === 'succeeded' && !part ? (tables[0]?.last_run ?? null) : read,
    tables: open.map(({ stream, table, status, reason }) => ({ stream, table, status, reason })),
  }
}

/** What all may see of one account's run while it goes on: sums, but neither a beginning, an end nor a share of the whole. */
export function passedOn(event: RunEvent, account: string): RunEvent | undefined {
  if (event.type === 'start' || event.type === 'end') return undefined
  if (event.type === 'read') return { type: 'read', stream: event.stream, rows: event.rows }
  if (event.type === 'log') return { ...event, message: `${account}: ${event.message}` }
  if (event.type === 'incident') return { ...event, incident: { ...event.incident, account } }
  return event
}

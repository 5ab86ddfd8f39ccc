/** The end of a run, for a person and for a shell. */
import type { Place } from '../app/place.ts'
import type { AccountRun, Incident, RunSummary, TableRun } from '../core/model.ts'
import { counted, requestsText } from './progress/words.ts'
import type { Reads } from './replicate.ts'
import { grouped, textTable } from './table.ts'

export const exitCodes = { succeeded: 0, partial: 3, failed: 1 } as const

/** A table of the tables, and a line for the whole. */
export function resultText(summary: RunSummary, { address, called }: Place): string {
  const rows = summary.tables.reduce((sum, table) => sum + table.rows, 0)
  const shared = sharedReasons(summary.tables)
  const ownReason = ({ reason }: TableRun) => (reason === null || shared.has(reason) ? '' : reason)
  const reasons = summary.tables.some((table) => ownReason(table) !== '')
  const table = textTable(
    ['table', 'status', 'rows', 'deleted', 'requests', 'last run', ...(reasons ? ['reason'] : [])],
    summary.tables.map((run) => [
      called(run.table),
      run.status.replaceAll('_', ' '),
      run.rows,
      run.deleted,
      run.requests,
      run.last_run ? minuteOf(run.last_run) : 'never',
      ...(reasons ? [ownReason(run)] : []),
    ]),
  )
  const requests = requestsText(summary.requests, summary.rate_limited)
  const lines = [
    ...[...shared].map(([reason, tables]) => `${counted(tables, 'table')}: ${reason}`),
    ...accountLines(summary.accounts ?? []),
    ...incidentLines(summary.incidents),
  ]
  return `${table}\n${lines.map((line) => `\n${line}`).join('')}\n${summary.status}: ${counted(rows, 'row')} into ${address} in ${summary.seconds.toFixed(1)} s, ${requests}`
}

/** A reason of so many tables is told once, below them. */
const sharedBy = 4

/** Such reasons, and of how many tables each is. */
function sharedReasons(tables: readonly TableRun[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { reason } of tables) if (reason !== null) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return new Map([...counts].filter(([, count]) => count >= sharedBy))
}

const minuteOf = (iso: string) => `${iso.slice(0, 10)} ${iso.slice(11, 16)}Z`

/** One line per kind and message, naming the tables and the accounts. */
function incidentLines(incidents: readonly Incident[]): readonly string[] {
  const groups = Map.groupBy(incidents, ({ kind, message, account, more_accounts = 0 }) => {
    const more = more_accounts > 0 ? ` and ${grouped(more_accounts)} more` : ''
    return `${kind.replaceAll('_', ' ')}${account ? ` ${account}${more}` : ''}: ${message}`
  })
  return [...groups].map(([text, all]) => {
    const streams = [...new Set(all.map(({ stream }) => stream))].filter((stream) => stream !== '')
    return streams.length === 0 ? text : `${text} (${streams.join(', ')})`
  })
}

/** Accounts that are told one by one. */
const shownAccounts = 20

/** How many accounts ended how, and those of which not all was read. */
function accountLines(accounts: readonly AccountRun[]): readonly string[] {
  if (accounts.length === 0) return []
  const ends = Map.groupBy(accounts, ({ status }) => status)
  const counts = [...ends].map(([status, all]) => `${grouped(all.length)} ${status}`)
  const told = accounts.filter(({ status }) => status !== 'succeeded' && status !== 'disconnected')
  return [
    `${counted(accounts.length, 'account')}: ${counts.join(', ')}`,
    ...told.slice(0, shownAccounts).map(({ account, name, status, reason, tables }) => {
      const why = reason ?? tables[0]?.reason ?? `${counted(tables.length, 'table')} not read`
      return `  ${account}${name ? ` (${name})` : ''} ${status}: ${why}`
    }),
    ...(told.length > shownAccounts
      ? [`  and ${counted(told.length - shownAccounts, 'more account')}; --json names all`]
      : []),
  ]
}

/** Fields that Stripe has and the catalog has not, and where they are; undefined when there are none. */
export function driftText({ tables }: RunSummary): string | undefined {
  const fields = tables.flatMap(({ table, drift }) =>
    drift.flatMap(({ kind, field, type }) => (kind === 'unknown' ? `${table}.${field} (${type})` : [])),
  )
  return fields.length === 0
    ? undefined
    : `fields that the catalog does not know are in _extra: ${fields.join(', ')}`
}

/** What is durable of a run that was stopped. */
export function stoppedText(summary: RunSummary): string {
  const rows = summary.tables.reduce((sum, table) => sum + table.rows, 0)
  const tables = summary.tables.filter((table) => table.rows > 0).length
  return rows === 0
    ? 'stopped; nothing new was loaded, and the next sync begins where this one did'
    : `stopped; ${counted(rows, 'row')} in ${counted(tables, 'table')} of ${summary.integration} are safe in the warehouse, and the next sync carries on from there`
}

/** Stripe allows an account 500 reads per transaction over 30 days, and 10,000 a month in any case. */
export function readsText({ reads_30_days, reads_allowed }: Reads): string {
  const limit =
    reads_allowed === null ? '' : ` of ${grouped(reads_allowed)} that --max-reads-per-month allows`
  return `${counted(reads_30_days, 'read')}${limit} of this account in the last 30 days; Stripe allows 500 per transaction, and at least 10,000`
}

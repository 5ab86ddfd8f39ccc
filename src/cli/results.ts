/** The end of a run, for a person and for a shell. */
import type { Incident, RunSummary } from '../core/model.ts'
import { counted, requestsText } from './progress/words.ts'
import type { Reads } from './replicate.ts'
import { grouped, textTable } from './table.ts'

export const exitCodes = { succeeded: 0, partial: 3, failed: 1 } as const

/** A table of the tables, and a line for the whole. */
export function resultText(summary: RunSummary, address: string): string {
  const rows = summary.tables.reduce((sum, table) => sum + table.rows, 0)
  const reasons = summary.tables.some((table) => table.reason !== null)
  const table = textTable(
    ['table', 'status', 'rows', 'deleted', 'requests', 'last run', ...(reasons ? ['reason'] : [])],
    summary.tables.map((run) => [
      `${summary.integration}.${run.table}`,
      run.status.replaceAll('_', ' '),
      run.rows,
      run.deleted,
      run.requests,
      run.last_run ? minuteOf(run.last_run) : 'never',
      ...(reasons ? [run.reason ?? ''] : []),
    ]),
  )
  const requests = requestsText(summary.requests, summary.rate_limited)
  const incidents = incidentLines(summary.incidents).map((line) => `\n${line}`)
  return `${table}\n${incidents.join('')}\n${summary.status}: ${counted(rows, 'row')} into ${address} in ${summary.seconds.toFixed(1)} s, ${requests}`
}

const minuteOf = (iso: string) => `${iso.slice(0, 10)} ${iso.slice(11, 16)}Z`

/** One line per kind and message, naming the tables. */
function incidentLines(incidents: readonly Incident[]): readonly string[] {
  const groups = Map.groupBy(incidents, ({ kind, message }) => `${kind.replaceAll('_', ' ')}: ${message}`)
  return [...groups].map(
    ([text, all]) => `${text} (${[...new Set(all.map(({ stream }) => stream))].join(', ')})`,
  )
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

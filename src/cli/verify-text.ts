/** The report of a verification, for a person and for a shell. */
import type { Place } from '../app/place.ts'
import type { Rows, VerifiedAccount, VerifiedTable, VerifyReport } from '../core/verify-report.ts'
import { counted, requestsText } from './progress/words.ts'
import { grouped, textTable } from './table.ts'

/** 0 every table is equal (what moved is for the next sync); 3 some differ, or were not looked at whole. */
export function verifyExitCode({ status }: VerifyReport): 0 | 3 {
  return status === 'equal' ? 0 : 3
}

/** A table of the tables, what is wrong with them, and a line for the whole. */
export function verifyText(report: VerifyReport, called: Place['called']): string {
  const { tables } = report
  const used = (name: 'missing' | 'extra' | 'stale' | 'moved') =>
    tables.some((table) => table[name].count > 0)
  const kinds = (['missing', 'extra', 'stale', 'moved'] as const).filter(used)
  const repaired = tables.some((table) => table.repaired > 0)
  const overview = textTable(
    [
      'table',
      'status',
      'in Stripe',
      'in the warehouse',
      ...kinds,
      ...(repaired ? ['repaired'] : []),
      'requests',
    ],
    tables.map((table) => [
      called(table.table),
      table.status.replaceAll('_', ' '),
      table.rows.source,
      table.rows.warehouse,
      ...kinds.map((kind) => table[kind].count),
      ...(repaired ? [table.repaired] : []),
      table.requests,
    ]),
  )
  const details = [...tables.flatMap(detailsOf), ...accountLines(report.accounts ?? [])]
  return [overview, '', ...(details.length > 0 ? [...details, ''] : []), lastLine(report)].join('\n')
}

/** Accounts that are told one by one. */
const shownAccounts = 20

function accountLines(accounts: readonly VerifiedAccount[]): readonly string[] {
  if (accounts.length === 0) return []
  const told = accounts.filter(({ status }) => status !== 'equal')
  return [
    `${counted(accounts.length, 'account')}, ${grouped(accounts.length - told.length)} of them equal`,
    ...told.slice(0, shownAccounts).map(({ account, name, status, reason, tables }) => {
      const why =
        reason ?? tables.map((each) => `${each.table} ${each.status.replaceAll('_', ' ')}`).join(', ')
      return `${account}${name ? ` (${name})` : ''} ${status}: ${why}`
    }),
    ...(told.length > shownAccounts
      ? [`and ${counted(told.length - shownAccounts, 'more account')}; --json names all`]
      : []),
  ]
}

function detailsOf(table: VerifiedTable): readonly string[] {
  const about = (what: string) => `${table.table}: ${what}`
  const rows = (what: string, { count, ids }: Rows) => {
    if (count === 0) return []
    const more = count > ids.length ? ` and ${counted(count - ids.length, 'more row')}` : ''
    return [about(`${what}: ${ids.join(', ')}${more}`)]
  }
  const ranges = table.not_checked.map(({ from, to }) => `${from ?? 'the beginning'} to ${to ?? 'now'}`)
  const unequal = table.sums.filter(({ source, warehouse }) => source !== warehouse)
  return [
    ...rows('missing in the warehouse', table.missing),
    ...rows('not in Stripe', table.extra),
    ...rows('other values than in Stripe', table.stale),
    ...rows('changed since the last sync, which the next one brings', table.moved),
    ...unequal.map(({ column, currency, source, warehouse }) =>
      about(`${column} in ${currency} is ${source} in Stripe and ${warehouse} in the warehouse`),
    ),
    ...(table.ignored.length > 0
      ? [about(`not compared, as Stripe answers with another value each time: ${table.ignored.join(', ')}`)]
      : []),
    ...(ranges.length > 0 ? [about(`created in ${ranges.join(', ')}: not looked at`)] : []),
    ...(table.reason === null ? [] : [about(table.reason)]),
  ]
}

function lastLine({ status, tables, requests, rate_limited, seconds }: VerifyReport): string {
  const wrong = tables.reduce(
    (sum, { missing, extra, stale }) => sum + missing.count + extra.count + stale.count,
    0,
  )
  const rows = tables.reduce((sum, table) => sum + table.rows.source, 0)
  const verdict = {
    equal: `equal: ${counted(rows, 'row')} compared`,
    different: `different: ${counted(wrong, 'row')} of ${counted(rows, 'row')} compared`,
    incomplete: `not all was looked at: ${counted(rows, 'row')} compared`,
  }[status]
  return `${verdict} in ${seconds.toFixed(1)} s, ${requestsText(requests, rate_limited)}`
}

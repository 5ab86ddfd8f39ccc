/** The report of a check, for a person. */
import type { CheckReport } from '../app/check.ts'
import { counted } from './progress/words.ts'
import { grouped, textTable } from './table.ts'

/** Accounts that are told one by one. */
const shownAccounts = 20

/** Lines without problems; those are for stderr. */
export function checkText(report: CheckReport): string {
  const { account } = report
  const lines = []
  if (account) {
    const mode = account.livemode ? 'live mode' : 'test mode'
    lines.push(`account    ${account.id}${account.name ? ` (${account.name})` : ''}, ${mode}`)
  }
  if (report.accounts) {
    const { count, unread } = report.accounts
    lines.push(
      `accounts   ${counted(count, 'account')}, ${unread.length === 0 ? 'all answer' : `${grouped(unread.length)} cannot be read`}`,
    )
    for (const { account, reason } of unread.slice(0, shownAccounts))
      lines.push(`           ${account}: ${reason}`)
    if (unread.length > shownAccounts)
      lines.push(`           and ${counted(unread.length - shownAccounts, 'more account')}`)
  }
  if (report.name) {
    const use = report.name === 'free' ? 'not used yet' : 'in use by this account'
    lines.push(`name       ${report.integration}, ${use}`)
  }
  if (!report.problems.some(({ part }) => part === 'warehouse')) {
    lines.push(`warehouse  ${report.warehouse}, can be written`)
  }
  if (report.tables.length > 0) {
    const rows = report.tables.map(({ table, access }) => [
      table,
      access.status.replaceAll('_', ' '),
      access.reason ?? '',
    ])
    lines.push('', textTable(['table', 'access', 'reason'], rows))
  }
  if (report.keyUrl) {
    lines.push('', 'A restricted key with everything these tables need is made here:', report.keyUrl)
  }
  return lines.join('\n')
}

/** 0 all well, 3 some tables cannot be read, 2 something is for the user to change, 1 something may pass. */
export function checkExitCode(report: CheckReport): 0 | 1 | 2 | 3 {
  if (report.status === 'ok') return 0
  if (report.status === 'partial') return 3
  return report.problems.length > 0 && report.problems.every(({ kind }) => kind === 'transient') ? 1 : 2
}

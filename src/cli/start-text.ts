/** What `sluice start` says when it has replicated something. */
import type { RunSummary } from '../core/model.ts'
import { resultText } from './results.ts'

export interface Start {
  readonly address: string
  /** It was the sandbox. */
  readonly demo: boolean
}

export function startText(summary: RunSummary, { address, demo }: Start): string {
  const to = address === 'duckdb:./sluice.duckdb' ? '' : ` --to ${address}`
  return [
    resultText(summary, address),
    '',
    'A query to try (amounts are in the smallest unit of their currency, as in Stripe):',
    `  bin/sluice query "${exampleQuery(summary)}"${to}`,
    ...(demo
      ? ['', 'Your own account, with a restricted key:', '  STRIPE_API_KEY=rk_live_… npm start']
      : ['', 'To bring it up to date, run the same again.']),
    '',
    'In the browser, with accounts of your own and a schedule for each:',
    '  bin/sluice serve',
  ].join('\n')
}

/** A query on what was loaded: what was paid per month, or a count. */
export function exampleQuery(summary: RunSummary): string {
  const { integration, tables } = summary
  const loaded = tables.filter(({ status }) => status === 'ok')
  if (loaded.some(({ table }) => table === 'invoices')) {
    return [
      "select cast(date_trunc('month', created) as date) as month, currency, count(*) as invoices, sum(amount_paid) as paid",
      `from ${integration}.invoices where _deleted_at is null group by 1, 2 order by month desc limit 12`,
    ].join(' ')
  }
  const [first] = [...loaded].sort((a, b) => b.rows - a.rows)
  return first ? `select * from ${integration}.${first.table} limit 10` : 'show all tables'
}

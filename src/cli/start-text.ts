/** What `sluice start` says when it has replicated something. */
import type { Place } from '../app/place.ts'
import type { RunSummary } from '../core/model.ts'
import { resultText } from './results.ts'

export interface Start extends Place {
  /** It was the sandbox. */
  readonly demo: boolean
  /** The web app comes next. */
  readonly serves: boolean
}

export function startText(summary: RunSummary, { demo, serves, ...place }: Start): string {
  const { address, called } = place
  const to = address === 'duckdb:./sluice.duckdb' ? '' : ` --to ${address}`
  return [
    resultText(summary, place),
    '',
    'A query to try (amounts are in the smallest unit of their currency, as in Stripe):',
    `  bin/sluice query "${exampleQuery(summary, called)}"${to}`,
    ...(demo
      ? ['', 'Your own account, with a restricted key:', '  STRIPE_API_KEY=rk_live_… npm start']
      : ['', 'To bring it up to date, run the same again.']),
    '',
    'In the browser, with accounts of your own and a schedule for each:',
    serves ? '  the address that comes now; Ctrl-C ends it' : '  bin/sluice serve',
  ].join('\n')
}

/** A query on what was loaded: what was paid per month, or a count. */
export function exampleQuery({ tables }: RunSummary, called: Place['called']): string {
  const loaded = tables.filter(({ status }) => status === 'ok')
  if (loaded.some(({ table }) => table === 'invoices')) {
    return [
      // As every warehouse understands it.
      'select substr(cast(created as text), 1, 7) as month, currency, count(*) as invoices, sum(amount_paid) as paid',
      `from ${called('invoices')} where _deleted_at is null group by 1, 2 order by month desc limit 12`,
    ].join(' ')
  }
  const [first] = [...loaded].sort((a, b) => b.rows - a.rows)
  return first ? `select * from ${called(first.table)} limit 10` : 'show all tables'
}

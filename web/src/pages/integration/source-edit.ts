import type { Source, SourceEdit } from '../../api/types.ts'

interface Change {
  readonly api_key?: string
  readonly accounts?: Source['accounts']
}

/** How an account is reached, with something changed of it: what is not given here would be taken back. */
export function sourceEdit(source: Source, change: Change): SourceEdit {
  const { account, context, api_base, rate_percent, max_reads_per_month } = source
  const { api_key, accounts = source.accounts } = change
  return {
    kind: 'key',
    rate_percent,
    ...(api_key === undefined ? {} : { api_key }),
    ...(account === null ? {} : { account }),
    ...(context === null ? {} : { context }),
    ...(accounts === 'own' ? {} : { accounts }),
    ...(api_base === null ? {} : { api_base }),
    ...(max_reads_per_month === null ? {} : { max_reads_per_month }),
  }
}

import type { SourceInput } from '../../api/types.ts'
import type { Account, History } from './draft.ts'

/** What the service is given of an account; null when nothing is chosen, or the key is not there. */
export function sourceInput(account: Account, apiKey: string): SourceInput | null {
  if (account.kind === 'demo') return { kind: 'demo' }
  if (account.kind === 'oauth') return { kind: 'oauth', grant_id: account.grant_id }
  if (account.kind === 'none' || apiKey.trim() === '') return null
  return {
    kind: 'key',
    api_key: apiKey.trim(),
    ...(account.account ? { account: account.account } : {}),
    ...(severalOf(account) ? { accounts: account.accounts } : {}),
    ...(account.context ? { context: account.context } : {}),
    ...(account.api_base ? { api_base: account.api_base } : {}),
  }
}

export function historyInput(history: History): string {
  if (history.kind === 'years') return `${history.years ?? 1}y`
  return history.kind === 'since' ? history.day : 'all'
}

/** Whether accounts besides the key's own are read. One account of a platform has none that are connected to it. */
export function severalOf(account: Account): boolean {
  return account.kind === 'key' && account.account === '' && account.accounts !== 'own'
}

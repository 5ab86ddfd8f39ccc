/** Asks each of several accounts whether it can be read. */
import { AccountError, TransientError } from '../core/errors.ts'
import type { AccountInfo } from '../core/model.ts'
import type { StripeAccounts } from '../stripe/accounts.ts'

export interface CheckedAccounts {
  readonly count: number
  readonly unread: readonly {
    readonly account: string
    readonly reason: string
    readonly cure: string | null
  }[]
}

/** Accounts that are asked beside each other. */
const atOnce = 8

/**
 * One request for each account. `first` is one that answers: what the key may read there, it may everywhere. Throws
 * what concerns all accounts.
 */
export async function checkAccounts(
  accounts: StripeAccounts,
  signal: AbortSignal,
): Promise<{ readonly accounts: CheckedAccounts; readonly first: AccountInfo | undefined }> {
  const listed: AccountInfo[] = []
  for await (const some of accounts.list(signal)) listed.push(...some)
  const unread: CheckedAccounts['unread'][number][] = []
  const first: AccountInfo[] = []
  const turns = listed.values()
  const work = async () => {
    for (const account of turns) {
      try {
        await accounts.ask(account, signal)
        if (first.length === 0) first.push(account)
      } catch (error) {
        if (!(error instanceof AccountError || error instanceof TransientError)) throw error
        unread.push({ account: account.id, reason: error.message, cure: error.cure ?? null })
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { accounts: { count: listed.length, unread }, first: first[0] }
}

import type { RowEstimate, Schedule, Source, SourceCheck, TableSelection } from '../../api/types.ts'

export type History =
  | { readonly kind: 'all' }
  | { readonly kind: 'years'; readonly years: number | null }
  | { readonly kind: 'since'; readonly day: string }

/** How the account is reached. The key itself lives in memory alone and is never part of the draft. */
export type Account =
  | { readonly kind: 'none' }
  | { readonly kind: 'demo' }
  | { readonly kind: 'oauth'; readonly grant_id: string }
  | {
      readonly kind: 'key'
      readonly account: string
      readonly context: string
      readonly api_base: string
      readonly accounts: Source['accounts']
    }

/** What has been said so far of an integration to be made. */
export interface Draft {
  readonly name: string
  readonly description: string
  readonly schedule: Schedule
  readonly history: History
  readonly account: Account
  readonly check: SourceCheck | null
  readonly destination_id: string | null
  /** Null until the tables are first seen. */
  readonly tables: readonly TableSelection[] | null
  readonly estimates: readonly RowEstimate[]
}

export const emptyDraft: Draft = {
  name: '',
  description: '',
  schedule: { kind: 'every', minutes: 24 * 60 },
  history: { kind: 'all' },
  account: { kind: 'none' },
  check: null,
  destination_id: null,
  tables: null,
  estimates: [],
}

const place = 'sluice-draft'

/** Kept for this tab until it is closed or the integration is made. */
export function saveDraft(draft: Draft): void {
  sessionStorage.setItem(place, JSON.stringify(draft))
}

export function forgetDraft(): void {
  sessionStorage.removeItem(place)
}

/** The draft of before a reload. What was checked with a key is checked again, as the key is gone. */
export function restoreDraft(): Draft {
  const text = sessionStorage.getItem(place)
  if (text === null) return emptyDraft
  try {
    const draft: Draft = { ...emptyDraft, ...JSON.parse(text) }
    const { account } = draft
    return account.kind === 'key'
      ? { ...draft, account: { ...account, accounts: account.accounts ?? 'own' }, check: null }
      : draft
  } catch {
    return emptyDraft
  }
}

export function isBegun(draft: Draft): boolean {
  return JSON.stringify(draft) !== JSON.stringify(emptyDraft)
}

const away = 'sluice-at-stripe'

/** The draft stays for the way back, and nothing is asked. */
export function leaveForStripe(page: string): void {
  sessionStorage.setItem(away, page)
  window.location.assign(page)
}

/** Whether the person is on the way to Stripe's page. */
export const isLeaving = (): boolean => sessionStorage.getItem(away) !== null

export function cameBack(): void {
  sessionStorage.removeItem(away)
}

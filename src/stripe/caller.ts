import type { StripeConfig } from './config.ts'

/** Headers that say who calls, and for which account. `version`: Sluice's own. */
export const callerHeaders = (
  { apiKey, account, context }: Pick<StripeConfig, 'apiKey' | 'account' | 'context'>,
  version: string,
) => ({
  authorization: `Bearer ${apiKey.reveal()}`,
  'user-agent': `sluice/${version}`,
  accept: 'application/json',
  ...(account && { 'stripe-account': account }),
  ...(context && { 'stripe-context': context }),
})

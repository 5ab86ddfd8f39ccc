/** Whose data a request is about: `Stripe-Account`, or `Stripe-Context`. Sources: docs.stripe.com/context, /keys/organization-api-keys. */
import type { IncomingHttpHeaders } from 'node:http'
import { ApiError } from './api-error.ts'

/** The account's id; undefined for the key's own. Throws 400 for headers that do not go together. */
export function whoseData(headers: IncomingHttpHeaders, key: string): string | undefined {
  const [account, context] = [headers['stripe-account'], headers['stripe-context']].map((header) =>
    typeof header === 'string' && header !== '' ? header : undefined,
  )
  if (account !== undefined && context !== undefined) {
    throw new ApiError(400, 'You cannot provide both the Stripe-Account and the Stripe-Context header.')
  }
  if (context === undefined && key.startsWith('sk_org_')) {
    throw new ApiError(
      400,
      'The Stripe-Context header is required for requests with an organization API key.',
    )
  }
  // A path from account to account; its end is whose data it is.
  return account ?? context?.split('/').at(-1)
}

import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'

/** Whether accounts can be connected on Stripe's own pages. */
export const oauthQuery = queryOptions({
  queryKey: ['oauth'],
  queryFn: ({ signal }) => request('GET /api/v1/oauth', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

/** Stripe's page, which leads back to the wizard, with a grant or a problem. */
export async function stripePage(): Promise<string> {
  return (await request('POST /api/v1/oauth/start')).url
}

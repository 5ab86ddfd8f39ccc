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

const again = 'sluice-connects-again'

/** Off to Stripe's page for an integration that is there already; all ways back lead to the wizard's address. */
export function leaveToConnectAgain(integration: string, page: string): void {
  sessionStorage.setItem(again, integration)
  window.location.assign(page)
}

/** The integration for which somebody is back from Stripe's page; told once. */
export function backToConnectAgain(): string | null {
  const integration = sessionStorage.getItem(again)
  sessionStorage.removeItem(again)
  return integration
}

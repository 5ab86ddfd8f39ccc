import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'
import type { Listed, Verification, VerificationDetail, VerificationInput } from './types.ts'

const root = '/api/v1/verifications'
const of = (integration: string) => `/api/v1/integrations/${integration}/verifications`

/** Of an integration, newest first, without their reports. */
export function verificationsQuery(integration: string) {
  return queryOptions({
    queryKey: ['integrations', integration, 'verifications'],
    queryFn: ({ signal }) =>
      request<Listed<Verification>>('GET', of(integration), { query: { limit: 50 }, signal }),
    select: ({ items }) => items,
    refetchInterval: 5_000,
  })
}

/** With its report; one that is open is also told of by its events. */
export function verificationQuery(id: string) {
  return queryOptions({
    queryKey: ['verifications', id],
    queryFn: ({ signal }) => request<VerificationDetail>('GET', `${root}/${id}`, { signal }),
    refetchInterval: ({ state }) => (state.data?.ended_at ? false : 5_000),
  })
}

export function startVerification(
  integration: string,
  input: VerificationInput,
): Promise<VerificationDetail> {
  return request('POST', of(integration), { body: input, repeat: true })
}

export function cancelVerification(id: string): Promise<VerificationDetail> {
  return request('POST', `${root}/${id}/cancel`)
}

export function verificationEvents(id: string): string {
  return `${root}/${id}/events`
}

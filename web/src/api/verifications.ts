import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { byPages } from './pages.ts'
import { pathOf, request } from './request.ts'
import type { VerificationDetail, VerificationInput } from './types.ts'

/** Of an integration, newest first, without their reports. */
export function verificationsQuery(integration: string) {
  return infiniteQueryOptions({
    queryKey: ['integrations', integration, 'verifications'],
    queryFn: ({ pageParam, signal }) =>
      request('GET /api/v1/integrations/{id}/verifications', {
        path: { id: integration },
        query: { after: pageParam, limit: 50 },
        signal,
      }),
    ...byPages,
    refetchInterval: ({ state }) => 5_000 * Math.max(1, state.data?.pages.length ?? 1),
  })
}

/** With its report; one that is open is also told of by its events. */
export function verificationQuery(id: string) {
  return queryOptions({
    queryKey: ['verifications', id],
    queryFn: ({ signal }) => request('GET /api/v1/verifications/{id}', { path: { id }, signal }),
    refetchInterval: ({ state }) => (state.data?.ended_at ? false : 5_000),
  })
}

export function startVerification(
  integration: string,
  input: VerificationInput,
): Promise<VerificationDetail> {
  return request('POST /api/v1/integrations/{id}/verifications', {
    path: { id: integration },
    body: input,
    repeat: true,
  })
}

export function cancelVerification(id: string): Promise<VerificationDetail> {
  return request('POST /api/v1/verifications/{id}/cancel', { path: { id } })
}

export function verificationEvents(id: string): string {
  return pathOf('GET /api/v1/verifications/{id}/events', { id })
}

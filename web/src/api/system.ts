import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { byPages } from './pages.ts'
import { request } from './request.ts'

export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: ({ signal }) => request('GET /api/v1/system', { signal }),
  refetchInterval: 10_000,
})

export function readBudgetsQuery(q: string) {
  return infiniteQueryOptions({
    queryKey: ['system', 'read-budgets', q],
    queryFn: ({ pageParam, signal }) =>
      request('GET /api/v1/system/read-budgets', {
        query: { q, after: pageParam, limit: 50 },
        signal,
      }),
    ...byPages,
    refetchInterval: 30_000,
  })
}

export function auditQuery(q: string) {
  return infiniteQueryOptions({
    queryKey: ['audit', q],
    queryFn: ({ pageParam, signal }) =>
      request('GET /api/v1/audit', {
        query: { q, after: pageParam, limit: 100 },
        signal,
      }),
    ...byPages,
  })
}

import { queryOptions } from '@tanstack/react-query'
import { pathOf, request } from './request.ts'
import type { Run, RunDetail } from './types.ts'

export function getRun(id: string): Promise<RunDetail> {
  return request('GET /api/v1/runs/{id}', { path: { id } })
}

/** With its tables, as it stands; asked for again until it has ended. */
export function runQuery(id: string) {
  return queryOptions({
    queryKey: ['runs', id],
    queryFn: () => getRun(id),
    refetchInterval: ({ state }) => (state.data?.ended_at ? false : 1_500),
  })
}

export function cancelRun(id: string): Promise<Run> {
  return request('POST /api/v1/runs/{id}/cancel', { path: { id } })
}

export function retryRun(id: string): Promise<Run> {
  return request('POST /api/v1/runs/{id}/retry', { path: { id }, repeat: true })
}

export function logDownload(id: string): string {
  return pathOf('GET /api/v1/runs/{id}/logs.txt', { id })
}

export function runEvents(id: string, after: number): string {
  return pathOf('GET /api/v1/runs/{id}/events', { id }, { after })
}

import { queryOptions } from '@tanstack/react-query'
import { request, search } from './request.ts'
import type { LogLine, LogQuery, Run, RunDetail } from './types.ts'

const root = '/api/v1/runs'

export function runQuery(id: string) {
  return queryOptions({
    queryKey: ['runs', id],
    queryFn: ({ signal }) => request<RunDetail>('GET', `${root}/${id}`, { signal }),
  })
}

export function cancelRun(id: string): Promise<Run> {
  return request('POST', `${root}/${id}/cancel`)
}

export function retryRun(id: string): Promise<Run> {
  return request('POST', `${root}/${id}/retry`)
}

/** Lines after one, oldest first. */
export async function readLogs(
  id: string,
  query: Partial<LogQuery>,
  signal: AbortSignal,
): Promise<readonly LogLine[]> {
  const { items } = await request<{ items: LogLine[] }>('GET', `${root}/${id}/logs`, { query, signal })
  return items
}

export function logDownload(id: string): string {
  return `${root}/${id}/logs.txt`
}

export function runEvents(id: string, after: number): string {
  return `${root}/${id}/events${search({ after })}`
}

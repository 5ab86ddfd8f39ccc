import { request, search } from './request.ts'
import type { Run } from './types.ts'

const root = '/api/v1/runs'

export function cancelRun(id: string): Promise<Run> {
  return request('POST', `${root}/${id}/cancel`)
}

export function retryRun(id: string): Promise<Run> {
  return request('POST', `${root}/${id}/retry`, { repeat: true })
}

export function logDownload(id: string): string {
  return `${root}/${id}/logs.txt`
}

export function runEvents(id: string, after: number): string {
  return `${root}/${id}/events${search({ after })}`
}

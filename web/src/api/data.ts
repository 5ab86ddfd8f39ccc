import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'
import type { QueryAnswer, QueryInput } from './types.ts'

export function schemaQuery(id: string) {
  return queryOptions({
    queryKey: ['integrations', id, 'schema'],
    queryFn: ({ signal }) => request('GET /api/v1/integrations/{id}/schema', { path: { id }, signal }),
    select: ({ tables }) => tables,
  })
}

/** Counted anew after each run. */
export function countsQuery(id: string, run: string) {
  return queryOptions({
    queryKey: ['integrations', id, 'counts', run],
    queryFn: ({ signal }) => request('GET /api/v1/integrations/{id}/counts', { path: { id }, signal }),
    select: ({ items }) => items,
    placeholderData: (before) => before,
  })
}

export function previewQuery(id: string, table: string) {
  return queryOptions({
    queryKey: ['integrations', id, 'preview', table],
    queryFn: ({ signal }) =>
      request('GET /api/v1/integrations/{id}/preview', { path: { id }, query: { table, limit: 50 }, signal }),
  })
}

export function askWarehouse(input: QueryInput, signal: AbortSignal): Promise<QueryAnswer> {
  return request('POST /api/v1/query', { body: input, signal })
}

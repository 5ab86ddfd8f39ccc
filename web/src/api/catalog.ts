import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'

const never = Number.POSITIVE_INFINITY

export const connectorsQuery = queryOptions({
  queryKey: ['connectors'],
  queryFn: ({ signal }) => request('GET /api/v1/connectors', { signal }),
  select: ({ items }) => items,
  staleTime: never,
})

export const streamsQuery = queryOptions({
  queryKey: ['streams'],
  queryFn: ({ signal }) => request('GET /api/v1/connectors/stripe/streams', { signal }),
  select: ({ items }) => items,
  staleTime: never,
})

export function streamQuery(name: string) {
  return queryOptions({
    queryKey: ['streams', name],
    queryFn: ({ signal }) =>
      request('GET /api/v1/connectors/stripe/streams/{name}', { path: { name }, signal }),
    staleTime: never,
  })
}

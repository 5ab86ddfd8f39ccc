import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'
import type { Destination, DestinationInput, DestinationTest } from './types.ts'

export const destinationsQuery = queryOptions({
  queryKey: ['destinations'],
  queryFn: ({ signal }) => request('GET /api/v1/destinations', { signal }),
  select: ({ items }) => items,
})

export function createDestination(input: DestinationInput): Promise<Destination> {
  return request('POST /api/v1/destinations', { body: input, repeat: true })
}

export function editDestination(id: string, input: DestinationInput): Promise<Destination> {
  return request('PUT /api/v1/destinations/{id}', { path: { id }, body: input })
}

export function deleteDestination(id: string): Promise<void> {
  return request('DELETE /api/v1/destinations/{id}', { path: { id } })
}

export function testAddress(address: string): Promise<DestinationTest> {
  return request('POST /api/v1/destinations/test', { body: { address } })
}

export function testDestination(id: string): Promise<DestinationTest> {
  return request('POST /api/v1/destinations/{id}/test', { path: { id } })
}

import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'
import type { Destination, DestinationInput, DestinationTest } from './types.ts'

const root = '/api/v1/destinations'

export const destinationsQuery = queryOptions({
  queryKey: ['destinations'],
  queryFn: ({ signal }) => request<{ items: Destination[] }>('GET', root, { signal }),
  select: ({ items }) => items,
})

export function createDestination(input: DestinationInput): Promise<Destination> {
  return request('POST', root, { body: input, repeat: true })
}

export function editDestination(id: string, input: DestinationInput): Promise<Destination> {
  return request('PUT', `${root}/${id}`, { body: input })
}

export function deleteDestination(id: string): Promise<void> {
  return request('DELETE', `${root}/${id}`)
}

export function testAddress(address: string): Promise<DestinationTest> {
  return request('POST', `${root}/test`, { body: { address } })
}

export function testDestination(id: string): Promise<DestinationTest> {
  return request('POST', `${root}/${id}/test`)
}

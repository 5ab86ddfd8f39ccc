import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'
import type {
  Channel,
  ChannelInput,
  ChannelMade,
  ChannelTest,
  Delivery,
  Listed,
  Rule,
  RuleInput,
} from './types.ts'

const root = '/api/v1/alerts'

export const channelsQuery = queryOptions({
  queryKey: ['alerts', 'channels'],
  queryFn: ({ signal }) => request<{ items: Channel[] }>('GET', `${root}/channels`, { signal }),
  select: ({ items }) => items,
})

export const rulesQuery = queryOptions({
  queryKey: ['alerts', 'rules'],
  queryFn: ({ signal }) => request<{ items: Rule[] }>('GET', `${root}/rules`, { signal }),
  select: ({ items }) => items,
})

export const deliveriesQuery = infiniteQueryOptions({
  queryKey: ['alerts', 'deliveries'],
  queryFn: ({ pageParam, signal }) =>
    request<Listed<Delivery>>('GET', `${root}/deliveries`, {
      query: { after: pageParam, limit: 25 },
      signal,
    }),
  initialPageParam: null as string | null,
  getNextPageParam: ({ next }) => next,
  refetchInterval: 10_000,
})

export function createChannel(input: ChannelInput): Promise<ChannelMade> {
  return request('POST', `${root}/channels`, { body: input })
}

/** With its rules. */
export function deleteChannel(id: string): Promise<void> {
  return request('DELETE', `${root}/channels/${id}`)
}

export function testChannel(id: string): Promise<ChannelTest> {
  return request('POST', `${root}/channels/${id}/test`)
}

export function createRule(input: RuleInput): Promise<Rule> {
  return request('POST', `${root}/rules`, { body: input })
}

export function deleteRule(id: string): Promise<void> {
  return request('DELETE', `${root}/rules/${id}`)
}

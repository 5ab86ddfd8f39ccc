import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { byPages } from './pages.ts'
import { request } from './request.ts'
import type {
  Channel,
  ChannelEdit,
  ChannelInput,
  ChannelMade,
  ChannelTest,
  Rule,
  RuleEdit,
  RuleInput,
} from './types.ts'

export const channelsQuery = queryOptions({
  queryKey: ['alerts', 'channels'],
  queryFn: ({ signal }) => request('GET /api/v1/alerts/channels', { signal }),
  select: ({ items }) => items,
})

export const rulesQuery = queryOptions({
  queryKey: ['alerts', 'rules'],
  queryFn: ({ signal }) => request('GET /api/v1/alerts/rules', { signal }),
  select: ({ items }) => items,
})

export const deliveriesQuery = infiniteQueryOptions({
  queryKey: ['alerts', 'deliveries'],
  queryFn: ({ pageParam, signal }) =>
    request('GET /api/v1/alerts/deliveries', {
      query: { after: pageParam, limit: 25 },
      signal,
    }),
  ...byPages,
  refetchInterval: 10_000,
})

export function createChannel(input: ChannelInput): Promise<ChannelMade> {
  return request('POST /api/v1/alerts/channels', { body: input })
}

export function editChannel(id: string, edit: ChannelEdit): Promise<Channel> {
  return request('PATCH /api/v1/alerts/channels/{id}', { path: { id }, body: edit })
}

/** With its rules. */
export function deleteChannel(id: string): Promise<void> {
  return request('DELETE /api/v1/alerts/channels/{id}', { path: { id } })
}

export function testChannel(id: string): Promise<ChannelTest> {
  return request('POST /api/v1/alerts/channels/{id}/test', { path: { id } })
}

export function createRule(input: RuleInput): Promise<Rule> {
  return request('POST /api/v1/alerts/rules', { body: input })
}

export function editRule(id: string, edit: RuleEdit): Promise<Rule> {
  return request('PATCH /api/v1/alerts/rules/{id}', { path: { id }, body: edit })
}

export function deleteRule(id: string): Promise<void> {
  return request('DELETE /api/v1/alerts/rules/{id}', { path: { id } })
}

import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'
import type { Token, TokenInput, TokenMade } from './types.ts'

const root = '/api/v1/tokens'

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => request<{ items: Token[] }>('GET', root, { signal }),
  select: ({ items }) => items,
})

export function createToken(input: TokenInput): Promise<TokenMade> {
  return request('POST', root, { body: input })
}

export function revokeToken(id: string): Promise<void> {
  return request('DELETE', `${root}/${id}`)
}

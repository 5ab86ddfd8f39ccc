import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'
import type { TokenInput, TokenMade } from './types.ts'

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => request('GET /api/v1/tokens', { signal }),
  select: ({ items }) => items,
})

export function createToken(input: TokenInput): Promise<TokenMade> {
  return request('POST /api/v1/tokens', { body: input })
}

export function revokeToken(id: string): Promise<void> {
  return request('DELETE /api/v1/tokens/{id}', { path: { id } })
}

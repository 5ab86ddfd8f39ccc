import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'
import type { PasswordChange, User } from './types.ts'

export function changeName(name: string): Promise<User> {
  return request('PATCH /api/v1/me', { body: { name } })
}

/** Ends the person's other sessions. */
export function changePassword(change: PasswordChange): Promise<void> {
  return request('POST /api/v1/me/password', { body: change })
}

export const sessionsQuery = queryOptions({
  queryKey: ['me', 'sessions'],
  queryFn: ({ signal }) => request('GET /api/v1/me/sessions', { signal }),
  select: ({ items }) => items,
})

export function endSession(id: string): Promise<void> {
  return request('DELETE /api/v1/me/sessions/{id}', { path: { id } })
}

import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'
import type { PasswordChange, Session, User } from './types.ts'

const root = '/api/v1/me'

export function changeName(name: string): Promise<User> {
  return request('PATCH', root, { body: { name } })
}

/** Ends the person's other sessions. */
export function changePassword(change: PasswordChange): Promise<void> {
  return request('POST', `${root}/password`, { body: change })
}

export const sessionsQuery = queryOptions({
  queryKey: ['me', 'sessions'],
  queryFn: ({ signal }) => request<{ items: Session[] }>('GET', `${root}/sessions`, { signal }),
  select: ({ items }) => items,
})

export function endSession(id: string): Promise<void> {
  return request('DELETE', `${root}/sessions/${id}`)
}

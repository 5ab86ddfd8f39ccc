import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'
import type { InvitationInput, InvitationMade, User, UserEdit } from './types.ts'

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: ({ signal }) => request('GET /api/v1/users', { signal }),
  select: ({ items }) => items,
})

export function editUser(id: string, edit: UserEdit): Promise<User> {
  return request('PATCH /api/v1/users/{id}', { path: { id }, body: edit })
}

export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: ({ signal }) => request('GET /api/v1/invitations', { signal }),
  select: ({ items }) => items,
})

export function invite(input: InvitationInput): Promise<InvitationMade> {
  return request('POST /api/v1/invitations', { body: input })
}

export function revokeInvitation(id: string): Promise<void> {
  return request('DELETE /api/v1/invitations/{id}', { path: { id } })
}

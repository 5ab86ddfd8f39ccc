import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'
import type { Role, SignIn, SignUp, User } from './types.ts'

export interface Session {
  /** Nobody has signed up yet: whoever does becomes the administrator. */
  readonly first: boolean
  readonly mail: boolean
  readonly user: User | null
  readonly role: Role | null
}

async function readSession(signal: AbortSignal): Promise<Session> {
  const { first, mail, signed_in } = await request('GET /api/v1/session', { signal })
  if (!signed_in) return { first, mail, user: null, role: null }
  const { user, role } = await request('GET /api/v1/me', { signal })
  return { first, mail, user, role }
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => readSession(signal),
  staleTime: 60_000,
})

export function signIn(input: SignIn): Promise<User> {
  return request('POST /api/v1/session', { body: input })
}

export function signUp(input: SignUp): Promise<User> {
  return request('POST /api/v1/session/sign-up', { body: input })
}

export function signOut(): Promise<void> {
  return request('DELETE /api/v1/session')
}

export function showInvitation(token: string): Promise<{ email: string; role: Role }> {
  return request('POST /api/v1/session/invitation', { body: { token } })
}

export function forgotPassword(email: string): Promise<void> {
  return request('POST /api/v1/session/password/forgot', { body: { email } })
}

export function resetPassword(token: string, password: string): Promise<void> {
  return request('POST /api/v1/session/password/reset', { body: { token, new_password: password } })
}

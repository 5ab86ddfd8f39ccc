import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'
import type { Door, Role, SignIn, SignUp, User } from './types.ts'

const root = '/api/v1/session'

export interface Session {
  /** Nobody has signed up yet: whoever does becomes the administrator. */
  readonly first: boolean
  readonly mail: boolean
  readonly user: User | null
  readonly role: Role | null
}

async function readSession(signal: AbortSignal): Promise<Session> {
  const { first, mail, signed_in } = await request<Door>('GET', root, { signal })
  if (!signed_in) return { first, mail, user: null, role: null }
  const { user, role } = await request<{ user: User; role: Role }>('GET', '/api/v1/me', { signal })
  return { first, mail, user, role }
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => readSession(signal),
  staleTime: 60_000,
})

export function signIn(input: SignIn): Promise<User> {
  return request('POST', root, { body: input })
}

export function signUp(input: SignUp): Promise<User> {
  return request('POST', `${root}/sign-up`, { body: input })
}

export function signOut(): Promise<void> {
  return request('DELETE', root)
}

export function showInvitation(token: string): Promise<{ email: string; role: Role }> {
  return request('POST', `${root}/invitation`, { body: { token } })
}

export function forgotPassword(email: string): Promise<void> {
  return request('POST', `${root}/password/forgot`, { body: { email } })
}

export function resetPassword(token: string, password: string): Promise<void> {
  return request('POST', `${root}/password/reset`, { body: { token, new_password: password } })
}

/** On whose behalf something is asked. */
import type { Role, User } from '../resources/user.ts'

export interface Actor {
  readonly user: Pick<User, 'id' | 'email' | 'name'>
  /** What may be done: the user's role, and no more than a token's scope. */
  readonly role: Role
  readonly via: 'session' | 'token'
  /** Of the session or the token. */
  readonly credential: { readonly id: string; readonly name: string | null }
}

/** Who asks, as HTTP tells it. */
export interface Visit {
  readonly cookie: string | null
  readonly ip: string
  readonly userAgent: string | null
}

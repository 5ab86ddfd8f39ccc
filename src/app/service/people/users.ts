/** Users as administrators see and change them, and as they see themselves. */
import type { Sql } from '../../../store/database.ts'
import * as store from '../../../store/people/users.ts'
import { ConflictError, NotFoundError } from '../errors.ts'
import type { Session, User, UserEdit } from '../resources/user.ts'
import { iso } from '../values.ts'
import type { Actor } from './actor.ts'
import type { PeopleContext } from './context.ts'
import { change } from './deed.ts'

/** By e-mail address. */
export async function listUsers({ service }: PeopleContext): Promise<readonly User[]> {
  return (await store.users(service.pool)).map(userOf)
}

/** Throws `NotFoundError`. */
export async function getUser({ service }: PeopleContext, id: string): Promise<User> {
  return userOf(await found(service.pool, id))
}

/**
 * What is absent stays. Who is deactivated is signed out everywhere, and their tokens open nothing. Throws
 * `NotFoundError`, and `ConflictError` when no administrator would be left.
 */
export async function editUser({ service }: PeopleContext, id: string, edit: UserEdit): Promise<User> {
  return change(service.pool, async (sql, about) => {
    await store.lockUsers(sql)
    const row = await found(sql, id)
    about({ id, name: row.email })
    const { name = row.name, role = row.role, active = row.active } = edit
    const stays = role === 'admin' && active
    if (row.role === 'admin' && row.active && !stays && (await store.otherAdmins(sql, id)) === 0) {
      throw new ConflictError('no administrator would be left', { cure: 'make somebody else one first' })
    }
    await store.updateUser(sql, { id, name, role, active })
    if (!active) await store.deleteSessions(sql, id)
    return userOf(await found(sql, id))
  })
}

/** Where somebody is signed in, the last used first. */
export async function listSessions({ service }: PeopleContext, actor: Actor): Promise<readonly Session[]> {
  const rows = await store.sessionsOf(service.pool, actor.user.id)
  return rows.map((row) => ({
    id: row.id,
    current: actor.via === 'session' && actor.credential.id === row.id,
    created_at: iso(row.created_at),
    seen_at: iso(row.updated_at),
    expires_at: iso(row.expires_at),
    ip: row.ip_address,
    user_agent: row.user_agent,
  }))
}

/** Throws `NotFoundError`, also for a session of somebody else. */
export async function endSession({ service }: PeopleContext, actor: Actor, id: string): Promise<void> {
  await change(service.pool, async (sql) => {
    if (!(await store.deleteSession(sql, actor.user.id, id))) throw new NotFoundError('session')
  })
}

/** Signs a user out everywhere. Throws `NotFoundError`. */
export async function endSessionsOf({ service }: PeopleContext, user: string): Promise<void> {
  await change(service.pool, async (sql, about) => {
    about({ id: user, name: (await found(sql, user)).email })
    await store.deleteSessions(sql, user)
  })
}

async function found(sql: Sql, id: string): Promise<store.UserRow> {
  const row = await store.userById(sql, id)
  if (!row) throw new NotFoundError('user')
  return row
}

function userOf({ created_at, seen_at, ...row }: store.UserRow): User {
  return { ...row, created_at: iso(created_at), seen_at: iso(seen_at) }
}

/** Users as administrators and pages see them. Their sessions and passwords are better-auth's. */
import type { Sql } from '../database.ts'

export type Role = 'admin' | 'editor' | 'viewer'

export interface UserRow {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly active: boolean
  readonly created_at: Date
  readonly seen_at: Date | null
}

/** Held while administrators are counted, so that two of them do not take the last one's place from each other. */
const usersLock = 5_721_906

const columns = `u.id, u.email, u.name, u.role, u.active, u.created_at,
  (select max(updated_at) from sluice.sessions s where s.user_id = u.id) as seen_at`

/** Nobody else counts or changes users until the transaction ends. */
export async function lockUsers(sql: Sql): Promise<void> {
  await sql.query('select pg_advisory_xact_lock($1)', [usersLock])
}

export async function anyUser(sql: Sql): Promise<boolean> {
  const { rows } = await sql.query<{ any: boolean }>('select exists (select 1 from sluice.users) as any')
  return rows[0]?.any === true
}

export async function users(sql: Sql): Promise<readonly UserRow[]> {
  const { rows } = await sql.query<UserRow>(`select ${columns} from sluice.users u order by lower(email)`)
  return rows
}

export async function userById(sql: Sql, id: string): Promise<UserRow | undefined> {
  const { rows } = await sql.query<UserRow>(`select ${columns} from sluice.users u where id = $1`, [id])
  return rows[0]
}

export async function userByEmail(sql: Sql, email: string): Promise<UserRow | undefined> {
  const { rows } = await sql.query<UserRow>(
    `select ${columns} from sluice.users u where lower(email) = lower($1)`,
    [email],
  )
  return rows[0]
}

export type NewUser = Pick<UserRow, 'id' | 'email' | 'name' | 'role'>

/** Signs in with a password of this hash. Breaks the index `users_email` when there is one of that address. */
export async function insertUser(sql: Sql, user: NewUser, login: string, hash: string): Promise<void> {
  await sql.query('insert into sluice.users (id, email, name, role) values ($1, $2, $3, $4)', [
    user.id,
    user.email.toLowerCase(),
    user.name,
    user.role,
  ])
  await sql.query(
    `insert into sluice.logins (id, user_id, provider_id, account_id, password)
     values ($1, $2::uuid, 'credential', $2::uuid::text, $3)`,
    [login, user.id, hash],
  )
}

export async function passwordHash(sql: Sql, user: string): Promise<string | undefined> {
  const { rows } = await sql.query<{ password: string | null }>(
    `select password from sluice.logins where user_id = $1 and provider_id = 'credential'`,
    [user],
  )
  return rows[0]?.password ?? undefined
}

export async function updatePassword(sql: Sql, user: string, hash: string): Promise<void> {
  await sql.query(
    `update sluice.logins set password = $2, updated_at = now() where user_id = $1 and provider_id = 'credential'`,
    [user, hash],
  )
}

export async function updateUser(
  sql: Sql,
  { id, name, role, active }: Pick<UserRow, 'id' | 'name' | 'role' | 'active'>,
): Promise<void> {
  await sql.query(
    'update sluice.users set name = $2, role = $3, active = $4, updated_at = now() where id = $1',
    [id, name, role, active],
  )
}

/** Administrators who may come in, besides this one. */
export async function otherAdmins(sql: Sql, id: string): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `select count(*) from sluice.users where role = 'admin' and active and id <> $1`,
    [id],
  )
  return rows[0]?.count ?? 0
}

export interface SessionRow {
  readonly id: string
  readonly created_at: Date
  readonly updated_at: Date
  readonly expires_at: Date
  readonly ip_address: string | null
  readonly user_agent: string | null
}

/** Those that have not expired, the last used first. */
export async function sessionsOf(sql: Sql, user: string): Promise<readonly SessionRow[]> {
  const { rows } = await sql.query<SessionRow>(
    `select id, created_at, updated_at, expires_at, ip_address, user_agent from sluice.sessions
     where user_id = $1 and expires_at > now() order by updated_at desc, id`,
    [user],
  )
  return rows
}

/** False when the user has no such session. */
export async function deleteSession(sql: Sql, user: string, id: string): Promise<boolean> {
  const { rowCount } = await sql.query('delete from sluice.sessions where user_id = $1 and id = $2', [
    user,
    id,
  ])
  return rowCount === 1
}

/** All of a user's sessions, but for one. */
export async function deleteSessions(sql: Sql, user: string, but: string | null = null): Promise<void> {
  await sql.query('delete from sluice.sessions where user_id = $1 and ($2::uuid is null or id <> $2)', [
    user,
    but,
  ])
}

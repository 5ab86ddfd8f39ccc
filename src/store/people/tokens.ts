/** API tokens, by their hashes. */
import type { Sql } from '../database.ts'
import type { Role } from './users.ts'

export interface TokenRow {
  readonly id: string
  readonly user_id: string
  readonly email: string
  readonly name: string
  readonly scope: 'read' | 'write' | 'admin'
  readonly shown: string
  readonly created_at: Date
  readonly expires_at: Date | null
  readonly used_at: Date | null
}

export type NewToken = Pick<TokenRow, 'id' | 'user_id' | 'name' | 'scope' | 'shown' | 'expires_at'> & {
  readonly hash: Buffer
}

const columns = `t.id, t.user_id, u.email, t.name, t.scope, t.shown, t.created_at, t.expires_at, t.used_at`

/** Those of a user, or of all; newest first. */
export async function tokens(sql: Sql, user: string | null): Promise<readonly TokenRow[]> {
  const { rows } = await sql.query<TokenRow>(
    `select ${columns} from sluice.tokens t join sluice.users u on u.id = t.user_id
     where $1::uuid is null or t.user_id = $1 order by t.created_at desc, t.id`,
    [user],
  )
  return rows
}

export async function insertToken(sql: Sql, token: NewToken): Promise<void> {
  await sql.query(
    `insert into sluice.tokens (id, user_id, name, scope, hash, shown, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [token.id, token.user_id, token.name, token.scope, token.hash, token.shown, token.expires_at],
  )
}

/** One of a user, or of anybody. Its name; undefined when there is none. */
export async function deleteToken(sql: Sql, id: string, user: string | null): Promise<string | undefined> {
  const { rows } = await sql.query<{ name: string }>(
    'delete from sluice.tokens where id = $1 and ($2::uuid is null or user_id = $2) returning name',
    [id, user],
  )
  return rows[0]?.name
}

export interface TokenHolder {
  readonly token: string
  readonly token_name: string
  readonly scope: TokenRow['scope']
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: Role
}

/** Whose token it is, if it is good; that it was used is noted once a minute. */
export async function holderOfToken(sql: Sql, hash: Buffer): Promise<TokenHolder | undefined> {
  const { rows } = await sql.query<TokenHolder & { readonly stale: boolean }>(
    `select t.id as token, t.name as token_name, t.scope, u.id, u.email, u.name, u.role,
       t.used_at is null or t.used_at < now() - interval '1 minute' as stale
     from sluice.tokens t join sluice.users u on u.id = t.user_id
     where t.hash = $1 and u.active and (t.expires_at is null or t.expires_at > now())`,
    [hash],
  )
  const [row] = rows
  if (!row) return undefined
  const { stale, ...holder } = row
  if (stale) await sql.query('update sluice.tokens set used_at = now() where id = $1', [holder.token])
  return holder
}

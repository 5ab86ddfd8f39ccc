/** Accounts that are being connected. */
import type { Sql } from './database.ts'

export interface NewGrant {
  readonly id: string
  readonly state: Buffer
  readonly session: string
  readonly ends: Date
}

export async function insertGrant(sql: Sql, { id, state, session, ends }: NewGrant): Promise<void> {
  await sql.query(
    'insert into sluice.oauth_grants (id, state_hash, session_id, expires_at) values ($1, $2, $3, $4)',
    [id, state, session, ends],
  )
}

/** The one that was begun by the session, once: the state is used up, whatever comes of it. */
export async function takeState(
  sql: Sql,
  { state, session, at }: { readonly state: Buffer; readonly session: string; readonly at: Date },
): Promise<string | undefined> {
  const { rows } = await sql.query<{ id: string }>(
    `update sluice.oauth_grants set state_hash = sha256(state_hash || 'used')
     where state_hash = $1 and session_id = $2 and expires_at > $3 and secret is null returning id`,
    [state, session, at],
  )
  return rows[0]?.id
}

export async function keepGrant(
  sql: Sql,
  id: string,
  { secret, account, ends }: { readonly secret: string; readonly account: string; readonly ends: Date },
): Promise<void> {
  await sql.query(
    'update sluice.oauth_grants set secret = $2, account_id = $3, expires_at = $4 where id = $1',
    [id, secret, account, ends],
  )
}

/** The id of its tokens; undefined when there are none (any more). */
export async function grantSecret(sql: Sql, id: string, at: Date): Promise<string | undefined> {
  const { rows } = await sql.query<{ secret: string | null }>(
    'select secret from sluice.oauth_grants where id = $1 and expires_at > $2',
    [id, at],
  )
  return rows[0]?.secret ?? undefined
}

/** Its tokens are the caller's from here on. */
export async function takeGrant(sql: Sql, id: string, at: Date): Promise<string | undefined> {
  const { rows } = await sql.query<{ secret: string | null }>(
    'delete from sluice.oauth_grants where id = $1 and expires_at > $2 and secret is not null returning secret',
    [id, at],
  )
  return rows[0]?.secret ?? undefined
}

/** Those whose time is over, with their tokens. */
export async function deleteGrants(sql: Sql, at: Date): Promise<void> {
  await sql.query(
    `with gone as (delete from sluice.oauth_grants where expires_at < $1 returning secret)
     delete from sluice.secrets where id in (select secret from gone)`,
    [at],
  )
}

/** Whether another integration reads the account by what somebody allowed. */
export async function othersOfAccount(sql: Sql, integration: string, account: string): Promise<boolean> {
  const { rows } = await sql.query(
    `select 1 from sluice.integrations
     where account_id = $2 and id <> $1 and status <> 'deleted' and source ->> 'kind' = 'oauth' limit 1`,
    [integration, account],
  )
  return rows.length > 0
}

/** Answers that are given again to who repeats a create. */
import type { Sql } from '../database.ts'

export interface KeptAnswer {
  readonly fingerprint: Buffer
  /** Null while the first request is worked at. */
  readonly status: number | null
  readonly answer: unknown
}

/** Takes the key; or gives what another request with it has, or will have, been answered. Keys are kept for a day. */
export async function takeKey(
  sql: Sql,
  { user, key, fingerprint }: { user: string; key: string; fingerprint: Buffer },
): Promise<KeptAnswer | undefined> {
  const { rowCount } = await sql.query(
    `insert into sluice.idempotency_keys as k (user_id, key, fingerprint) values ($1, $2, $3)
     on conflict (user_id, key) do update
       set fingerprint = excluded.fingerprint, status = null, answer = null, created_at = now()
       where k.created_at < now() - interval '1 day'`,
    [user, key, fingerprint],
  )
  if (rowCount === 1) return undefined
  const { rows } = await sql.query<KeptAnswer>(
    'select fingerprint, status, answer from sluice.idempotency_keys where user_id = $1 and key = $2',
    [user, key],
  )
  return rows[0]
}

export async function keepAnswer(
  sql: Sql,
  { user, key, status, answer }: { user: string; key: string; status: number; answer: unknown },
): Promise<void> {
  await sql.query(
    'update sluice.idempotency_keys set status = $3, answer = $4 where user_id = $1 and key = $2',
    [user, key, status, JSON.stringify(answer)],
  )
}

/** The request came to nothing: the key may be used again. */
export async function releaseKey(sql: Sql, user: string, key: string): Promise<void> {
  await sql.query('delete from sluice.idempotency_keys where user_id = $1 and key = $2 and status is null', [
    user,
    key,
  ])
}

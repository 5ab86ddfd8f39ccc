/** How often each account was read, by day: for budgets. */
import type { Sql } from './database.ts'

/** Days of which reads count. */
const days = 30

/** Adds to a day (`2026-11-23`, UTC), and forgets days that count no more. */
export async function addReads(sql: Sql, account: string, day: string, reads: number): Promise<void> {
  await sql.query(
    `insert into sluice.reads (account_id, day, reads) values ($1, $2, $3)
     on conflict (account_id, day) do update set reads = reads.reads + excluded.reads`,
    [account, day, reads],
  )
  await sql.query('delete from sluice.reads where account_id = $1 and day <= $2::date - $3::integer', [
    account,
    day,
    days,
  ])
}

/** In the 30 days that end with `day`. */
export async function readsOf(sql: Sql, account: string, day: string): Promise<number> {
  const { rows } = await sql.query<{ reads: number }>(
    `select coalesce(sum(reads), 0)::bigint as reads from sluice.reads
     where account_id = $1 and day > $2::date - $3::integer`,
    [account, day, days],
  )
  return rows[0]?.reads ?? 0
}

/** How often each account was read, by day: for budgets. */
import type { Sql } from './database.ts'

/** Days of which reads count. */
export const days = 30

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

export interface DayOfReads {
  /** `2026-11-23`, UTC. */
  readonly day: string
  readonly reads: number
  /** Of accounts that are connected to it. */
  readonly connected: number
}

/** Each of the 30 days that end with `day`, oldest first. */
export async function readsByDay(sql: Sql, account: string, day: string): Promise<readonly DayOfReads[]> {
  const { rows } = await sql.query<DayOfReads>(
    `select to_char(d.day, 'YYYY-MM-DD') as day,
       coalesce(sum(r.reads) filter (where r.account_id = $1), 0)::bigint as reads,
       coalesce(sum(r.reads) filter (where r.account_id = $1 || '/connected'), 0)::bigint as connected
     from generate_series($2::date - $3::integer + 1, $2::date, interval '1 day') d (day)
       left join sluice.reads r on r.day = d.day and r.account_id in ($1, $1 || '/connected')
     group by d.day order by d.day`,
    [account, day, days],
  )
  return rows
}

/** The lowest that an integration of the account is allowed in 30 days; null when none is limited. */
export async function readLimit(sql: Sql, account: string): Promise<number | null> {
  const { rows } = await sql.query<{ most: number | null }>(
    `select min((source ->> 'max_reads_per_month')::bigint) as most from sluice.integrations
     where account_id = $1 and status <> 'deleted'`,
    [account],
  )
  return rows[0]?.most ?? null
}

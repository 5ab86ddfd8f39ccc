/** How often something was tried of late. */
import type { Sql } from '../database.ts'

/** Counts one more attempt. Gives how many there were in this window, and the seconds until it ends. */
export async function countAttempt(
  sql: Sql,
  key: string,
  seconds: number,
): Promise<{ readonly count: number; readonly wait: number }> {
  const { rows } = await sql.query<{ count: number; wait: number }>(
    `insert into sluice.attempts as a (key, count, until) values ($1, 1, now() + make_interval(secs => $2))
     on conflict (key) do update
       set count = case when a.until > now() then a.count + 1 else 1 end,
           until = case when a.until > now() then a.until else excluded.until end
     returning count, ceil(extract(epoch from until - now()))::int as wait`,
    [key, seconds],
  )
  return rows[0] ?? { count: 1, wait: seconds }
}

export async function forgetAttempts(sql: Sql, key: string): Promise<void> {
  await sql.query('delete from sluice.attempts where key = $1', [key])
}

/** Deletes what is kept for a time only: a part at once, which nobody waits for. Each returns how many rows went. */
import type { Sql } from './database.ts'

async function deleted(sql: Sql, text: string, values: readonly unknown[]): Promise<number> {
  return (await sql.query(text, [...values])).rowCount ?? 0
}

export async function deleteRunLogs(sql: Sql, before: Date, limit: number): Promise<number> {
  return deleted(
    sql,
    `delete from sluice.run_logs where id in (
       select id from sluice.run_logs where at < $1 order by id limit $2 for update skip locked)`,
    [before, limit],
  )
}

/** Runs that had ended, with their tables and logs; the last of each integration stays, and so does the last that went well. */
export async function deleteRuns(sql: Sql, before: Date, limit: number): Promise<number> {
  const later = `select 1 from sluice.runs l where l.integration_id = r.integration_id and l.queued_at > r.queued_at`
  return deleted(
    sql,
    `delete from sluice.runs where id in (
       select r.id from sluice.runs r
       where r.queued_at < $1 and r.ended_at < $1 and exists (${later})
         and (r.status <> 'succeeded' or exists (${later} and l.status = 'succeeded'))
       order by r.queued_at limit $2 for update skip locked)`,
    [before, limit],
  )
}

/** Verifications that had ended; the last of each integration stays, and those that say the last of one of its tables. */
export async function deleteVerifications(sql: Sql, before: Date, limit: number): Promise<number> {
  return deleted(
    sql,
    `delete from sluice.verify_runs where id in (
       select v.id from sluice.verify_runs v
       where v.queued_at < $1 and v.ended_at < $1
         and exists (select 1 from sluice.verify_runs l
           where l.integration_id = v.integration_id and l.queued_at > v.queued_at)
         and not exists (select 1 from sluice.tables t
           where t.integration_id = v.integration_id and t.verify_id = v.id)
       order by v.queued_at limit $2 for update skip locked)`,
    [before, limit],
  )
}

export async function deleteDeliveries(sql: Sql, before: Date, limit: number): Promise<number> {
  return deleted(
    sql,
    `delete from sluice.alert_deliveries where id in (
       select id from sluice.alert_deliveries where created_at < $1 order by created_at limit $2 for update skip locked)`,
    [before, limit],
  )
}

export async function deleteIdempotencyKeys(sql: Sql, before: Date, limit: number): Promise<number> {
  return deleted(
    sql,
    `delete from sluice.idempotency_keys where (user_id, key) in (
       select user_id, key from sluice.idempotency_keys where created_at < $1 limit $2 for update skip locked)`,
    [before, limit],
  )
}

/** Sessions, links and counts of attempts whose time is over mean nothing any more. */
export async function deleteExpired(sql: Sql): Promise<void> {
  await sql.query('delete from sluice.sessions where expires_at < now()')
  await sql.query('delete from sluice.links where expires_at < now()')
  await sql.query('delete from sluice.attempts where until < now()')
}

/** What runs and verifications have in common while they are open: a job in the queue, and somebody who may end them. */
import type { Sql } from './database.ts'

/** The table of the work. */
export type Work = 'runs' | 'verify_runs'

/** It waits for that job, whoever had it before. */
export async function setJob(sql: Sql, work: Work, id: string, job: string): Promise<void> {
  await sql.query(
    `update sluice.${work} set status = 'queued', worker = null, job_id = $2, not_before = null where id = $1`,
    [id, job],
  )
}

/** Its worker sees it within a second or two. */
export async function requestCancel(sql: Sql, work: Work, id: string, at: Date): Promise<void> {
  await sql.query(
    `update sluice.${work} set cancel_requested_at = coalesce(cancel_requested_at, $2) where id = $1`,
    [id, at],
  )
}

/** What the store tells of itself and of the queue. */
import type { Sql } from './database.ts'

export interface StoreFacts {
  readonly version: string
  readonly bytes: number
  /** The last migration that was applied. */
  readonly schema: number
}

export async function storeFacts(sql: Sql): Promise<StoreFacts> {
  const { rows } = await sql.query<StoreFacts>(
    `select current_setting('server_version') as version, pg_database_size(current_database()) as bytes,
       (select max(id) from sluice.migrations) as schema`,
  )
  const [row] = rows
  if (!row) throw new Error('the store tells nothing of itself')
  return row
}

export interface QueueDepth {
  readonly queued: number
  readonly running: number
  readonly oldest: Date | null
}

export async function queueDepth(sql: Sql): Promise<QueueDepth> {
  const { rows } = await sql.query<QueueDepth>(
    `select count(*) filter (where status = 'queued') as queued, count(*) filter (where status = 'running') as running,
       min(queued_at) filter (where status = 'queued') as oldest
     from sluice.runs where status in ('queued', 'running')`,
  )
  return rows[0] ?? { queued: 0, running: 0, oldest: null }
}

/** How many runs ended in the last 24 hours, by status. */
export async function runsLastDay(
  sql: Sql,
): Promise<readonly { readonly status: string; readonly count: number }[]> {
  const { rows } = await sql.query<{ status: string; count: number }>(
    `select status, count(*) as count from sluice.runs
     where queued_at > now() - interval '7 days' and ended_at > now() - interval '1 day' group by status`,
  )
  return rows
}

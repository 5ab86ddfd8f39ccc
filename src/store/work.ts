/**
 * The life that runs and verifications share while they are open: queued with a job, taken by a worker, given back, ended.
 * What a worker writes names its attempt: who was overtaken finds no row, and stops.
 */
import type { Sql } from './database.ts'

/** The table of the work. */
export type Work = 'runs' | 'verify_runs'

export type Trigger = 'schedule' | 'person' | 'retry' | 'webhook'

export interface WorkRow {
  readonly id: string
  readonly integration_id: string
  readonly status: string
  /** Who or what started it. */
  readonly trigger: Trigger
  readonly attempt: number
  /** Tries in a row without progress. */
  readonly failures: number
  readonly job_id: string | null
  readonly queued_at: Date
  readonly started_at: Date | null
  readonly cancel_requested_at: Date | null
  readonly error: string | null
  readonly cure: string | null
}

/** A turn of one worker at a piece of work. */
export interface Attempt {
  readonly id: string
  readonly attempt: number
}

export interface OpenWork {
  readonly id: string
  readonly job_id: string | null
  readonly trigger: Trigger
  readonly account_id: string
}

/** All that is queued or going on and that nobody is changing, with the account of each. */
export async function lockOpenWork(sql: Sql, work: Work): Promise<readonly OpenWork[]> {
  const { rows } = await sql.query<OpenWork>(
    `select w.id, w.job_id, w.trigger, i.account_id
     from sluice.${work} w join sluice.integrations i on i.id = w.integration_id
     where w.status in ('queued', 'running') order by w.queued_at for update of w skip locked`,
  )
  return rows
}

/** Whoever begins something of the account waits for each other, until the transaction ends. */
export async function lockAccount(sql: Sql, account: string): Promise<void> {
  await sql.query('select pg_advisory_xact_lock(hashtextextended($1, 5721906))', [account])
}

/** How much of the work of the account is going on besides this. */
export async function goingOn(sql: Sql, work: Work, account: string, besides: string): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `select count(*) as count from sluice.${work} w join sluice.integrations i on i.id = w.integration_id
     where w.status = 'running' and i.account_id = $1 and w.id <> $2`,
    [account, besides],
  )
  return rows[0]?.count ?? 0
}

/** Takes what was locked. Returns the number of the attempt. */
export async function take(
  sql: Sql,
  work: Work,
  id: string,
  { worker, failures, at }: { readonly worker: string; readonly failures: number; readonly at: Date },
): Promise<number> {
  const { rows } = await sql.query<{ attempt: number }>(
    `update sluice.${work}
     set status = 'running', attempt = attempt + 1, worker = $2, failures = $3, not_before = null,
         started_at = coalesce(started_at, $4)
     where id = $1 returning attempt`,
    [id, worker, failures, at],
  )
  return rows[0]?.attempt ?? 0
}

export interface Next {
  readonly job: string
  readonly failures: number
  readonly notBefore: Date | null
  readonly error: string | null
  readonly cure: string | null
}

/** Gives it back to the queue, with its next job. False when the attempt is no longer the work's. */
export async function requeue(sql: Sql, work: Work, { id, attempt }: Attempt, next: Next): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update sluice.${work}
     set status = 'queued', worker = null, job_id = $3, failures = $4, not_before = $5, error = $6, cure = $7
     where id = $1 and attempt = $2 and status in ('queued', 'running')`,
    [id, attempt, next.job, next.failures, next.notBefore, next.error, next.cure],
  )
  return rowCount === 1
}

export interface End {
  readonly status: string
  readonly error: string | null
  readonly cure: string | null
  readonly at: Date
}

/** Ends it. False when the attempt is no longer the work's. */
export async function finish(
  sql: Sql,
  work: Work,
  { id, attempt }: Attempt,
  { status, error, cure, at }: End,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update sluice.${work}
     set status = $3, error = $4, cure = $5, ended_at = $6, job_id = null, not_before = null
     where id = $1 and attempt = $2 and status in ('queued', 'running')`,
    [id, attempt, status, error, cure, at],
  )
  return rowCount === 1
}

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

/**
 * SQL: of the work that has ended and that nobody has looked at, the oldest $1; from now on it was looked at. `more` are
 * columns besides those that all work has.
 */
export const lookedAt = (work: Work, more: string) =>
  `update sluice.${work} set alerts_seen = true
   where id in (
     select id from sluice.${work} where ended_at is not null and not alerts_seen order by ended_at limit $1)
   returning id, integration_id, status, error, cure, ended_at, ${more}`

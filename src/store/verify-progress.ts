/** What workers write of verifications. Every statement names the attempt: who was overtaken finds no row, and stops. */
import type { Sql } from './database.ts'
import type { VerificationRow, VerificationStatus } from './verifications.ts'

/** A turn at a verification by one worker. */
export interface VerificationAttempt {
  readonly verification: string
  readonly attempt: number
}

/** Takes one that was locked; it begins from the start. Returns the number of the attempt. */
export async function takeVerification(
  sql: Sql,
  id: string,
  { worker, failures, at }: { readonly worker: string; readonly failures: number; readonly at: Date },
): Promise<number> {
  const { rows } = await sql.query<{ attempt: number }>(
    `update sluice.verify_runs
     set status = 'running', attempt = attempt + 1, worker = $2, failures = $3, not_before = null, waits_for = null,
         progress = '[]', started_at = coalesce(started_at, $4)
     where id = $1 returning attempt`,
    [id, worker, failures, at],
  )
  return rows[0]?.attempt ?? 0
}

/** Says how far it is. Undefined when the attempt is no longer the verification's. */
export async function setProgress(
  sql: Sql,
  { verification, attempt }: VerificationAttempt,
  { requests, progress }: { readonly requests: number; readonly progress: unknown },
): Promise<{ readonly cancelRequested: boolean } | undefined> {
  const { rows } = await sql.query<{ cancelRequested: boolean }>(
    `update sluice.verify_runs set requests = $3, progress = $4
     where id = $1 and attempt = $2 and status = 'running'
     returning cancel_requested_at is not null as "cancelRequested"`,
    [verification, attempt, requests, JSON.stringify(progress)],
  )
  return rows[0]
}

export interface VerificationEnd {
  readonly status: Exclude<VerificationStatus, 'queued' | 'running'>
  /** JSON, or null. */
  readonly found: string | null
  readonly report: string | null
  readonly error: string | null
  readonly cure: string | null
  readonly at: Date
}

/** False when the attempt is no longer the verification's. */
export async function endVerification(
  sql: Sql,
  { verification, attempt }: VerificationAttempt,
  { status, found, report, error, cure, at }: VerificationEnd,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update sluice.verify_runs
     set status = $3, found = $4, report = $5, error = $6, cure = $7, ended_at = $8, job_id = null,
         not_before = null, waits_for = null
     where id = $1 and attempt = $2 and status in ('queued', 'running')`,
    [verification, attempt, status, found, report, error, cure, at],
  )
  return rowCount === 1
}

/** Gives it back to the queue, whose next job is `job`. False when the attempt is no longer the verification's. */
export async function requeueVerification(
  sql: Sql,
  { verification, attempt }: VerificationAttempt,
  next: {
    readonly job: string
    readonly failures: number
    readonly notBefore: Date | null
    readonly waitsFor: VerificationRow['waits_for']
    readonly error: string | null
    readonly cure: string | null
  },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update sluice.verify_runs
     set status = 'queued', worker = null, job_id = $3, failures = $4, not_before = $5, waits_for = $6, error = $7,
         cure = $8
     where id = $1 and attempt = $2 and status in ('queued', 'running')`,
    [verification, attempt, next.job, next.failures, next.notBefore, next.waitsFor, next.error, next.cure],
  )
  return rowCount === 1
}

/** What a verification has said of each table of its integration. */
export async function setVerifiedTables(
  sql: Sql,
  integration: string,
  verification: string,
  tables: readonly { readonly stream: string; readonly table: string; readonly status: string }[],
  at: Date,
): Promise<void> {
  await sql.query(
    `insert into sluice.tables as t (integration_id, stream, table_name, verify_id, verify_status, verified_at)
     select $1, stream, "table", $2, status, $4
     from jsonb_to_recordset($3::jsonb) n (stream text, "table" text, status text)
     on conflict (integration_id, stream) do update
       set verify_id = excluded.verify_id, verify_status = excluded.verify_status, verified_at = excluded.verified_at`,
    [integration, verification, JSON.stringify(tables), at],
  )
}

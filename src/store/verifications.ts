/** Verifications in the store, as people see them and as they are begun. What workers write: verify-progress.ts. */
import type { Sql } from './database.ts'

export type VerificationStatus =
  | 'queued'
  | 'running'
  | 'equal'
  | 'different'
  | 'incomplete'
  | 'failed'
  | 'cancelled'

/** Without the report, which may be long. What `progress` and `found` hold is the caller's business. */
export interface VerificationRow {
  readonly id: string
  readonly integration_id: string
  readonly status: VerificationStatus
  readonly trigger: 'person' | 'schedule'
  readonly tables: readonly string[] | null
  readonly repair: boolean
  readonly max_requests: number | null
  readonly attempt: number
  readonly failures: number
  readonly worker: string | null
  readonly job_id: string | null
  readonly queued_at: Date
  readonly not_before: Date | null
  readonly waits_for: 'run' | 'account' | null
  readonly started_at: Date | null
  readonly ended_at: Date | null
  readonly cancel_requested_at: Date | null
  readonly requests: number
  readonly progress: unknown
  readonly found: unknown
  readonly error: string | null
  readonly cure: string | null
  /** Of the request that asked for it, as the header `traceparent`; where traces are followed. */
  readonly trace: string | null
}

export interface VerificationView extends VerificationRow {
  /** The integration's name. */
  readonly integration: string
}

const own = `v.id, v.integration_id, v.status, v.trigger, v.tables, v.repair, v.max_requests, v.attempt, v.failures, v.worker,
  v.job_id, v.queued_at, v.not_before, v.waits_for, v.started_at, v.ended_at, v.cancel_requested_at, v.requests,
  v.progress, v.found, v.error, v.cure, v.trace`

const viewed = `select ${own}, i.name as integration
  from sluice.verify_runs v join sluice.integrations i on i.id = v.integration_id`

/** Of an integration, newest first. `after`: the id of the last one of the page before. */
export async function verifications(
  sql: Sql,
  integration: string,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<readonly VerificationView[]> {
  const { rows } = await sql.query<VerificationView>(
    `${viewed}
     where v.integration_id = $1
       and ($2::uuid is null
         or (v.queued_at, v.id) < (select queued_at, id from sluice.verify_runs where id = $2))
     order by v.queued_at desc, v.id desc limit $3`,
    [integration, after ?? null, limit],
  )
  return rows
}

export async function verificationView(sql: Sql, id: string): Promise<VerificationView | undefined> {
  const { rows } = await sql.query<VerificationView>(`${viewed} where v.id = $1`, [id])
  return rows[0]
}

/** Null while it has none. */
export async function verificationReport(sql: Sql, id: string): Promise<unknown> {
  const { rows } = await sql.query<{ report: unknown }>(
    'select report from sluice.verify_runs where id = $1',
    [id],
  )
  return rows[0]?.report ?? null
}

/** Nobody else changes it until the transaction ends. */
export async function lockVerification(sql: Sql, id: string): Promise<VerificationRow | undefined> {
  const { rows } = await sql.query<VerificationRow>(
    `select ${own} from sluice.verify_runs v where v.id = $1 for update`,
    [id],
  )
  return rows[0]
}

/** The integration's queued or running one; nobody else changes it until the transaction ends. */
export async function lockOpenVerification(
  sql: Sql,
  integration: string,
): Promise<VerificationRow | undefined> {
  const { rows } = await sql.query<VerificationRow>(
    `select ${own} from sluice.verify_runs v
     where v.integration_id = $1 and v.status in ('queued', 'running') for update`,
    [integration],
  )
  return rows[0]
}

export type NewVerification = Pick<
  VerificationRow,
  'id' | 'integration_id' | 'trigger' | 'tables' | 'repair' | 'max_requests' | 'trace'
> & { readonly job_id: string }

/** Queues it. False when the integration has one that is open. */
export async function insertVerification(sql: Sql, row: NewVerification, at: Date): Promise<boolean> {
  const { rowCount } = await sql.query(
    `insert into sluice.verify_runs (id, integration_id, status, trigger, tables, repair, max_requests, job_id, queued_at, trace)
     values ($1, $2, 'queued', $8, $3, $4, $5, $6, $7, $9)
     on conflict (integration_id) where status in ('queued', 'running') do nothing`,
    [
      row.id,
      row.integration_id,
      row.tables === null ? null : JSON.stringify(row.tables),
      row.repair,
      row.max_requests,
      row.job_id,
      at,
      row.trigger,
      row.trace,
    ],
  )
  return rowCount === 1
}

/**
 * Whether a run of the integration has to wait: one is verified, or a verification that came before it has found
 * another run in its way. `before`: when the run was queued.
 */
export async function isVerifying(sql: Sql, integration: string, before: Date): Promise<boolean> {
  const { rowCount } = await sql.query(
    `select from sluice.verify_runs
     where integration_id = $1
       and (status = 'running' or (status = 'queued' and waits_for = 'run' and queued_at < $2))`,
    [integration, before],
  )
  return rowCount !== 0
}

/** Warehouses that are to be rid of an integration's tables. */
import type { Sql } from './database.ts'

export interface DropRow {
  readonly integration_id: string
  readonly status: 'queued' | 'running' | 'done' | 'failed'
  readonly job_id: string | null
  readonly failures: number
}

/** Queues it, also after one that failed. False when it is queued or going on already, or was done. */
export async function insertDrop(
  sql: Sql,
  { integration, job, at }: { readonly integration: string; readonly job: string; readonly at: Date },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `insert into sluice.drops as d (integration_id, status, job_id, requested_at) values ($1, 'queued', $2, $3)
     on conflict (integration_id) do update
       set status = 'queued', job_id = excluded.job_id, failures = 0, error = null, cure = null,
           requested_at = excluded.requested_at, ended_at = null
       where d.status = 'failed'`,
    [integration, job, at],
  )
  return rowCount === 1
}

const columns = 'integration_id, status, job_id, failures'

/** Nobody else changes it until the transaction ends. */
export async function lockDrop(sql: Sql, integration: string): Promise<DropRow | undefined> {
  const { rows } = await sql.query<DropRow>(
    `select ${columns} from sluice.drops where integration_id = $1 for update`,
    [integration],
  )
  return rows[0]
}

/** All that are queued or going on and that nobody is changing, with the account of each. */
export async function lockOpenDrops(
  sql: Sql,
): Promise<readonly (DropRow & { readonly account_id: string })[]> {
  const { rows } = await sql.query<DropRow & { account_id: string }>(
    `select d.integration_id, d.status, d.job_id, d.failures, i.account_id
     from sluice.drops d join sluice.integrations i on i.id = d.integration_id
     where d.status in ('queued', 'running') order by d.requested_at for update of d skip locked`,
  )
  return rows
}

export async function setDropping(sql: Sql, integration: string): Promise<void> {
  await sql.query(`update sluice.drops set status = 'running' where integration_id = $1`, [integration])
}

/** Back into the queue, whose next job is `next`. False when the job is not the drop's any more. */
export async function requeueDrop(
  sql: Sql,
  { integration, job }: { readonly integration: string; readonly job: string | null },
  next: {
    readonly job: string
    readonly failures: number
    readonly error: string | null
    readonly cure: string | null
  },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update sluice.drops set status = 'queued', job_id = $3, failures = $4, error = $5, cure = $6
     where integration_id = $1 and job_id is not distinct from $2 and status in ('queued', 'running')`,
    [integration, job, next.job, next.failures, next.error, next.cure],
  )
  return rowCount === 1
}

/** Ends it; of one that is done, the integration forgets its warehouse. False when the job is not the drop's any more. */
export async function endDrop(
  sql: Sql,
  { integration, job }: { readonly integration: string; readonly job: string },
  end: {
    readonly tables: readonly string[] | null
    readonly error: string | null
    readonly cure: string | null
    readonly at: Date
  },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update sluice.drops
     set status = case when $3::jsonb is null then 'failed' else 'done' end, tables = $3, error = $4, cure = $5,
         ended_at = $6, job_id = null
     where integration_id = $1 and job_id = $2 and status = 'running'`,
    [integration, job, end.tables === null ? null : JSON.stringify(end.tables), end.error, end.cure, end.at],
  )
  if (rowCount !== 1) return false
  if (end.tables !== null) {
    await sql.query('update sluice.integrations set destination_id = null where id = $1', [integration])
  }
  return true
}

/** Whether tables of a name are to be dropped, or just are: nobody else may load into them. */
export async function isDropping(sql: Sql, name: string): Promise<boolean> {
  const { rows } = await sql.query(
    `select 1 from sluice.drops d join sluice.integrations i on i.id = d.integration_id
     where lower(i.name) = lower($1) and d.status in ('queued', 'running')`,
    [name],
  )
  return rows.length > 0
}

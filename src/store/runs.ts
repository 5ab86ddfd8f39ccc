/** Runs in the store, as people see them and as they are begun and ended. What workers write: run-progress.ts. */
import type { Sql } from './database.ts'

export type RunStatus = 'queued' | 'running' | 'succeeded' | 'partial' | 'failed' | 'cancelled'

export interface RunRow {
  readonly id: string
  readonly integration_id: string
  readonly status: RunStatus
  readonly trigger: 'schedule' | 'person' | 'retry' | 'webhook'
  readonly tables: readonly string[] | null
  readonly full_refresh: boolean
  readonly attempt: number
  readonly failures: number
  readonly worker: string | null
  readonly job_id: string | null
  readonly queued_at: Date
  readonly not_before: Date | null
  readonly started_at: Date | null
  readonly ended_at: Date | null
  readonly rows: number
  readonly deleted: number
  readonly requests: number
  readonly rate_limited: number
  readonly incidents: readonly { readonly stream: string; readonly kind: string; readonly message: string }[]
  readonly error: string | null
  readonly cure: string | null
  readonly cancel_requested_at: Date | null
  /** Of the request that asked for it, as the header `traceparent`; where traces are followed. */
  readonly trace: string | null
}

export interface RunView extends RunRow {
  /** The integration's name. */
  readonly integration: string
  /** Of a queued one: a verification of the integration, or other runs of its account. */
  readonly waits_for: 'verification' | 'account' | null
}

/** Of one account so many runs go on at a time, on all workers together. */
export const accountLimit = 2

const own = `r.id, r.integration_id, r.status, r.trigger, r.tables, r.full_refresh, r.attempt, r.failures, r.worker,
  r.job_id, r.queued_at, r.not_before, r.started_at, r.ended_at, r.rows, r.deleted, r.requests, r.rate_limited,
  r.incidents, r.error, r.cure, r.cancel_requested_at, r.trace`

const viewed = `select ${own}, i.name as integration,
    case when r.status = 'queued' then case
      when exists (select from sluice.verify_runs v where v.integration_id = r.integration_id
          and (v.status = 'running' or (v.status = 'queued' and v.waits_for = 'run' and v.queued_at < r.queued_at)))
        then 'verification'
      when (select count(*) from sluice.runs o join sluice.integrations a on a.id = o.integration_id
            where o.status = 'running' and a.account_id = i.account_id) >= ${accountLimit} then 'account'
    end end as waits_for
  from sluice.runs r join sluice.integrations i on i.id = r.integration_id`

export interface RunFilter {
  readonly integration?: string | undefined
  readonly status?: RunStatus | undefined
  /** Part of the integration's name. */
  readonly text?: string | undefined
  readonly limit: number
  /** The id of the last one of the page before. */
  readonly after?: string | undefined
}

/** Newest first. */
export async function runs(sql: Sql, filter: RunFilter): Promise<readonly RunView[]> {
  const { rows } = await sql.query<RunView>(
    `${viewed}
     where ($1::uuid is null or r.integration_id = $1)
       and ($2::text is null or r.status = $2)
       and ($3::text is null or strpos(lower(i.name), lower($3)) > 0)
       and ($4::uuid is null or (r.queued_at, r.id) < (select queued_at, id from sluice.runs where id = $4))
     order by r.queued_at desc, r.id desc limit $5`,
    [
      filter.integration ?? null,
      filter.status ?? null,
      filter.text ?? null,
      filter.after ?? null,
      filter.limit,
    ],
  )
  return rows
}

export async function runView(sql: Sql, id: string): Promise<RunView | undefined> {
  const { rows } = await sql.query<RunView>(`${viewed} where r.id = $1`, [id])
  return rows[0]
}

/** Nobody else changes it until the transaction ends. */
export async function lockRun(sql: Sql, id: string): Promise<RunRow | undefined> {
  const { rows } = await sql.query<RunRow>(`select ${own} from sluice.runs r where r.id = $1 for update`, [
    id,
  ])
  return rows[0]
}

/** The integration's queued or running one; nobody else changes it until the transaction ends. */
export async function lockOpenRun(sql: Sql, integration: string): Promise<RunRow | undefined> {
  const { rows } = await sql.query<RunRow>(
    `select ${own} from sluice.runs r
     where r.integration_id = $1 and r.status in ('queued', 'running') for update`,
    [integration],
  )
  return rows[0]
}

/**
 * Whether a verification of the integration has to wait: a run goes on, or one that was queued before it has its time.
 * `before`: when the verification was queued.
 */
export async function isRunInTheWay(
  sql: Sql,
  integration: string,
  { before, at }: { readonly before: Date; readonly at: Date },
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `select from sluice.runs
     where integration_id = $1
       and (status = 'running'
         or (status = 'queued' and queued_at < $2 and (not_before is null or not_before <= $3)))`,
    [integration, before, at],
  )
  return rowCount !== 0
}

export type NewRun = Pick<
  RunRow,
  'id' | 'integration_id' | 'trigger' | 'tables' | 'full_refresh' | 'trace'
> & {
  readonly job_id: string
}

/** Queues runs, but none of an integration that has an open one. Returns the ids of those that were queued. */
export async function insertRuns(sql: Sql, runs: readonly NewRun[], at: Date): Promise<ReadonlySet<string>> {
  const { rows } = await sql.query<{ id: string }>(
    `insert into sluice.runs (id, integration_id, status, trigger, tables, full_refresh, job_id, queued_at, trace)
     select id, integration_id, 'queued', trigger, tables, full_refresh, job_id, $7, trace
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::jsonb[], $5::boolean[], $6::uuid[], $8::text[])
       n (id, integration_id, trigger, tables, full_refresh, job_id, trace)
     on conflict (integration_id) where status in ('queued', 'running') do nothing
     returning id`,
    [
      runs.map(({ id }) => id),
      runs.map(({ integration_id }) => integration_id),
      runs.map(({ trigger }) => trigger),
      runs.map(({ tables }) => (tables === null ? null : JSON.stringify(tables))),
      runs.map(({ full_refresh }) => full_refresh),
      runs.map(({ job_id }) => job_id),
      at,
      runs.map(({ trace }) => trace),
    ],
  )
  return new Set(rows.map(({ id }) => id))
}

export interface TableRunRow {
  readonly stream: string
  readonly table_name: string
  readonly status: string
  readonly rows: number
  readonly deleted: number
  readonly read: number
  readonly requests: number
  readonly fraction: number | null
  readonly last_run_before: Date | null
  readonly last_run: Date | null
  readonly reason: string | null
  readonly drift: readonly {
    readonly field: string
    readonly kind: 'unknown' | 'misfit'
    readonly type: string
    readonly rows: number
  }[]
  readonly started_at: Date | null
  readonly ended_at: Date | null
}

export async function tableRuns(sql: Sql, run: string): Promise<readonly TableRunRow[]> {
  const { rows } = await sql.query<TableRunRow>(
    `select stream, table_name, status, rows, deleted, read, requests, fraction, last_run_before, last_run, reason,
       drift, started_at, ended_at
     from sluice.table_runs where run_id = $1 order by stream`,
    [run],
  )
  return rows
}

export interface TableRow {
  readonly stream: string
  readonly table_name: string
  readonly status: string | null
  readonly reason: string | null
  readonly last_run: Date | null
  readonly rows_last: number
  readonly rows_total: number
  readonly columns: number | null
  /** By the last verification that looked at it. */
  readonly verify_id: string | null
  readonly verify_status: string | null
  readonly verified_at: Date | null
  /** How long its last run took that has ended. */
  readonly seconds_last: number | null
}

/** The tables of an integration as its last runs left them, and its last verifications found them. */
export async function tablesOf(sql: Sql, integration: string): Promise<readonly TableRow[]> {
  const { rows } = await sql.query<TableRow>(
    `select t.stream, t.table_name, t.status, t.reason, t.last_run, t.rows_last, t.rows_total, t.columns, t.verify_id,
       t.verify_status, t.verified_at, extract(epoch from r.ended_at - r.started_at)::float8 as seconds_last
     from sluice.tables t left join sluice.table_runs r on r.run_id = t.run_id and r.stream = t.stream
     where t.integration_id = $1 order by t.stream`,
    [integration],
  )
  return rows
}

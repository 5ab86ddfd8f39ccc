/** What workers write of runs. Every statement names the attempt: who was overtaken finds no row, and stops. */
import type { Sql } from './database.ts'
import type { Attempt, End } from './work.ts'

export interface Counts {
  readonly rows: number
  readonly deleted: number
  readonly requests: number
  readonly rate_limited: number
}

export interface Told {
  readonly cancelRequested: boolean
  /** Some run is queued whose time has come. */
  readonly othersWait: boolean
}

/** Adds to the run's counts. Undefined when the attempt is no longer the run's. */
export async function addToRun(
  sql: Sql,
  { id, attempt }: Attempt,
  counts: Counts,
  more: { readonly incidents: readonly unknown[]; readonly progress: boolean; readonly at: Date },
): Promise<Told | undefined> {
  const { rows } = await sql.query<Told>(
    `update sluice.runs
     set rows = rows + $3, deleted = deleted + $4, requests = requests + $5, rate_limited = rate_limited + $6,
         incidents = incidents || $7::jsonb, failures = case when $8 then 0 else failures end
     where id = $1 and attempt = $2 and status = 'running'
     returning cancel_requested_at is not null as "cancelRequested",
       exists (select 1 from sluice.runs o
               where o.status = 'queued' and (o.not_before is null or o.not_before <= $9)) as "othersWait"`,
    [
      id,
      attempt,
      counts.rows,
      counts.deleted,
      counts.requests,
      counts.rate_limited,
      JSON.stringify(more.incidents),
      more.progress,
      more.at,
    ],
  )
  return rows[0]
}

/** The tables of a run, all to be read; what earlier attempts brought stays counted. */
export async function setTableRuns(
  sql: Sql,
  run: string,
  tables: readonly { readonly stream: string; readonly table: string }[],
): Promise<void> {
  const streams = tables.map(({ stream }) => stream)
  await sql.query('delete from sluice.table_runs where run_id = $1 and stream <> all ($2)', [run, streams])
  await sql.query(
    `insert into sluice.table_runs (run_id, stream, table_name, status)
     select $1, stream, table_name, 'queued' from unnest($2::text[], $3::text[]) n (stream, table_name)
     on conflict (run_id, stream) do update
       set status = 'queued', table_name = excluded.table_name, reason = null, ended_at = null`,
    [run, streams, tables.map(({ table }) => table)],
  )
}

/** What changed of one table of a run: counts as differences, the rest as it is now, null where it stays. */
export interface TableChange {
  readonly stream: string
  readonly table: string
  readonly columns: number
  readonly status: string | null
  readonly read: number
  readonly rows: number
  readonly deleted: number
  readonly requests: number
  readonly fraction: number | null
  readonly last_run_before: Date | null
  readonly last_run: Date | null
  readonly reason: string | null
  readonly drift: readonly unknown[] | null
  /** Columns that the warehouse's table was given. */
  readonly added: readonly string[]
  readonly started_at: Date | null
  readonly ended_at: Date | null
}

const changes = (tables: readonly TableChange[]) =>
  JSON.stringify(tables.map((change) => ({ ...change, ended: change.ended_at !== null })))

export async function addToTableRuns(sql: Sql, run: string, tables: readonly TableChange[]): Promise<void> {
  if (tables.length === 0) return
  await sql.query(
    `update sluice.table_runs t
     set status = coalesce(n.status, t.status), read = t.read + n.read, rows = t.rows + n.rows,
         deleted = t.deleted + n.deleted, requests = t.requests + n.requests,
         fraction = coalesce(n.fraction, t.fraction),
         last_run_before = coalesce(t.last_run_before, n.last_run_before),
         last_run = coalesce(n.last_run, t.last_run),
         reason = case when n.ended then n.reason else t.reason end,
         drift = coalesce(n.drift, t.drift), added = t.added || n.added,
         started_at = coalesce(t.started_at, n.started_at), ended_at = coalesce(n.ended_at, t.ended_at)
     from jsonb_to_recordset($2::jsonb) n (stream text, status text, read bigint, rows bigint, deleted bigint,
       requests bigint, fraction real, last_run_before timestamptz, last_run timestamptz, reason text, drift jsonb,
       added jsonb, started_at timestamptz, ended_at timestamptz, ended boolean)
     where t.run_id = $1 and t.stream = n.stream`,
    [run, changes(tables)],
  )
}

/** The same, for the integration's tables. */
export async function addToTables(
  sql: Sql,
  integration: string,
  run: string,
  tables: readonly TableChange[],
): Promise<void> {
  if (tables.length === 0) return
  await sql.query(
    `insert into sluice.tables as t
       (integration_id, stream, table_name, status, reason, run_id, last_run, rows_last, rows_total, columns)
     select $1, stream, "table", status, reason, $2, last_run, rows, rows, columns
     from jsonb_to_recordset($3::jsonb) n (stream text, "table" text, status text, reason text, last_run timestamptz,
       rows bigint, columns integer)
     on conflict (integration_id, stream) do update
       set table_name = excluded.table_name, status = coalesce(excluded.status, t.status),
           reason = case when excluded.status is null then t.reason else excluded.reason end,
           run_id = excluded.run_id, last_run = coalesce(excluded.last_run, t.last_run),
           rows_last = case when t.run_id = excluded.run_id then t.rows_last else 0 end + excluded.rows_last,
           rows_total = t.rows_total + excluded.rows_total, columns = excluded.columns`,
    [integration, run, changes(tables)],
  )
}

export async function addToIntegration(sql: Sql, integration: string, rows: number): Promise<void> {
  await sql.query('update sluice.integrations set rows_total = rows_total + $2 where id = $1', [
    integration,
    rows,
  ])
}

/** Statuses of the run's tables. */
export async function tableStatuses(sql: Sql, run: string): Promise<readonly string[]> {
  const { rows } = await sql.query<{ status: string }>(
    'select status from sluice.table_runs where run_id = $1',
    [run],
  )
  return rows.map(({ status }) => status)
}

/** Of a run that has ended: so have its tables, those too that were not read. */
export async function endTables(
  sql: Sql,
  run: string,
  { status, error, at }: Pick<End, 'status' | 'error' | 'at'>,
): Promise<void> {
  await sql.query(
    `update sluice.table_runs set status = case when $2 = 'cancelled' then 'cancelled' else 'failed' end,
       reason = coalesce($3, reason, 'the run ended before this table was read'), ended_at = $4
     where run_id = $1 and status in ('queued', 'running')`,
    [run, status, error, at],
  )
}

/** Of a run that is queued again. */
export async function requeueTables(sql: Sql, run: string): Promise<void> {
  await sql.query(`update sluice.table_runs set status = 'queued' where run_id = $1 and status = 'running'`, [
    run,
  ])
}

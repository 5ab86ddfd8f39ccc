/** Integrations in the store. What `source`, `selection` and `schedule` hold is the caller's business. */
import type { Sql } from './database.ts'

export type IntegrationStatus = 'pending' | 'active' | 'paused' | 'deleted'

/** An integration itself. */
export interface IntegrationRow {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly status: IntegrationStatus
  readonly destination_id: string | null
  readonly source: unknown
  readonly source_secret: string | null
  readonly key_shown: string | null
  readonly account_id: string
  readonly account_name: string | null
  readonly livemode: boolean
  readonly selection: unknown
  readonly since: Date | null
  readonly schedule: unknown
  readonly next_run_at: Date | null
  readonly verify: unknown
  readonly next_verify_at: Date | null
  readonly held: string | null
  readonly loaded_at: Date | null
  readonly rows_total: number
  readonly revision: number
  /** Of a deleted one: another integration may have its name. */
  readonly name_released: boolean
  readonly created_at: Date
  readonly updated_at: Date
  readonly deleted_at: Date | null
}

export const own = `i.id, i.name, i.description, i.status, i.destination_id, i.source, i.source_secret, i.key_shown,
  i.account_id, i.account_name, i.livemode, i.selection, i.since, i.schedule, i.next_run_at, i.verify,
  i.next_verify_at, i.held,
  i.loaded_at, i.rows_total, i.revision, i.name_released, i.created_at, i.updated_at, i.deleted_at`

/** With what its runs and its warehouse say of it. Times within JSON are text. */
export interface IntegrationView extends IntegrationRow {
  readonly destination_name: string | null
  readonly destination_kind: string | null
  readonly open_run_id: string | null
  readonly last_verification: {
    readonly id: string
    readonly status: string
    readonly queued_at: string
    readonly ended_at: string | null
  } | null
  readonly fresh_until: Date | null
  readonly last_run: {
    readonly id: string
    readonly status: string
    readonly started_at: string | null
    readonly ended_at: string | null
    readonly rows: number
    readonly error: string | null
    readonly cure: string | null
    readonly tables: number
    readonly tables_ok: number
  } | null
  readonly drop: {
    readonly status: 'queued' | 'running' | 'done' | 'failed'
    readonly tables: readonly string[] | null
    readonly error: string | null
    readonly cure: string | null
    readonly requested_at: string
    readonly ended_at: string | null
  } | null
  /** Newest first. */
  readonly recent: readonly {
    readonly run_id: string
    readonly status: string
    readonly queued_at: string
    readonly seconds: number | null
    readonly rows: number
    readonly requests: number
  }[]
}

/** The oldest lastRunDate of its tables; null while one has none. */
export const freshUntil = `(select case when bool_and(t.last_run is not null) then min(t.last_run) end
   from jsonb_array_elements(i.selection -> 'tables') s
     left join sluice.tables t on t.integration_id = i.id and t.stream = s ->> 'name')`

const view = `${own}, d.name as destination_name, d.kind as destination_kind,
  (select id from sluice.runs r where r.integration_id = i.id and r.status in ('queued', 'running')) as open_run_id,
  (select jsonb_build_object('id', v.id, 'status', v.status, 'queued_at', v.queued_at, 'ended_at', v.ended_at)
   from sluice.verify_runs v where v.integration_id = i.id order by v.queued_at desc, v.id desc limit 1)
    as last_verification,
  ${freshUntil} as fresh_until,
  (select jsonb_build_object('id', r.id, 'status', r.status, 'started_at', r.started_at, 'ended_at', r.ended_at,
       'rows', r.rows, 'error', r.error, 'cure', r.cure,
       'tables', (select count(*) from sluice.table_runs t where t.run_id = r.id),
       'tables_ok', (select count(*) from sluice.table_runs t where t.run_id = r.id and t.status = 'ok'))
   from sluice.runs r where r.integration_id = i.id order by r.queued_at desc, r.id limit 1) as last_run,
  (select jsonb_build_object('status', p.status, 'tables', p.tables, 'error', p.error, 'cure', p.cure,
       'requested_at', p.requested_at, 'ended_at', p.ended_at)
   from sluice.drops p where p.integration_id = i.id) as drop,
  -- Sorted before they are made JSON: there may be thousands.
  coalesce((select jsonb_agg(jsonb_build_object('run_id', r.id, 'status', r.status, 'queued_at', r.queued_at,
       'seconds', extract(epoch from r.ended_at - r.started_at), 'rows', r.rows, 'requests', r.requests)
       order by r.queued_at desc, r.id)
     from (select id, status, queued_at, started_at, ended_at, rows, requests from sluice.runs
       where integration_id = i.id order by queued_at desc, id limit 30) r), '[]') as recent`

export const viewed = `select ${view} from sluice.integrations i left join sluice.destinations d on d.id = i.destination_id`

export async function integrationView(sql: Sql, id: string): Promise<IntegrationView | undefined> {
  const { rows } = await sql.query<IntegrationView>(`${viewed} where i.id = $1`, [id])
  return rows[0]
}

/** All that were not deleted, by name. */
export async function presentIntegrations(sql: Sql): Promise<readonly IntegrationRow[]> {
  const { rows } = await sql.query<IntegrationRow>(
    `select ${own} from sluice.integrations i where i.status <> 'deleted' order by lower(i.name)`,
  )
  return rows
}

/** With `lock`, nobody else changes it until the transaction ends. */
export async function integrationById(
  sql: Sql,
  id: string,
  { lock = false } = {},
): Promise<IntegrationRow | undefined> {
  const { rows } = await sql.query<IntegrationRow>(
    `select ${own} from sluice.integrations i where i.id = $1 ${lock ? 'for update' : ''}`,
    [id],
  )
  return rows[0]
}

export type NewIntegration = Pick<
  IntegrationRow,
  | 'id'
  | 'name'
  | 'description'
  | 'destination_id'
  | 'source'
  | 'source_secret'
  | 'key_shown'
  | 'account_id'
  | 'account_name'
  | 'livemode'
  | 'selection'
  | 'since'
  | 'schedule'
  | 'next_run_at'
  | 'verify'
  | 'next_verify_at'
>

/** Breaks the index `integrations_name` when the name is taken. */
export async function insertIntegration(sql: Sql, row: NewIntegration, at: Date): Promise<void> {
  await sql.query(
    `insert into sluice.integrations (id, name, description, status, destination_id, source, source_secret,
       key_shown, account_id, account_name, livemode, selection, since, schedule, next_run_at, verify, next_verify_at,
       created_at, updated_at)
     values ($1, $2, $3, 'pending', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $16, $17, $15, $15)`,
    [
      row.id,
      row.name,
      row.description,
      row.destination_id,
      JSON.stringify(row.source),
      row.source_secret,
      row.key_shown,
      row.account_id,
      row.account_name,
      row.livemode,
      JSON.stringify(row.selection),
      row.since,
      JSON.stringify(row.schedule),
      row.next_run_at,
      at,
      JSON.stringify(row.verify),
      row.next_verify_at,
    ],
  )
}

export type EditedIntegration = Pick<
  IntegrationRow,
  | 'id'
  | 'description'
  | 'destination_id'
  | 'source'
  | 'source_secret'
  | 'key_shown'
  | 'account_name'
  | 'selection'
  | 'schedule'
  | 'next_run_at'
  | 'verify'
  | 'next_verify_at'
>

export async function updateIntegration(sql: Sql, row: EditedIntegration, at: Date): Promise<void> {
  await sql.query(
    `update sluice.integrations
     set description = $2, destination_id = $3, source = $4, source_secret = $5, key_shown = $6, account_name = $7,
         selection = $8, schedule = $9, next_run_at = $10, verify = $12, next_verify_at = $13, held = null,
         revision = revision + 1, updated_at = $11
     where id = $1`,
    [
      row.id,
      row.description,
      row.destination_id,
      JSON.stringify(row.source),
      row.source_secret,
      row.key_shown,
      row.account_name,
      JSON.stringify(row.selection),
      JSON.stringify(row.schedule),
      row.next_run_at,
      at,
      JSON.stringify(row.verify),
      row.next_verify_at,
    ],
  )
}

/** Paused, or back again: `active` when data was loaded before, `pending` otherwise. */
export async function setPaused(
  sql: Sql,
  id: string,
  { paused, nextRunAt, at }: { paused: boolean; nextRunAt: Date | null; at: Date },
): Promise<void> {
  await sql.query(
    `update sluice.integrations
     set status = case when $2 then 'paused' when loaded_at is null then 'pending' else 'active' end,
         next_run_at = $3, held = null, revision = revision + 1, updated_at = $4
     where id = $1`,
    [id, paused, nextRunAt, at],
  )
}

/** Its history stays, and where its tables are; its credentials are the caller's to erase. */
export async function setDeleted(sql: Sql, id: string, at: Date): Promise<void> {
  await sql.query(
    `update sluice.integrations
     set status = 'deleted', source_secret = null, key_shown = null, next_run_at = null, next_verify_at = null,
         held = null, revision = revision + 1, updated_at = $2, deleted_at = $2
     where id = $1`,
    [id, at],
  )
}

/** Lets go of the name of an integration that was deleted. */
export async function releaseName(sql: Sql, name: string): Promise<void> {
  await sql.query(
    `update sluice.integrations set name_released = true
     where lower(name) = lower($1) and status = 'deleted' and not name_released`,
    [name],
  )
}

/** Who has the name: an integration that is there, one that was deleted, or nobody. */
export async function nameHolder(sql: Sql, name: string): Promise<'nobody' | 'deleted' | 'present'> {
  const { rows } = await sql.query<{ status: IntegrationStatus }>(
    'select status from sluice.integrations where lower(name) = lower($1) and not name_released',
    [name],
  )
  const [holder] = rows
  if (!holder) return 'nobody'
  return holder.status === 'deleted' ? 'deleted' : 'present'
}

/** Those whose time has come, which no other scheduler takes until the transaction ends. */
export async function dueIntegrations(sql: Sql, at: Date, limit: number): Promise<readonly IntegrationRow[]> {
  const { rows } = await sql.query<IntegrationRow>(
    `select ${own} from sluice.integrations i
     where i.status in ('pending', 'active') and i.next_run_at <= $1
     order by i.next_run_at limit $2 for update skip locked`,
    [at, limit],
  )
  return rows
}

/** Those that are to be verified, which no other scheduler takes until the transaction ends. */
export async function dueForVerify(sql: Sql, at: Date, limit: number): Promise<readonly IntegrationRow[]> {
  const { rows } = await sql.query<IntegrationRow>(
    `select ${own} from sluice.integrations i
     where i.status = 'active' and i.next_verify_at <= $1
     order by i.next_verify_at limit $2 for update skip locked`,
    [at, limit],
  )
  return rows
}

export async function setNextVerify(sql: Sql, id: string, at: Date | null): Promise<void> {
  await sql.query('update sluice.integrations set next_verify_at = $2 where id = $1', [id, at])
}

export interface NextRun {
  readonly id: string
  readonly at: Date | null
  readonly held: string | null
}

export async function setNextRuns(sql: Sql, next: readonly NextRun[]): Promise<void> {
  await sql.query(
    `update sluice.integrations i set next_run_at = n.at, held = n.held
     from unnest($1::uuid[], $2::timestamptz[], $3::text[]) n (id, at, held) where i.id = n.id`,
    [next.map(({ id }) => id), next.map(({ at }) => at), next.map(({ held }) => held)],
  )
}

/** A run has loaded data: what was pending is active. */
export async function setLoaded(sql: Sql, id: string, at: Date): Promise<void> {
  await sql.query(
    `update sluice.integrations
     set loaded_at = coalesce(loaded_at, $2), status = case when status = 'pending' then 'active' else status end
     where id = $1 and (loaded_at is null or status = 'pending')`,
    [id, at],
  )
}

/** What lasts of what was told, so that it is told once; and which runs and integrations are to be looked at. */
import type { Sql } from '../database.ts'
import { lookedAt } from '../work.ts'

const lookLock = 5_721_907

/** Nobody else looks until the transaction ends; false when somebody does. */
export async function lookAlone(sql: Sql): Promise<boolean> {
  const { rows } = await sql.query<{ alone: boolean }>('select pg_try_advisory_xact_lock($1) as alone', [
    lookLock,
  ])
  return rows[0]?.alone === true
}

export interface EndedRun {
  readonly id: string
  readonly integration_id: string
  readonly integration: string
  readonly status: 'succeeded' | 'partial' | 'failed' | 'cancelled'
  readonly error: string | null
  readonly cure: string | null
  readonly incidents: readonly { readonly stream: string; readonly kind: string; readonly message: string }[]
  readonly tables: readonly {
    readonly stream: string
    readonly status: string
    readonly reason: string | null
    readonly readBefore: boolean
    readonly drift: readonly { readonly field: string; readonly kind: string; readonly type: string }[]
    /** Columns that the warehouse's table was given. */
    readonly added: readonly string[]
  }[]
}

/** Runs that have ended and were not looked at, oldest first; from now on they were. */
export async function takeEndedRuns(sql: Sql, limit: number): Promise<readonly EndedRun[]> {
  const { rows } = await sql.query<EndedRun>(
    `with seen as (${lookedAt('runs', 'incidents')})
     select r.id, r.integration_id, i.name as integration, r.status, r.error, r.cure, r.incidents,
       coalesce((select jsonb_agg(jsonb_build_object('stream', t.stream, 'status', t.status, 'reason', t.reason,
           'readBefore', t.last_run_before is not null, 'drift', t.drift, 'added', t.added) order by t.stream)
         from sluice.table_runs t where t.run_id = r.id), '[]') as tables
     from seen r join sluice.integrations i on i.id = r.integration_id order by r.ended_at, r.id`,
    [limit],
  )
  return rows
}

export interface Freshness {
  readonly integration_id: string
  readonly integration: string
  /** What happened until then is in the warehouse, of all its tables that were ever read; its creation before the first run. */
  readonly fresh: Date
}

/** Of those that are to run by themselves, or of one of them. */
export async function freshness(sql: Sql, integration: string | null): Promise<readonly Freshness[]> {
  const { rows } = await sql.query<Freshness>(
    `select i.id as integration_id, i.name as integration, coalesce(min(t.last_run), i.created_at) as fresh
     from sluice.integrations i
       left join lateral jsonb_array_elements(i.selection -> 'tables') s on true
       left join sluice.tables t on t.integration_id = i.id and t.stream = s ->> 'name'
     where i.status in ('pending', 'active') and ($1::uuid is null or i.id = $1)
     group by i.id order by i.id`,
    [integration],
  )
  return rows
}

export interface State {
  readonly rule: string
  readonly integration: string
  readonly event: string
}

/** Remembers that it was told. Returns those subjects that were not remembered before. */
export async function beginStates(
  sql: Sql,
  { rule, integration, event }: State,
  subjects: readonly string[],
  at: Date,
): Promise<ReadonlySet<string>> {
  if (subjects.length === 0) return new Set()
  const { rows } = await sql.query<{ subject: string }>(
    `insert into sluice.alert_states (rule_id, integration_id, event, subject, since)
     select $1, $2, $3, subject, $5 from unnest($4::text[]) n (subject)
     on conflict do nothing returning subject`,
    [rule, integration, event, subjects, at],
  )
  return new Set(rows.map(({ subject }) => subject))
}

/** Forgets it. Returns those subjects that were remembered, with since when. */
export async function endStates(
  sql: Sql,
  { rule, integration, event }: State,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, Date>> {
  if (subjects.length === 0) return new Map()
  const { rows } = await sql.query<{ subject: string; since: Date }>(
    `delete from sluice.alert_states
     where rule_id = $1 and integration_id = $2 and event = $3 and subject = any ($4) returning subject, since`,
    [rule, integration, event, subjects],
  )
  return new Map(rows.map(({ subject, since }) => [subject, since]))
}

/** Integrations of which it was told and has not ended. */
export async function integrationsIn(sql: Sql, rule: string, event: string): Promise<ReadonlySet<string>> {
  const { rows } = await sql.query<{ integration_id: string }>(
    'select integration_id from sluice.alert_states where rule_id = $1 and event = $2',
    [rule, event],
  )
  return new Set(rows.map(({ integration_id }) => integration_id))
}

/** Figures of integrations for monitoring, summed by the store so that every process tells the same. */
import type { Sql } from './database.ts'

export interface IntegrationFigures {
  readonly name: string
  readonly status: string
  readonly rows: number
  readonly requests: number
  readonly rate_limited: number
  /** Seconds since what is in the warehouse was up to date; null while a table never was. */
  readonly lag: number | null
  /** Of the last run that ended. */
  readonly last_status: string | null
  readonly last_seconds: number | null
  readonly last_ended: Date | null
  readonly runs: Readonly<Record<string, number>>
  /** When a verification last came to a verdict, and which. */
  readonly verified: Date | null
  readonly verified_status: string | null
}

/** Of those that are not deleted, by name. */
export async function integrationFigures(sql: Sql): Promise<readonly IntegrationFigures[]> {
  const { rows } = await sql.query<IntegrationFigures>(
    `with ended as (
       select distinct on (integration_id) integration_id, status, ended_at,
         extract(epoch from ended_at - started_at)::float8 as seconds
       from sluice.runs where ended_at is not null order by integration_id, queued_at desc, id
     ), sums as (
       select integration_id, sum(requests)::bigint as requests, sum(rate_limited)::bigint as rate_limited
       from sluice.runs group by integration_id
     ), counts as (
       select integration_id, jsonb_object_agg(status, n) as runs
       from (select integration_id, status, count(*) as n from sluice.runs group by integration_id, status) c
       group by integration_id
     ), verified as (
       select distinct on (integration_id) integration_id, status, ended_at
       from sluice.verify_runs where found is not null order by integration_id, queued_at desc, id desc
     ), fresh as (
       select i.id, case when bool_and(t.last_run is not null) then min(t.last_run) end as until
       from sluice.integrations i cross join jsonb_array_elements(i.selection -> 'tables') s
         left join sluice.tables t on t.integration_id = i.id and t.stream = s ->> 'name'
       group by i.id
     )
     select i.name, i.status, i.rows_total as rows, coalesce(s.requests, 0) as requests,
       coalesce(s.rate_limited, 0) as rate_limited, extract(epoch from now() - f.until)::float8 as lag,
       e.status as last_status, e.seconds as last_seconds, e.ended_at as last_ended,
       coalesce(c.runs, '{}') as runs, v.ended_at as verified, v.status as verified_status
     from sluice.integrations i
       left join ended e on e.integration_id = i.id
       left join sums s on s.integration_id = i.id
       left join counts c on c.integration_id = i.id
       left join fresh f on f.id = i.id
       left join verified v on v.integration_id = i.id
     where i.status <> 'deleted' order by i.name`,
  )
  return rows
}

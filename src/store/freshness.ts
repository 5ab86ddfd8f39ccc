/** When the tables of an integration came up to date, run by run. */
import type { Sql } from './database.ts'

/** How a table came out of a run. */
export interface TableEnd {
  readonly run_id: string
  /** Whether the run was of all tables. */
  readonly whole: boolean
  readonly stream: string
  readonly started_at: Date
  readonly ended_at: Date
  /** Null where it was the first. */
  readonly last_run_before: Date | null
  /** Null where it did not come up to date. */
  readonly last_run: Date | null
}

/** Of the last runs, as many as are asked for: each end of a table, run after run, in the order of their ends. */
export async function tableEnds(sql: Sql, integration: string, runs: number): Promise<readonly TableEnd[]> {
  const { rows } = await sql.query<TableEnd>(
    `select t.run_id, r.tables is null as whole, t.stream, r.started_at, t.ended_at, t.last_run_before, t.last_run
     from (select id, tables, queued_at, started_at from sluice.runs
           where integration_id = $1 and started_at is not null order by queued_at desc, id limit $2) r
       join sluice.table_runs t on t.run_id = r.id
     where t.ended_at is not null
     order by r.queued_at, r.id desc, t.ended_at`,
    [integration, runs],
  )
  return rows
}

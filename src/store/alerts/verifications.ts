/** Verifications that are to be looked at. */
import type { Sql } from '../database.ts'
import { lookedAt } from '../work.ts'

export interface EndedVerification {
  readonly id: string
  readonly integration_id: string
  readonly integration: string
  readonly status: 'equal' | 'different' | 'incomplete' | 'failed' | 'cancelled'
  readonly error: string | null
  readonly cure: string | null
  /** Of its report. */
  readonly tables: readonly {
    readonly stream: string
    readonly status: string
    readonly missing: number
    readonly extra: number
    readonly stale: number
  }[]
}

/** Those that have ended and were not looked at, oldest first; from now on they were. */
export async function takeEndedVerifications(sql: Sql, limit: number): Promise<readonly EndedVerification[]> {
  const { rows } = await sql.query<EndedVerification>(
    `with seen as (${lookedAt('verify_runs', 'report')})
     select v.id, v.integration_id, i.name as integration, v.status, v.error, v.cure,
       coalesce((select jsonb_agg(jsonb_build_object('stream', t -> 'stream', 'status', t -> 'status',
           'missing', t -> 'missing' -> 'count', 'extra', t -> 'extra' -> 'count', 'stale', t -> 'stale' -> 'count'))
         from jsonb_array_elements(v.report -> 'tables') t), '[]') as tables
     from seen v join sluice.integrations i on i.id = v.integration_id order by v.ended_at, v.id`,
    [limit],
  )
  return rows
}

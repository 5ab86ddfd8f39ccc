/** What became of the columns of an integration's tables, run by run. */
import type { Sql } from './database.ts'

export interface SchemaChangeRow {
  readonly run_id: string
  readonly stream: string
  readonly table_name: string
  readonly at: Date
  readonly added: readonly string[]
  readonly drift: readonly {
    readonly field: string
    readonly kind: 'unknown' | 'misfit'
    readonly type: string
    readonly rows: number
  }[]
}

/** Tables that were given columns, or whose objects had other fields than was known: newest first. */
export async function schemaChanges(
  sql: Sql,
  integration: string,
  most: number,
): Promise<readonly SchemaChangeRow[]> {
  const { rows } = await sql.query<SchemaChangeRow>(
    `select t.run_id, t.stream, t.table_name, coalesce(t.ended_at, r.queued_at) as at, t.added, t.drift
     from sluice.runs r join sluice.table_runs t on t.run_id = r.id
     where r.integration_id = $1 and (t.added <> '[]' or t.drift <> '[]')
     order by r.queued_at desc, t.stream limit $2`,
    [integration, most],
  )
  return rows
}

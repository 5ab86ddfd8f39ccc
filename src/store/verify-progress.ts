/** What workers write of verifications. Every statement names the attempt: who was overtaken finds no row, and stops. */
import type { Sql } from './database.ts'
import type { Attempt } from './work.ts'

/**
 * Says how far it is. With a `state` it has got somewhere: the next attempt goes on there, and the tries before do not
 * count. Undefined when the attempt is no longer the verification's.
 */
export async function setProgress(
  sql: Sql,
  { id, attempt }: Attempt,
  {
    requests,
    progress,
    state,
  }: { readonly requests: number; readonly progress: unknown; readonly state?: unknown },
): Promise<{ readonly cancelRequested: boolean } | undefined> {
  const { rows } = await sql.query<{ cancelRequested: boolean }>(
    `update sluice.verify_runs set requests = $3, progress = $4, state = coalesce($5, state),
       failures = case when $5::jsonb is null then failures else 0 end
     where id = $1 and attempt = $2 and status = 'running'
     returning cancel_requested_at is not null as "cancelRequested"`,
    [id, attempt, requests, JSON.stringify(progress), state === undefined ? null : JSON.stringify(state)],
  )
  return rows[0]
}

/** What one that is queued again waits for; a run that came after it lets it pass then. */
export async function setWaiting(sql: Sql, verification: string, waitsFor: string | null): Promise<void> {
  await sql.query('update sluice.verify_runs set waits_for = $2 where id = $1', [verification, waitsFor])
}

/** As the last attempt left it; null when none has got anywhere. */
export async function verificationState(sql: Sql, verification: string): Promise<unknown> {
  const { rows } = await sql.query<{ state: unknown }>('select state from sluice.verify_runs where id = $1', [
    verification,
  ])
  return rows[0]?.state ?? null
}

/** Of one that has ended. */
export async function forgetState(sql: Sql, verification: string): Promise<void> {
  await sql.query('update sluice.verify_runs set state = null where id = $1', [verification])
}

/** What it has found, in short and whole, as JSON. */
export async function setReport(
  sql: Sql,
  verification: string,
  { found, report }: { readonly found: string; readonly report: string },
): Promise<void> {
  await sql.query('update sluice.verify_runs set found = $2, report = $3 where id = $1', [
    verification,
    found,
    report,
  ])
}

/** What a verification has said of each table of its integration. */
export async function setVerifiedTables(
  sql: Sql,
  integration: string,
  verification: string,
  tables: readonly { readonly stream: string; readonly table: string; readonly status: string }[],
  at: Date,
): Promise<void> {
  await sql.query(
    `insert into sluice.tables as t (integration_id, stream, table_name, verify_id, verify_status, verified_at)
     select $1, stream, "table", $2, status, $4
     from jsonb_to_recordset($3::jsonb) n (stream text, "table" text, status text)
     on conflict (integration_id, stream) do update
       set verify_id = excluded.verify_id, verify_status = excluded.verify_status, verified_at = excluded.verified_at`,
    [integration, verification, JSON.stringify(tables), at],
  )
}

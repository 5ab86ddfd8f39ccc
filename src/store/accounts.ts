/** The accounts of integrations that have several, as the last run left each. */
import type { Sql } from './database.ts'

export type AccountStatus = 'succeeded' | 'partial' | 'failed' | 'paused' | 'disconnected'

export interface AccountRow {
  readonly account_id: string
  readonly name: string | null
  readonly status: AccountStatus
  readonly run_id: string | null
  readonly rows: number
  readonly deleted: number
  readonly requests: number
  readonly reason: string | null
  readonly cure: string | null
  readonly tables: unknown
  readonly last_run: Date | null
  readonly tried_at: Date
}

/** What a run tells of an account. */
export interface AccountChange extends Omit<AccountRow, 'run_id' | 'last_run' | 'tried_at'> {
  /** ISO 8601. */
  readonly last_run: string | null
}

/** SQL: what is not well of tables that the run $2 is not of, and nothing is known of since. */
const untouched = `(
  select coalesce(jsonb_agg(t), '[]') from jsonb_array_elements(a.tables) t
  where exists (select 1 from sluice.runs r where r.id = $2 and r.tables is not null)
    and not exists (select 1 from sluice.table_runs o where o.run_id = $2 and o.stream = t ->> 'stream'))`

export async function setAccounts(
  sql: Sql,
  integration: string,
  run: string,
  accounts: readonly AccountChange[],
  at: Date,
): Promise<void> {
  if (accounts.length === 0) return
  await sql.query(
    `insert into sluice.accounts as a (integration_id, account_id, name, status, run_id, rows, deleted, requests,
       reason, cure, tables, last_run, tried_at)
     select $1, account_id, name, status, $2, rows, deleted, requests, reason, cure, tables, last_run, $4
     from jsonb_to_recordset($3::jsonb) n (account_id text, name text, status text, rows bigint, deleted bigint,
       requests bigint, reason text, cure text, tables jsonb, last_run timestamptz)
     on conflict (integration_id, account_id) do update
       set name = coalesce(excluded.name, a.name), run_id = excluded.run_id,
           rows = excluded.rows, deleted = excluded.deleted, requests = excluded.requests,
           reason = excluded.reason, cure = excluded.cure, tables = excluded.tables || ${untouched},
           status = case when excluded.status = 'succeeded' and ${untouched} <> '[]' then 'partial'
             else excluded.status end,
           last_run = coalesce(excluded.last_run, a.last_run), tried_at = excluded.tried_at`,
    [integration, run, JSON.stringify(accounts), at],
  )
}

/** Those that a run has come to its end without are none of the integration's any more. */
export async function forgetOtherAccounts(sql: Sql, integration: string, run: string): Promise<void> {
  await sql.query('delete from sluice.accounts where integration_id = $1 and run_id is distinct from $2', [
    integration,
    run,
  ])
}

export interface AccountFilter {
  readonly status?: AccountStatus | undefined
  readonly text?: string | undefined
  readonly limit: number
  /** The last one of the page before. */
  readonly after?: string | undefined
}

/** Those that are not well first, then by their ids. */
export async function accountsOf(
  sql: Sql,
  integration: string,
  { status, text, limit, after }: AccountFilter,
): Promise<readonly AccountRow[]> {
  const { rows } = await sql.query<AccountRow>(
    `select account_id, name, status, run_id, rows, deleted, requests, reason, cure, tables, last_run, tried_at
     from sluice.accounts
     where integration_id = $1 and ($2::text is null or status = $2)
       and ($3::text is null or strpos(lower(account_id || ' ' || coalesce(name, '')), lower($3)) > 0)
       and ($4::text is null or (status = 'succeeded', account_id) >
         (select status = 'succeeded', account_id from sluice.accounts where integration_id = $1 and account_id = $4))
     order by status = 'succeeded', account_id limit $5`,
    [integration, status ?? null, text ?? null, after ?? null, limit],
  )
  return rows
}

/** How many there are of each status. */
export async function accountCounts(sql: Sql, integration: string): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql.query<{ status: string; count: number }>(
    'select status, count(*) as count from sluice.accounts where integration_id = $1 group by status',
    [integration],
  )
  return new Map(rows.map(({ status, count }) => [status, count]))
}

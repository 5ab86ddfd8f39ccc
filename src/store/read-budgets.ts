/** What the accounts of all integrations were read, against what they may be: of ten thousand, a page or the nearest. */
import type { Sql } from './database.ts'
import { days } from './reads.ts'

export interface ReadBudgetRow {
  readonly account_id: string
  readonly account_name: string | null
  /** The first ten names. */
  readonly integrations: string[]
  readonly integration_count: number
  /** In the 30 days that end with the day of the question. */
  readonly reads: number
  /** Likewise, of accounts that are connected to it. */
  readonly connected: number
  /** The lowest that one of its integrations is allowed; null when none is limited. */
  readonly most: number | null
}

/** Of the accounts that `chosen` gives; $1 is the day (`2026-11-23`, UTC). */
const budgetsOf = (chosen: string) => `
  select c.account_id, i.account_name, i.integrations, i.integration_count, r.reads, r.connected, i.most
  from (${chosen}) c
    cross join lateral (
      select max(account_name) as account_name, (array_agg(name order by lower(name)))[1:10] as integrations,
        count(*) as integration_count, min((source ->> 'max_reads_per_month')::bigint) as most
      from sluice.integrations where account_id = c.account_id and status <> 'deleted') i
    cross join lateral (
      select coalesce(sum(reads) filter (where account_id = c.account_id), 0)::bigint as reads,
        coalesce(sum(reads) filter (where account_id <> c.account_id), 0)::bigint as connected
      from sluice.reads
      where account_id in (c.account_id, c.account_id || '/connected') and day > $1::date - ${days}) r`

export interface ReadBudgetPage {
  readonly day: string
  /** Part of the account's id or name, or of an integration's name. */
  readonly text?: string | undefined
  readonly limit: number
  /** The last account of the page before. */
  readonly after?: string | undefined
}

/** By the accounts' ids. */
export async function readBudgets(sql: Sql, page: ReadBudgetPage): Promise<readonly ReadBudgetRow[]> {
  const { rows } = await sql.query<ReadBudgetRow>(
    `${budgetsOf(`
      select distinct account_id from sluice.integrations
      where status <> 'deleted' and ($2::text is null or account_id > $2)
        and ($3::text is null or strpos(lower(concat_ws(' ', account_id, account_name, name)), lower($3)) > 0)
      order by account_id limit $4`)}
     order by c.account_id`,
    [page.day, page.after ?? null, page.text ?? null, page.limit],
  )
  return rows
}

export interface NearestBudgetRow extends ReadBudgetRow {
  readonly most: number
  /** How many accounts are limited, and how many of them have used up what they may. */
  readonly limited: number
  readonly spent: number
}

/** Of accounts that are limited, those that have used the greatest part of it. */
export async function nearestToTheirLimit(
  sql: Sql,
  { day, limit }: { readonly day: string; readonly limit: number },
): Promise<readonly NearestBudgetRow[]> {
  const { rows } = await sql.query<NearestBudgetRow>(
    `with limits as materialized (
       select account_id, min((source ->> 'max_reads_per_month')::bigint) as most from sluice.integrations
       where status <> 'deleted' and source ->> 'max_reads_per_month' is not null group by account_id
     ), used as (
       select account_id, sum(reads)::bigint as reads from sluice.reads
       where day > $1::date - ${days} group by account_id
     ), shares as (
       select l.account_id, greatest(o.reads, c.reads, 0)::float8 / greatest(l.most, 1) as share
       from limits l left join used o on o.account_id = l.account_id
         left join used c on c.account_id = l.account_id || '/connected'
     ), nearest as (
       select account_id, share, count(*) over () as limited, count(*) filter (where share >= 1) over () as spent
       from shares order by share desc, account_id limit $2
     )
     select b.*, n.limited, n.spent from (${budgetsOf('select account_id from nearest')}) b
       join nearest n using (account_id) order by n.share desc, b.account_id`,
    [day, limit],
  )
  return rows
}

/** How many accounts the integrations have that are not deleted. */
export async function countAccounts(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ accounts: number }>(
    `select count(distinct account_id) as accounts from sluice.integrations where status <> 'deleted'`,
  )
  return rows[0]?.accounts ?? 0
}

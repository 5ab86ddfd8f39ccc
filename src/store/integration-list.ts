/** The list of integrations: of ten thousand, a page in any order. */
import type { Sql } from './database.ts'
import { freshUntil, type IntegrationStatus, type IntegrationView, viewed } from './integrations.ts'

/** What the list can be ordered by. */
const orders = {
  created: 'i.created_at',
  name: 'lower(i.name)',
  status: 'i.status',
  rows: 'i.rows_total',
  next: `coalesce(i.next_run_at, 'infinity')`,
  fresh: `coalesce(${freshUntil}, '-infinity')`,
} as const

export type IntegrationOrder = keyof typeof orders

export interface IntegrationFilter {
  readonly status?: IntegrationStatus | undefined
  readonly text?: string | undefined
  readonly deleted: boolean
  /** Those alone whose last run did not go well. */
  readonly troubled?: boolean | undefined
}

export interface IntegrationPage extends IntegrationFilter {
  readonly order: IntegrationOrder
  readonly down: boolean
  readonly limit: number
  /** The id of the last one of the page before. */
  readonly after?: string | undefined
}

/** A search finds the name, the description, the account and the warehouse. */
const fitting = `($1::text is null or i.status = $1)
  and ($2 or i.status <> 'deleted' or i.status = $1)
  and ($3::text is null or strpos(lower(concat_ws(' ', i.name, i.description, i.account_id, i.account_name,
    (select d.name from sluice.destinations d where d.id = i.destination_id))), lower($3)) > 0)
  and ($4::boolean is not true or (select r.status in ('failed', 'partial') from sluice.runs r
    where r.integration_id = i.id order by r.queued_at desc, r.id limit 1))`

const given = ({ status, deleted, text, troubled }: IntegrationFilter) => [
  status ?? null,
  deleted,
  text ?? null,
  troubled ?? null,
]

export async function integrations(sql: Sql, page: IntegrationPage): Promise<readonly IntegrationView[]> {
  const by = orders[page.order]
  const [comes, direction] = page.down ? ['<', 'desc'] : ['>', 'asc']
  const { rows } = await sql.query<IntegrationView>(
    `with page as materialized (
       select i.id, ${by} as place from sluice.integrations i
       where ${fitting}
         and ($5::uuid is null
           or (${by}, i.id) ${comes} (select ${by}, i.id from sluice.integrations i where i.id = $5))
       order by place ${direction}, i.id ${direction} limit $6)
     ${viewed} join page on page.id = i.id order by page.place ${direction}, i.id ${direction}`,
    [...given(page), page.after ?? null, page.limit],
  )
  return rows
}

/** How many fit, and how many there are that were not deleted. */
export async function countIntegrations(
  sql: Sql,
  filter: IntegrationFilter,
): Promise<{ readonly fitting: number; readonly present: number }> {
  const { rows } = await sql.query<{ fitting: number; present: number }>(
    `select count(*) filter (where ${fitting}) as fitting,
       count(*) filter (where i.status <> 'deleted') as present
     from sluice.integrations i`,
    given(filter),
  )
  return rows[0] ?? { fitting: 0, present: 0 }
}

/** The accounts that an integration reads, where it has several. */
import { type AccountRow, accountCounts, accountsOf } from '../../store/accounts.ts'
import { integrationById } from '../../store/integrations.ts'
import type { ServiceContext } from './context.ts'
import { NotFoundError } from './errors.ts'
import type { AccountQuery, AccountsPage, IntegrationAccount } from './resources/account.ts'
import { iso, pageOf } from './values.ts'

/** As the last run left each; those that are not well first. Throws `NotFoundError`. */
export async function integrationAccounts(
  ctx: ServiceContext,
  id: string,
  { status, q, limit, after }: AccountQuery,
): Promise<AccountsPage> {
  if (!(await integrationById(ctx.pool, id))) throw new NotFoundError('integration')
  const [rows, counts] = await Promise.all([
    accountsOf(ctx.pool, id, { status, text: q, after, limit: limit + 1 }),
    accountCounts(ctx.pool, id),
  ])
  return {
    ...pageOf(rows, limit, accountOf, ({ account_id }) => account_id),
    counts: Object.fromEntries(counts),
  }
}

const accountOf = (row: AccountRow): IntegrationAccount => ({
  account: row.account_id,
  name: row.name,
  status: row.status,
  run_id: row.run_id,
  rows: row.rows,
  deleted: row.deleted,
  requests: row.requests,
  reason: row.reason,
  cure: row.cure,
  tables: row.tables as IntegrationAccount['tables'],
  last_run: iso(row.last_run),
  tried_at: iso(row.tried_at),
})

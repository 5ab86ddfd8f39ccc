/** How often the accounts of all integrations were read, against what they may be. */
import {
  countAccounts,
  nearestToTheirLimit,
  type ReadBudgetRow,
  readBudgets,
} from '../../store/read-budgets.ts'
import type { ServiceContext } from './context.ts'
import type { Page } from './resources/common.ts'
import type { ReadBudget, ReadBudgetQuery, System } from './resources/system.ts'
import { dayOf } from './runs/meter.ts'
import { pageOf } from './values.ts'

/** Of `/system`, which is asked for often. */
const shown = 5

/** A page of the accounts, by their ids. */
export async function listReadBudgets(
  ctx: ServiceContext,
  { q, limit, after }: ReadBudgetQuery,
): Promise<Page<ReadBudget>> {
  const rows = await readBudgets(ctx.pool, { day: dayOf(ctx.clock()), text: q, limit: limit + 1, after })
  return pageOf(rows, limit, budgetOf, ({ account_id }) => account_id)
}

/** How many accounts there are, and which are nearest to their limit. */
export async function readBudgetTotals(ctx: ServiceContext): Promise<System['read_budgets']> {
  const [accounts, nearest] = await Promise.all([
    countAccounts(ctx.pool),
    nearestToTheirLimit(ctx.pool, { day: dayOf(ctx.clock()), limit: shown }),
  ])
  const { limited = 0, spent = 0 } = nearest[0] ?? {}
  return { accounts, limited, spent, nearest: nearest.map(budgetOf) }
}

function budgetOf(row: ReadBudgetRow): ReadBudget {
  const { account_id, account_name, integrations, integration_count, reads, connected, most } = row
  return { account_id, account_name, integrations, integration_count, reads, connected, limit: most }
}

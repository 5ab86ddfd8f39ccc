/** How often the account of an integration was read, against what it may be. */
import { integrationById } from '../../store/integrations.ts'
import { readLimit, readsByDay } from '../../store/reads.ts'
import type { ServiceContext } from './context.ts'
import { NotFoundError } from './errors.ts'
import type { Reads } from './resources/reads.ts'
import { dayOf } from './runs/meter.ts'

/** By all integrations of the account. Throws `NotFoundError`. */
export async function readsOfIntegration(ctx: ServiceContext, id: string): Promise<Reads> {
  const row = await integrationById(ctx.pool, id)
  if (!row) throw new NotFoundError('integration')
  const today = dayOf(ctx.clock())
  const [days, limit] = await Promise.all([
    readsByDay(ctx.pool, row.account_id, today),
    readLimit(ctx.pool, row.account_id),
  ])
  const sum = (of: 'reads' | 'connected') => days.reduce((all, day) => all + day[of], 0)
  return { account: row.account_id, reads: sum('reads'), connected: sum('connected'), limit, days: [...days] }
}

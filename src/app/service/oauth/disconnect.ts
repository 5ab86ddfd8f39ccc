import type { IntegrationRow } from '../../../store/integrations.ts'
import { othersOfAccount } from '../../../store/oauth.ts'
import { deauthorize } from '../../../stripe/oauth.ts'
import type { ServiceContext } from '../context.ts'
import { storedOf } from '../integration-view.ts'
import { troubleOf } from '../values.ts'

/** Milliseconds. */
const patience = 30_000

/**
 * Takes back what a person allowed for an integration that is to be deleted, unless another integration reads the same
 * account so; where Stripe has a call for it. What is in the way is told in the log: the tokens are erased anyway.
 */
export async function disconnect(ctx: ServiceContext, row: IntegrationRow): Promise<void> {
  if (storedOf(row).source.kind !== 'oauth' || !ctx.oauth) return
  if (await othersOfAccount(ctx.pool, row.id, row.account_id)) return
  try {
    await deauthorize(ctx.oauth, row.account_id, AbortSignal.timeout(patience))
  } catch (error) {
    ctx.log('warn', `${row.account_id} is left connected in Stripe: ${troubleOf(error).message}`)
  }
}

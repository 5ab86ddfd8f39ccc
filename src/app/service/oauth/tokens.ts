/** The tokens of an account that was connected: in the vault, and new ones before they end. */
import { ConfigError } from '../../../core/errors.ts'
import { transaction } from '../../../store/database.ts'
import { lockSecret } from '../../../store/vault.ts'
import { reconnect } from '../../../stripe/errors.ts'
import { type OauthApp, refreshed, type Tokens } from '../../../stripe/oauth.ts'
import type { ServiceContext } from '../context.ts'

/** Milliseconds before its end from which a token is not used any more. */
const margin = 5 * 60_000
const patience = 60_000

/** Throws `ConfigError` where the operator has registered no app (any more). */
export function appOf({ oauth }: Pick<ServiceContext, 'oauth'>): OauthApp {
  if (oauth) return oauth
  throw new ConfigError('this service has no app at Stripe with which accounts are connected', {
    cure: 'have an operator set SLUICE_STRIPE_CLIENT_ID and SLUICE_STRIPE_CLIENT_SECRET, or use a restricted key',
  })
}

/**
 * Gives the token that is good now, each time it is called. What replaces one that ends soon is asked for once, by one
 * process, and is durable before anybody uses it. Throws `ConfigError` when the person has taken it back.
 */
export function bearerOf(ctx: ServiceContext, secret: string): () => Promise<string> {
  let known: Tokens | undefined
  let asking: Promise<Tokens> | undefined
  return async () => {
    if (known && isGood(ctx, known)) return known.access
    asking ??= goodTokens(ctx, secret).finally(() => {
      asking = undefined
    })
    known = await asking
    return known.access
  }
}

async function goodTokens(ctx: ServiceContext, secret: string): Promise<Tokens> {
  const stored = JSON.parse(await ctx.vault.get(ctx.pool, secret)) as Tokens
  if (isGood(ctx, stored)) return stored
  return transaction(ctx.pool, async (sql) => {
    await lockSecret(sql, secret)
    // Whoever had it locked before may have done it.
    const now = JSON.parse(await ctx.vault.get(sql, secret)) as Tokens
    if (isGood(ctx, now)) return now
    if (now.refresh === null) throw new ConfigError('the token of the account has ended', { cure: reconnect })
    const next = await refreshed(appOf(ctx), now.refresh, ctx.clock(), AbortSignal.timeout(patience))
    // Where none comes with it, the one that is there stays good.
    const kept = { ...next, refresh: next.refresh ?? now.refresh }
    await ctx.vault.replace(sql, secret, JSON.stringify(kept))
    return kept
  })
}

const isGood = ({ clock }: Pick<ServiceContext, 'clock'>, { ends }: Tokens) =>
  ends === null || clock() < ends - margin

/**
 * What Stripe calls out says that something changed, and nothing more: the run that comes of it reads the events, as
 * every run does. One that is lost, late, doubled or sent again by somebody costs at most a run.
 */
import { transaction } from '../../../store/database.ts'
import { called, setAnswered, wantedIntegrations, webhookOf } from '../../../store/webhooks.ts'
import type { ServiceContext } from '../context.ts'
import { enqueue } from '../enqueue.ts'
import { budgetSpent } from '../scheduler.ts'
import { checkSignature, type Verdict } from '../signature.ts'

/** At once, in one transaction. */
const most = 200

/** `unknown`: the integration has no endpoint. Only what is `good` has an effect, and it is durable then. */
export async function receiveWebhook(
  ctx: ServiceContext,
  integration: string,
  { body, signature }: { readonly body: Uint8Array; readonly signature: string | undefined },
): Promise<Verdict | 'unknown'> {
  const row = await webhookOf(ctx.pool, integration)
  if (!row) return 'unknown'
  const verdict = checkSignature(await ctx.vault.get(ctx.pool, row.secret), body, signature, ctx.clock())
  if (verdict === 'good') await called(ctx.pool, integration, new Date(ctx.clock()))
  return verdict
}

/**
 * Queues a run of each integration that was called: one for however many calls, one at a time, and none sooner after
 * the one before than `timing.webhook`. Calls while a run goes on are answered by the next one. Returns how many.
 */
export async function startWanted(ctx: ServiceContext): Promise<number> {
  const now = ctx.clock()
  return transaction(ctx.pool, async (sql) => {
    const wanted = await wantedIntegrations(sql, new Date(now - ctx.timing.webhook), most)
    if (wanted.length === 0) return 0
    const spent = new Set<string>()
    for (const row of wanted) if (await budgetSpent(ctx, row, now)) spent.add(row.id)
    const queued = await enqueue(
      ctx,
      sql,
      wanted
        .filter(({ id }) => !spent.has(id))
        .map(({ id, account_id }) => ({
          integration_id: id,
          account_id,
          trigger: 'webhook',
          tables: null,
          full_refresh: false,
        })),
    )
    // Without reads left the schedule looks again; whoever had a run opened meanwhile still wants one.
    await setAnswered(sql, [...queued.keys(), ...spent])
    return queued.size
  })
}

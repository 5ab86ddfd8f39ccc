/** Endpoints for what Stripe calls out, as people ask for them. */
import type { Sql } from '../../../store/database.ts'
import { type IntegrationRow, integrationById } from '../../../store/integrations.ts'
import { deleteSecret } from '../../../store/vault.ts'
import * as store from '../../../store/webhooks.ts'
import type { ServiceContext } from '../context.ts'
import { ConflictError, NotFoundError } from '../errors.ts'
import { change } from '../people/deed.ts'
import type { Webhook, WebhookInput } from '../resources/webhook.ts'
import { iso } from '../values.ts'

export interface WebhookContext {
  readonly service: ServiceContext
  /** Where Stripe reaches the service. */
  readonly url: () => string
}

/** Where Stripe calls for an integration. */
export const addressFor = (ctx: WebhookContext, integration: string): string =>
  `${ctx.url().replace(/\/$/, '')}/hooks/stripe/${integration}`

/** Throws `NotFoundError`. */
export async function getWebhook(ctx: WebhookContext, integration: string): Promise<Webhook> {
  await present(ctx.service.pool, integration)
  const row = await store.webhookOf(ctx.service.pool, integration)
  return {
    url: addressFor(ctx, integration),
    enabled: row !== undefined,
    endpoint_id: row?.endpoint_id ?? null,
    called_at: iso(row?.called_at ?? null),
  }
}

/** From now on what is signed with the secret starts runs; a secret of before is erased. Throws `NotFoundError`. */
export async function setWebhook(
  ctx: WebhookContext,
  integration: string,
  { signing_secret }: WebhookInput,
): Promise<Webhook> {
  const { service } = ctx
  await change(service.pool, async (sql, about) => {
    about(await present(sql, integration, { lock: true }))
    const before = await store.webhookOf(sql, integration)
    if (before?.endpoint_id) {
      throw new ConflictError('the service has made an endpoint in Stripe by itself', {
        cure: 'remove the webhook first',
      })
    }
    await keepSecret(service, sql, { integration, secret: signing_secret, endpoint: null })
  })
  return getWebhook(ctx, integration)
}

/** In the place of one that is there. */
export async function keepSecret(
  { vault, clock }: Pick<ServiceContext, 'vault' | 'clock'>,
  sql: Sql,
  { integration, secret, endpoint }: { integration: string; secret: string; endpoint: string | null },
): Promise<void> {
  const before = await store.webhookOf(sql, integration)
  const sealed = await vault.put(sql, secret)
  await store.putWebhook(sql, integration, { secret: sealed, endpoint, at: new Date(clock()) })
  if (before) await deleteSecret(sql, before.secret)
}

/** With its secret, in the caller's transaction. */
export async function eraseWebhook(sql: Sql, integration: string): Promise<void> {
  const secret = await store.deleteWebhook(sql, integration)
  if (secret !== undefined) await deleteSecret(sql, secret)
}

export async function present(sql: Sql, id: string, options = { lock: false }): Promise<IntegrationRow> {
  const row = await integrationById(sql, id, options)
  if (!row || row.status === 'deleted') throw new NotFoundError('integration')
  return row
}

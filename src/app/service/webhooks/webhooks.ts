/** Endpoints for what Stripe calls out, as people ask for them. */
import { type Sql, transaction } from '../../../store/database.ts'
import { integrationById } from '../../../store/integrations.ts'
import { deleteSecret } from '../../../store/vault.ts'
import * as store from '../../../store/webhooks.ts'
import type { ServiceContext } from '../context.ts'
import { NotFoundError } from '../errors.ts'
import type { Webhook, WebhookInput } from '../resources/webhook.ts'
import { iso } from '../values.ts'

export interface WebhookContext {
  readonly service: ServiceContext
  /** Where Stripe reaches the service. */
  readonly url: () => string
}

/** Throws `NotFoundError`. */
export async function getWebhook(ctx: WebhookContext, integration: string): Promise<Webhook> {
  await present(ctx.service.pool, integration)
  const row = await store.webhookOf(ctx.service.pool, integration)
  return {
    url: `${ctx.url().replace(/\/$/, '')}/hooks/stripe/${integration}`,
    enabled: row !== undefined,
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
  await transaction(service.pool, async (sql) => {
    await present(sql, integration, { lock: true })
    const before = await store.webhookOf(sql, integration)
    const secret = await service.vault.put(sql, signing_secret)
    await store.putWebhook(sql, integration, secret, new Date(service.clock()))
    if (before) await deleteSecret(sql, before.secret)
  })
  return getWebhook(ctx, integration)
}

/** Calls are refused from now on. Once more does nothing. Throws `NotFoundError`. */
export async function removeWebhook({ service }: WebhookContext, integration: string): Promise<void> {
  await transaction(service.pool, async (sql) => {
    await present(sql, integration, { lock: true })
    await eraseWebhook(sql, integration)
  })
}

/** With its secret, in the caller's transaction. */
export async function eraseWebhook(sql: Sql, integration: string): Promise<void> {
  const secret = await store.deleteWebhook(sql, integration)
  if (secret !== undefined) await deleteSecret(sql, secret)
}

async function present(sql: Sql, id: string, options = { lock: false }): Promise<void> {
  const row = await integrationById(sql, id, options)
  if (!row || row.status === 'deleted') throw new NotFoundError('integration')
}

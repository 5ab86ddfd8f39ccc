/** Endpoints that the service makes and removes in Stripe by itself, with the integration's key. */
import { ConfigError } from '../../../core/errors.ts'
import type { IntegrationRow } from '../../../store/integrations.ts'
import { takeEndpoint, webhookOf } from '../../../store/webhooks.ts'
import type { StripeConfig } from '../../../stripe/config.ts'
import * as stripe from '../../../stripe/webhook-endpoints.ts'
import { version } from '../../version.ts'
import type { ServiceContext } from '../context.ts'
import { ConflictError } from '../errors.ts'
import { audit } from '../people/audit.ts'
import { change } from '../people/deed.ts'
import type { Webhook } from '../resources/webhook.ts'
import { configOfRow } from '../source.ts'
import { troubleOf } from '../values.ts'
import { addressFor, eraseWebhook, getWebhook, keepSecret, present, type WebhookContext } from './webhooks.ts'

/** Milliseconds. */
const patience = 60_000

/**
 * Makes an endpoint in Stripe that calls this service, in the place of one that is there, and keeps its signing secret
 * sealed. Throws `NotFoundError`; `ConfigError` naming the permission that the key lacks, or an address that Stripe
 * cannot call; `ConflictError` while another does the same.
 */
export async function createWebhookEndpoint(ctx: WebhookContext, integration: string): Promise<Webhook> {
  const { service } = ctx
  const config = await configOfRow(service, await present(service.pool, integration))
  const url = addressFor(ctx, integration)
  mustBeCallable(url, config)
  await change(service.pool, async (sql, about) => {
    if (!(await takeEndpoint(sql, integration))) {
      throw new ConflictError('its endpoint is being made or removed', { cure: 'wait a moment' })
    }
    const signal = AbortSignal.timeout(patience)
    const made = await stripe.createEndpoint(config, { url, version: version() }, signal)
    // The integration may have been deleted meanwhile; nobody else deletes it from here on.
    try {
      about(await present(sql, integration, { lock: true }))
    } catch (error) {
      await stripe.deleteEndpoint(config, { id: made.id, version: version() }, signal)
      throw error
    }
    await keepSecret(service, sql, { integration, secret: made.secret, endpoint: made.id })
  })
  return getWebhook(ctx, integration)
}

/**
 * Calls are refused from now on, and the endpoint that the service made in Stripe is removed there, if the key still
 * may. Once more does nothing. Throws `NotFoundError`.
 */
export async function removeWebhook({ service }: WebhookContext, integration: string): Promise<void> {
  await removeEndpoint(service, await present(service.pool, integration))
  await change(service.pool, async (sql, about) => {
    about(await present(sql, integration, { lock: true }))
    await eraseWebhook(sql, integration)
  })
}

/**
 * Removes the endpoint that the service made, if it did. What is in the way is told in the log and the audit log, and
 * keeps nobody from going on: an endpoint that is left calls an address that refuses it.
 */
export async function removeEndpoint(service: ServiceContext, row: IntegrationRow): Promise<void> {
  const endpoint = (await webhookOf(service.pool, row.id))?.endpoint_id
  if (!endpoint) return
  try {
    const config = await configOfRow(service, row)
    await stripe.deleteEndpoint(config, { id: endpoint, version: version() }, AbortSignal.timeout(patience))
  } catch (error) {
    const { message } = troubleOf(error)
    service.log('warn', `the webhook endpoint ${endpoint} of ${row.name} is left in Stripe: ${message}`)
    await audit(service.pool, null, {
      action: 'webhook.left_in_stripe',
      object: { kind: 'webhook', id: row.id, name: row.name },
      details: { endpoint, reason: message },
    })
  }
}

/** Stripe itself would say so, in words that do not tell what to change here. */
function mustBeCallable(url: string, { apiBase }: StripeConfig): void {
  const { protocol, hostname } = new URL(url)
  const isLocal = /^(localhost|127\..*|\[::1\]|.*\.local|.*\.internal)$/.test(hostname)
  if (new URL(apiBase).hostname !== 'api.stripe.com' || (protocol === 'https:' && !isLocal)) return
  throw new ConfigError(`Stripe cannot call ${url}`, {
    cure: 'give the service its public address (SLUICE_PUBLIC_URL): an https address that the internet reaches',
  })
}

import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'
import type { Webhook } from './types.ts'

export const webhookKey = (integration: string) => ['webhooks', integration]

export function webhookQuery(integration: string) {
  return queryOptions({
    queryKey: webhookKey(integration),
    queryFn: ({ signal }) => request('GET /api/v1/webhooks/{id}', { path: { id: integration }, signal }),
    refetchInterval: 10_000,
  })
}

/** Made in Stripe by the service, with the integration's key. */
export function createWebhookEndpoint(integration: string): Promise<Webhook> {
  return request('POST /api/v1/webhooks/{id}/endpoint', { path: { id: integration } })
}

/** Of an endpoint that somebody made on Stripe's page. */
export function setWebhook(integration: string, signingSecret: string): Promise<Webhook> {
  return request('PUT /api/v1/webhooks/{id}', {
    path: { id: integration },
    body: { signing_secret: signingSecret },
  })
}

export function removeWebhook(integration: string): Promise<void> {
  return request('DELETE /api/v1/webhooks/{id}', { path: { id: integration } })
}

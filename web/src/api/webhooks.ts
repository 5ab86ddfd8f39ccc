import { queryOptions } from '@tanstack/react-query'
import { request } from './request.ts'
import type { Webhook } from './types.ts'

const root = '/api/v1/webhooks'

export const webhookKey = (integration: string) => ['webhooks', integration]

export function webhookQuery(integration: string) {
  return queryOptions({
    queryKey: webhookKey(integration),
    queryFn: ({ signal }) => request<Webhook>('GET', `${root}/${integration}`, { signal }),
    refetchInterval: 10_000,
  })
}

/** Made in Stripe by the service, with the integration's key. */
export function createWebhookEndpoint(integration: string): Promise<Webhook> {
  return request('POST', `${root}/${integration}/endpoint`)
}

/** Of an endpoint that somebody made on Stripe's page. */
export function setWebhook(integration: string, signingSecret: string): Promise<Webhook> {
  return request('PUT', `${root}/${integration}`, { body: { signing_secret: signingSecret } })
}

export function removeWebhook(integration: string): Promise<void> {
  return request('DELETE', `${root}/${integration}`)
}

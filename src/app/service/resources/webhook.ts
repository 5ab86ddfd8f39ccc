/** An integration's endpoint for what Stripe calls out: a change is then in the warehouse within seconds. */
import { z } from 'zod'
import { time } from './common.ts'

export const webhookInput = z
  .object({
    signing_secret: z
      .string()
      .trim()
      .regex(/^whsec_\S+$/, 'a signing secret begins with whsec_')
      .max(200)
      .describe('As Stripe shows it of the endpoint; sealed, and never shown again'),
  })
  .meta({ id: 'WebhookInput' })
export type WebhookInput = z.output<typeof webhookInput>

export const webhook = z
  .object({
    url: z
      .string()
      .describe(
        "For an endpoint on Stripe's page, for all events; the service makes one by itself where the key may",
      ),
    enabled: z.boolean().describe('The signing secret is known: what Stripe calls starts a run'),
    endpoint_id: z
      .string()
      .nullable()
      .describe('Of the endpoint that the service made in Stripe; null when a person did'),
    called_at: time.nullable().describe('When Stripe last called'),
  })
  .meta({ id: 'Webhook' })
export type Webhook = z.output<typeof webhook>

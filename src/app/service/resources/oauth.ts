/** Accounts that are connected on Stripe's own pages, where the operator has registered an app. */
import { z } from 'zod'

export const oauth = z
  .object({
    configured: z.boolean().describe('Whether accounts can be connected so'),
    kind: z.enum(['app', 'connect']).nullable().describe('A Stripe App, or a Connect platform'),
  })
  .meta({ id: 'Oauth' })
export type Oauth = z.output<typeof oauth>

export const oauthStart = z
  .object({ url: z.url().describe("Stripe's page, to be opened in this browser, within half an hour") })
  .meta({ id: 'OauthStart' })

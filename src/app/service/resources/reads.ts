/** How often an account was read. Stripe allows 500 reads per transaction in 30 days, and 10,000 at least. */
import { z } from 'zod'
import { count } from './common.ts'

export const reads = z
  .object({
    account: z.string(),
    reads: count.describe('In the last 30 days, by all integrations of the account'),
    connected: count.describe('Likewise, of all accounts that are connected to it together'),
    limit: count
      .nullable()
      .describe('The lowest `max_reads_per_month` of these integrations; it holds for either of both counts'),
    days: z
      .array(z.object({ day: z.iso.date(), reads: count, connected: count }))
      .describe('The last 30, in UTC, oldest first'),
  })
  .meta({ id: 'Reads' })

export type Reads = z.output<typeof reads>

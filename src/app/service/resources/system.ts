/** How the service itself is. */
import { z } from 'zod'
import { count, time, trouble } from './common.ts'

/** Reads of an account in the last 30 days, of which Stripe allows 500 per transaction and at least 10,000. */
export const readBudget = z
  .object({
    account_id: z.string(),
    integrations: z.array(z.string()),
    reads: count,
    limit: count.nullable().describe('What the operator allows; null when nothing was said'),
  })
  .meta({ id: 'ReadBudget' })

export const system = z
  .object({
    version: z.string(),
    started_at: time,
    store: z.object({
      kind: z.enum(['embedded', 'server']),
      version: z.string(),
      bytes: count,
      schema: z.int().describe('The last migration that was applied'),
    }),
    queue: z.object({
      queued: count,
      running: count,
      oldest_queued_at: time.nullable(),
    }),
    runs_last_day: z.record(z.string(), count).describe('How many ended, by status'),
    read_budgets: z.array(readBudget),
    mail: z.boolean(),
    memory_bytes: count,
    troubles: z.array(trouble),
  })
  .meta({ id: 'System' })
export type System = z.output<typeof system>

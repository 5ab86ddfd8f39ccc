/** How the service itself is. */
import { z } from 'zod'
import { count, time } from './common.ts'

export const readBudget = z
  .object({
    account_id: z.string(),
    integrations: z.array(z.string()).describe('Their names'),
    reads: count.describe('In the last 30 days, by all integrations of the account'),
    limit: count.nullable().describe('The lowest `max_reads_per_month` of them; null when none is limited'),
  })
  .meta({ id: 'ReadBudget' })

const days = (most: number) => z.int().min(1).max(most)

/** For how long what runs leave is kept. */
export const retention = z
  .strictObject({
    log_days: days(3_650).describe('Days for which lines of logs are kept; 30 by default'),
    run_days: days(36_500).describe(
      'Days for which runs and verifications are kept, 400 by default; the last of an integration and the last that went well stay',
    ),
  })
  .meta({ id: 'Retention' })
export type Retention = z.output<typeof retention>

export const system = z
  .object({
    version: z.string(),
    started_at: time,
    store: z.object({
      version: z.string().describe('Of PostgreSQL'),
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
    retention,
  })
  .meta({ id: 'System' })
export type System = z.output<typeof system>

/** How the service itself is. */
import { z } from 'zod'
import { count, pageQuery, time } from './common.ts'

export const readBudget = z
  .object({
    account_id: z.string(),
    account_name: z.string().nullable(),
    integrations: z.array(z.string()).describe('The names of the first ten'),
    integration_count: count,
    reads: count.describe('In the last 30 days, by all integrations of the account'),
    connected: count.describe('Likewise, of all accounts that are connected to it together'),
    limit: count
      .nullable()
      .describe(
        'The lowest `max_reads_per_month` of them; it holds for either of both counts; null when none is limited',
      ),
  })
  .meta({ id: 'ReadBudget' })
export type ReadBudget = z.output<typeof readBudget>

export const readBudgetQuery = pageQuery.extend({
  q: z.string().max(100).optional().describe("Part of the account's id or name, or of an integration's name"),
})
export type ReadBudgetQuery = z.output<typeof readBudgetQuery>

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
    read_budgets: z.object({
      accounts: count.describe('Of all integrations'),
      limited: count.describe('How many of them have a limit'),
      spent: count.describe('How many of those have used it up: their runs pause'),
      nearest: z.array(readBudget).describe('The five that have used the greatest part of theirs'),
    }),
    mail: z.boolean(),
    memory_bytes: count,
    retention,
  })
  .meta({ id: 'System' })
export type System = z.output<typeof system>

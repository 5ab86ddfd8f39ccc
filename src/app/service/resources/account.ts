/** One of the accounts of an integration that has several, as its last run left it. */
import { z } from 'zod'
import { count, id, page, pageQuery, time } from './common.ts'

export const accountStatus = z.enum(['succeeded', 'partial', 'failed', 'paused', 'disconnected'])

export const integrationAccount = z
  .object({
    account: z.string(),
    name: z.string().nullable(),
    status: accountStatus.describe(
      'paused: the budget of reads was used up; disconnected: it is no longer connected, and its rows stay',
    ),
    run_id: id.nullable(),
    rows: count.describe('Written by its last run'),
    deleted: count,
    requests: count,
    reason: z.string().nullable(),
    cure: z.string().nullable(),
    tables: z
      .array(z.object({ stream: z.string(), status: z.string(), reason: z.string().nullable() }))
      .describe('Those that are not well'),
    last_run: time.nullable().describe('When the last run began that brought all its tables up to date'),
    tried_at: time,
  })
  .meta({ id: 'IntegrationAccount' })

export type IntegrationAccount = z.output<typeof integrationAccount>

export const accountsPage = page(integrationAccount).extend({
  counts: z.record(z.string(), count).describe('How many accounts there are of each status'),
})

export type AccountsPage = z.output<typeof accountsPage>

export const accountQuery = pageQuery.extend({
  status: accountStatus.optional(),
  q: z.string().max(100).optional().describe('Part of the id or the name'),
})

export type AccountQuery = z.output<typeof accountQuery>

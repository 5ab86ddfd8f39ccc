/** Integrations: made in seven steps, pending until data is there, then active, paused, deleted. */
import { z } from 'zod'
import { count, id, page, pageQuery, time, trouble } from './common.ts'
import { runStatus } from './run.ts'
import { schedule, suggestedSchedule } from './schedule.ts'
import { selection } from './selection.ts'
import { account, source, sourceEdit, sourceInput } from './source.ts'
import { maxRequests, verificationStatus, verifiedTableStatus } from './verification.ts'

export const integrationName = z
  .string()
  .trim()
  .regex(
    /^[A-Za-z][A-Za-z0-9_]{0,39}$/,
    'a name is letters, digits and underscores, starts with a letter and is at most 40 long',
  )
  .describe('Names the tables, and never changes')

const description = z.string().trim().max(500)

export const history = z
  .string()
  .max(40)
  .default('all')
  .describe(
    'How much of the past is read: `all`, a span such as `2y`, a day such as `2024-01-01`, or a time with its zone. Never changes',
  )

/** When it is compared with Stripe by itself: all its tables, without a repair. */
export const verifySettings = z
  .strictObject({
    schedule: schedule.default({ kind: 'manual' }),
    max_requests: maxRequests,
  })
  .meta({ id: 'VerifySettings' })
export type VerifySettings = z.output<typeof verifySettings>

export const neverVerified: VerifySettings = { schedule: { kind: 'manual' }, max_requests: null }

export const integrationInput = z
  .object({
    name: integrationName,
    description: description.default(''),
    schedule: schedule.default(suggestedSchedule),
    history,
    source: sourceInput,
    destination_id: id,
    selection,
    verify: verifySettings.default(neverVerified),
    reuse_name: z.boolean().default(false).describe('Take the name of an integration that was deleted'),
  })
  .meta({ id: 'IntegrationInput' })

export type IntegrationInput = z.output<typeof integrationInput>

/** What an integration is made with and keeps: its tables are called by its name, and have what its history said. */
export const fixedFields: readonly string[] = ['name', 'history']

/** Whatever is absent stays. What is fixed cannot be given. */
export const integrationEdit = z
  .strictObject({
    revision: z.int().optional().describe('As it was seen; refused when somebody else has edited since'),
    description: description.optional(),
    schedule: schedule.optional(),
    source: sourceEdit.optional().describe('Must be of the same account'),
    destination_id: id.optional(),
    selection: selection.optional(),
    verify: verifySettings.optional(),
  })
  .meta({ id: 'IntegrationEdit' })

export type IntegrationEdit = z.output<typeof integrationEdit>

export const integrationStatus = z.enum(['pending', 'active', 'paused', 'deleted'])

/** green: all tables well; orange: some failed; red: all failed. */
export const lastRunColor = z.enum(['green', 'orange', 'red'])

export const runPoint = z.object({
  run_id: id,
  status: runStatus,
  queued_at: time,
  seconds: z.number().nullable(),
  rows: count,
  requests: count,
})

/** What becomes of the tables of a deleted integration that are to be dropped. */
export const tableDrop = z
  .object({
    status: z.enum(['queued', 'running', 'done', 'failed']),
    tables: z.array(z.string()).readonly().nullable().describe('Those that were there, when it is done'),
    error: trouble.nullable().describe('Why it failed, or is tried again'),
    requested_at: time,
    ended_at: time.nullable(),
  })
  .meta({ id: 'TableDrop' })

export const integration = z
  .object({
    id,
    name: z.string(),
    description: z.string(),
    status: integrationStatus,
    waiting_for: z.string().nullable().describe('Why it is pending, or when and why it runs next: one line'),
    schedule,
    next_run_at: time.nullable(),
    since: time.nullable().describe('What was created before is not read'),
    source,
    account,
    destination: z.object({ id, name: z.string(), kind: z.string() }).nullable(),
    selection,
    loaded_at: time.nullable().describe('When a run first loaded data'),
    last_run: z
      .object({
        id,
        status: runStatus,
        color: lastRunColor.nullable(),
        started_at: time.nullable(),
        ended_at: time.nullable(),
        rows: count,
        error: trouble.nullable(),
      })
      .nullable(),
    open_run_id: id.nullable().describe('Of the run that is queued or going on'),
    verify: verifySettings,
    next_verify_at: time.nullable().describe('When the schedule verifies it'),
    last_verification: z
      .object({ id, status: verificationStatus, queued_at: time, ended_at: time.nullable() })
      .nullable()
      .describe('The latest one, which may be queued or going on'),
    fresh_until: time
      .nullable()
      .describe('The oldest lastRunDate of its tables: what happened until then is in the warehouse'),
    rows_total: count.describe('Rows that were written by all its runs'),
    recent: z.array(runPoint).describe('Its last runs, oldest first, at most 30'),
    revision: z.int(),
    created_at: time,
    updated_at: time,
    deleted_at: time.nullable(),
    drop: tableDrop.nullable().describe('Of its tables, when that was asked for as it was deleted, or later'),
  })
  .meta({ id: 'Integration' })

export type Integration = z.output<typeof integration>

export const integrationQuery = pageQuery.extend({
  status: integrationStatus.optional(),
  q: z
    .string()
    .max(100)
    .optional()
    .describe('Part of the name, the description, the account or the warehouse'),
  deleted: z.stringbool().default(false).describe('The deleted ones, too'),
  troubled: z.stringbool().optional().describe('Only those whose last run failed, wholly or in part'),
  order: z.enum(['created', 'name', 'status', 'fresh', 'rows', 'next']).default('created'),
  direction: z.enum(['up', 'down']).optional().describe('down by default for `created`, up for others'),
})

export const integrationsPage = page(integration).extend({
  total: count.describe('How many fit'),
  present: count.describe('How many there are that were not deleted'),
})

export type IntegrationsPage = z.output<typeof integrationsPage>

export type IntegrationQuery = z.output<typeof integrationQuery>

/** One table of an integration, as its last runs left it. */
export const integrationTable = z
  .object({
    stream: z.string(),
    table: z.string(),
    mode: z.string(),
    status: z.string().nullable().describe('Of its last table run'),
    reason: z.string().nullable(),
    last_run: time.nullable(),
    rows_last: count.describe('Written by the last run'),
    rows_total: count.describe('Written by all runs'),
    seconds_last: z.number().nonnegative().nullable().describe('How long its part of the last run took'),
    columns: count.nullable(),
    verified: z
      .object({ verification_id: id, status: verifiedTableStatus, at: time })
      .nullable()
      .describe('By the last verification that looked at it'),
  })
  .meta({ id: 'IntegrationTable' })

export type IntegrationTable = z.output<typeof integrationTable>

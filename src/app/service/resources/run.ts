/** Runs, their table runs and their logs. */
import { z } from 'zod'
import { count, id, pageQuery, time, trouble } from './common.ts'

export const runStatus = z.enum(['queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled'])
export type RunStatus = z.output<typeof runStatus>

export const tableRunStatus = z.enum([
  'queued',
  'running',
  'ok',
  'no_permission',
  'unavailable',
  'failed',
  'paused',
  'cancelled',
])

export const tableRun = z
  .object({
    stream: z.string(),
    table: z.string().describe('As it is called in the warehouse: `acme.invoices`'),
    status: tableRunStatus,
    rows: count,
    deleted: count,
    read: count.describe('Rows that Stripe has given; `rows` are those of them that stand in the warehouse'),
    requests: count,
    fraction: z.number().min(0).max(1).nullable().describe('How much of it is done, where that can be told'),
    last_run_before: time.nullable(),
    last_run: time.nullable().describe('lastRunDate: when the last successful run of the table began'),
    reason: z.string().nullable(),
    drift: z.array(
      z.object({
        field: z.string(),
        kind: z.enum(['unknown', 'misfit']),
        type: z.string(),
        rows: count,
      }),
    ),
    started_at: time.nullable(),
    ended_at: time.nullable(),
  })
  .meta({ id: 'TableRun' })

export type TableRun = z.output<typeof tableRun>

export const incident = z
  .object({ stream: z.string(), kind: z.string(), message: z.string() })
  .meta({ id: 'Incident' })

export const run = z
  .object({
    id,
    integration_id: id,
    integration: z.string().describe("The integration's name"),
    status: runStatus,
    trigger: z.enum(['schedule', 'person', 'retry', 'webhook']),
    full_refresh: z.boolean(),
    tables_asked: z.array(z.string()).nullable().describe('Those that are read; null for all'),
    attempt: count,
    worker: z.string().nullable(),
    queued_at: time,
    not_before: time.nullable().describe('When it is tried again, after something that may pass'),
    waits_for: z
      .enum(['verification', 'account'])
      .nullable()
      .describe('Of a queued one: its integration is verified, or as many runs of its account go on as may'),
    started_at: time.nullable(),
    ended_at: time.nullable(),
    cancel_requested_at: time.nullable(),
    rows: count,
    deleted: count,
    requests: count,
    rate_limited: count,
    incidents: z.array(incident),
    error: trouble.nullable(),
  })
  .meta({ id: 'Run' })

export type Run = z.output<typeof run>

export const runQuery = pageQuery.extend({
  integration_id: id.optional(),
  status: runStatus.optional(),
  q: z.string().max(100).optional().describe("Part of the integration's name"),
})

export type RunQuery = z.output<typeof runQuery>

export const runDetail = run.extend({ tables: z.array(tableRun) }).meta({ id: 'RunDetail' })
export type RunDetail = z.output<typeof runDetail>

export const runInput = z
  .object({
    tables: z
      .array(z.string())
      .min(1)
      .nullable()
      .default(null)
      .describe(
        'Which are read, with those whose rows come with theirs; null for all. The others keep their place: the next run brings what changed meanwhile',
      ),
    full_refresh: z.boolean().default(false).describe('Reads tables whole, and marks what is gone'),
  })
  .meta({ id: 'RunInput' })

export type RunInput = z.output<typeof runInput>

export const logLevel = z.enum(['debug', 'info', 'warn', 'error'])

export const logLine = z
  .object({
    id: z.int().describe('Grows with time; give it as `after`'),
    at: time,
    attempt: count,
    level: logLevel,
    stream: z.string().nullable(),
    message: z.string(),
  })
  .meta({ id: 'LogLine' })

export type LogLine = z.output<typeof logLine>

export const logQuery = z.object({
  after: z.coerce.number().int().nonnegative().optional().describe('Lines after this one'),
  level: logLevel.optional().describe('This level and graver ones'),
  stream: z.string().optional(),
  q: z.string().max(200).optional().describe('Part of the message'),
  limit: z.coerce.number().int().min(1).max(5_000).default(500),
})

export type LogQuery = z.output<typeof logQuery>

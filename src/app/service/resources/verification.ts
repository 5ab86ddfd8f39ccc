/** Verifications: whether a warehouse has what Stripe has, row by row. */
import { z } from 'zod'
import { count, id, time, trouble } from './common.ts'

export const verificationStatus = z
  .enum(['queued', 'running', 'equal', 'different', 'incomplete', 'failed', 'cancelled'])
  .describe(
    '`equal`: all rows agree, or do after the repair; `different`: some are wrong; `incomplete`: not all was looked at; `failed`: it did not come to its end',
  )
export type VerificationStatus = z.output<typeof verificationStatus>

const rows = z
  .object({ count, ids: z.array(z.string()).readonly().describe('Keys of the first of them') })
  .meta({ id: 'VerifiedRows' })

const sides = z.object({ source: count, warehouse: count })

export const verifiedTableStatus = z
  .enum(['equal', 'moved', 'different', 'not_checked', 'no_permission'])
  .describe('`moved`: what differs has changed since the last run, and the next one brings it')

export const verifiedTable = z
  .object({
    stream: z.string(),
    table: z.string(),
    status: verifiedTableStatus,
    reason: z.string().nullable(),
    windows: count,
    not_checked: z
      .array(z.object({ from: time.nullable(), to: time.nullable() }))
      .readonly()
      .describe('Times of creation that were not looked at, null for an open end'),
    rows: sides.describe('Rows that were compared, without deleted ones'),
    missing: rows.describe('In Stripe and not in the warehouse'),
    extra: rows.describe('In the warehouse and not in Stripe'),
    stale: rows.describe('With other values than in Stripe'),
    moved: rows,
    repaired: count,
    ignored: z.array(z.string()).readonly().describe('Columns that are another at each reading'),
    sums: z
      .array(
        z.object({ column: z.string(), currency: z.string(), source: z.string(), warehouse: z.string() }),
      )
      .readonly()
      .describe("Of amounts, in the currency's smallest unit"),
    requests: count,
  })
  .meta({ id: 'VerifiedTable' })
export type VerifiedTable = z.output<typeof verifiedTable>

export const verifiedAccount = z
  .object({
    account: z.string(),
    name: z.string().nullable(),
    status: z.enum(['equal', 'different', 'incomplete', 'failed', 'disconnected']),
    rows: sides,
    requests: count,
    reason: z.string().nullable(),
    cure: z.string().nullable(),
    tables: z
      .array(
        verifiedTable.pick({
          stream: true,
          table: true,
          status: true,
          reason: true,
          missing: true,
          extra: true,
          stale: true,
        }),
      )
      .readonly(),
  })
  .meta({ id: 'VerifiedAccount' })
export type VerifiedAccount = z.output<typeof verifiedAccount>

export const verificationReport = z
  .object({
    status: z.enum(['equal', 'different', 'incomplete']),
    integration: z.string(),
    accounts: z.array(verifiedAccount).readonly().optional(),
    tables: z.array(verifiedTable).readonly(),
    requests: count,
    rate_limited: count,
    seconds: z.number(),
  })
  .meta({ id: 'VerificationReport' })
export type VerificationReport = z.output<typeof verificationReport>

/** How far one table is. */
export const verifyingTable = z
  .object({
    stream: z.string(),
    table: z.string().describe('As it is called in the warehouse: `acme.invoices`'),
    rows: count.describe('Rows of Stripe that were compared so far'),
    requests: count,
    fraction: z.number().min(0).max(1).nullable().describe('How much of it is done, where that can be told'),
  })
  .meta({ id: 'VerifyingTable' })
export type VerifyingTable = z.output<typeof verifyingTable>

export const verificationSum = z
  .object({
    tables: count,
    tables_not_checked: count.describe('Tables that were not looked at whole'),
    rows: count.describe('Rows of Stripe that were compared'),
    missing: count,
    extra: count,
    stale: count,
    moved: count,
    repaired: count,
  })
  .meta({ id: 'VerificationSum' })
export type VerificationSum = z.output<typeof verificationSum>

export const verification = z
  .object({
    id,
    integration_id: id,
    integration: z.string().describe("The integration's name"),
    status: verificationStatus,
    trigger: z.enum(['person', 'schedule']),
    tables_asked: z.array(z.string()).nullable().describe('Null for all'),
    repair: z.boolean(),
    max_requests: count.nullable(),
    attempt: count,
    worker: z.string().nullable(),
    queued_at: time,
    not_before: time.nullable().describe('When it is tried again, after something that may pass'),
    waits_for: z
      .enum(['run', 'account'])
      .nullable()
      .describe('`run`: for the run that goes on; `account`: for another verification of the account'),
    started_at: time.nullable(),
    ended_at: time.nullable(),
    cancel_requested_at: time.nullable(),
    requests: count.describe('Of all attempts'),
    progress: z.array(verifyingTable).readonly().describe('How far it is; empty when it is not going on'),
    found: verificationSum.nullable().describe('What the report says, summed up'),
    error: trouble.nullable().describe('Why it has failed, or is tried again'),
  })
  .meta({ id: 'Verification' })
export type Verification = z.output<typeof verification>

export const verificationDetail = verification
  .extend({
    report: verificationReport
      .nullable()
      .describe('As `sluice verify --json` gives it; null until it has ended'),
  })
  .meta({ id: 'VerificationDetail' })
export type VerificationDetail = z.output<typeof verificationDetail>

export const maxRequests = z
  .int()
  .positive()
  .max(999_999_999)
  .nullable()
  .default(null)
  .describe('What is not looked at with so many is told; null for as many as it takes')

export const verificationInput = z
  .object({
    tables: z
      .array(z.string())
      .min(1)
      .nullable()
      .default(null)
      .describe('Which are compared, with the tables that their rows belong to; null for all'),
    repair: z
      .boolean()
      .default(false)
      .describe('Writes rows that differ anew, and marks what Stripe does not have as deleted'),
    max_requests: maxRequests,
  })
  .meta({ id: 'VerificationInput' })
export type VerificationInput = z.output<typeof verificationInput>

/** What is told while a verification goes on: the `kind` is the name of a server-sent event, the rest its data. */
export const verificationEvent = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('verification'), verification }).describe('At first, and when it changed'),
    z.object({ kind: z.literal('end'), verification }).describe('It has ended, and its report can be read'),
  ])
  .meta({ id: 'VerificationEvent' })
export type VerificationEvent = z.output<typeof verificationEvent>

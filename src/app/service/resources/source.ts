/** How an account of the upstream system is reached, and what the credentials may read. */
import { z } from 'zod'
import { count, id } from './common.ts'

const accountId = z.string().regex(/^acct_[A-Za-z0-9_]+$/, 'an account is an id such as acct_1A2b3C')

/** Which accounts an integration reads, as `--accounts` has them. */
const accounts = z
  .union([z.enum(['own', 'connected', 'all']), z.array(accountId).min(1).max(10_000)])
  .meta({ id: 'SourceAccounts' })

const key = z.string().min(1, 'a key is needed').max(500)

const byKey = z.object({
  kind: z.literal('key'),
  api_key: key,
  account: accountId.optional().describe('A connected account, read with the key of its platform'),
  context: accountId.optional().describe('An account of an organization, read with its key'),
  accounts: accounts
    .optional()
    .describe(
      "The key's own account; those connected to it, as they come and go; these and its own; or some that are named. own by default",
    ),
  api_base: z.url().optional().describe('Another address than https://api.stripe.com'),
  rate_percent: z.int().min(1).max(100).optional().describe("Share of Stripe's limits to use; 80 by default"),
  max_reads_per_month: z.int().min(1).optional(),
})

const demo = z
  .object({ kind: z.literal('demo') })
  .describe('The made-up account that this service brings along')

const granted = byKey
  .omit({ api_key: true, account: true, context: true, api_base: true })
  .extend({
    kind: z.literal('oauth'),
    grant_id: id.describe("As the web app is given it when Stripe's pages lead back; good once, for an hour"),
  })
  .describe("An account that was connected on Stripe's own pages")

/** What a person gives. The key is sealed at once and never returned. */
export const sourceInput = z.discriminatedUnion('kind', [byKey, granted, demo]).meta({ id: 'SourceInput' })

export type SourceInput = z.output<typeof sourceInput>

/** The whole of it anew, but for a key that stays. */
export const sourceEdit = z
  .discriminatedUnion('kind', [
    byKey.extend({ api_key: key.optional().describe('Absent: the one that is there') }),
    granted.extend({ grant_id: id.optional().describe('Absent: it stays connected as it is') }),
    demo,
  ])
  .meta({ id: 'SourceEdit' })

export type SourceEdit = z.output<typeof sourceEdit>

/** What is shown of it. */
export const source = z
  .object({
    kind: z.enum(['key', 'oauth', 'demo']),
    key_last4: z.string().nullable(),
    account: z.string().nullable(),
    context: z.string().nullable(),
    accounts,
    api_base: z.string().nullable(),
    rate_percent: z.int(),
    max_reads_per_month: z.int().nullable(),
  })
  .meta({ id: 'Source' })

export type Source = z.output<typeof source>

export const account = z
  .object({
    id: z.string(),
    name: z.string().nullable(),
    livemode: z.boolean(),
  })
  .meta({ id: 'Account' })

export const streamAccess = z
  .object({
    stream: z.string(),
    status: z.enum(['ok', 'no_permission', 'unavailable', 'unknown']),
    reason: z.string().nullable(),
    permission: z.string().nullable(),
  })
  .meta({ id: 'StreamAccess' })

/** How much a stream may hold, told by its newest page: Stripe gives no count. */
export const rowEstimate = z
  .object({
    stream: z.string(),
    seen: count.nullable().describe('Rows on that page; null where nothing could be asked'),
    complete: z.boolean().describe('These are all'),
    per_month: count
      .nullable()
      .describe('As many come in 30 days, at the pace of the newest; null where that is not told'),
  })
  .meta({ id: 'RowEstimate' })

export type RowEstimate = z.output<typeof rowEstimate>

/** What a check of credentials says: whose they are, and what they may read. */
export const sourceCheck = z
  .object({
    account,
    streams: z.array(streamAccess),
    key_url: z
      .string()
      .nullable()
      .describe(
        "A page of Stripe's on which a key with exactly the needed permissions is made; null when none is missing",
      ),
  })
  .meta({ id: 'SourceCheck' })

export type SourceCheck = z.output<typeof sourceCheck>

/** Who is told of what: channels, rules, and the messages that were sent. */
import { z } from 'zod'
import { count, id, time, trouble } from './common.ts'

/**
 * - `run_failed`: a run failed; told again when one has succeeded
 * - `table_unreadable`: a table could not be read; told again when it could
 * - `stale`: a table is older than so many hours; told again when none is
 * - `incident`: a gap was healed by reading a table again, or something else that a run came upon
 * - `verification_failed`: a verification found rows that differ from Stripe, or came to no end; told again when one does
 *   not
 * - `schema_changed`: columns were added, or Stripe sent fields or values that the catalog does not know
 */
export const alertEvent = z.enum([
  'run_failed',
  'table_unreadable',
  'stale',
  'incident',
  'schema_changed',
  'verification_failed',
])
export type AlertEvent = z.output<typeof alertEvent>

const name = z.string().trim().min(1, 'a channel needs a name').max(80)
const url = z
  .url({ protocol: /^https?$/, error: 'write an address that begins with https://' })
  .max(2_000)
  .describe('A secret: it is sealed, and shown without its path')

export const channelInput = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('email'),
      name,
      to: z.array(z.email('this is not an e-mail address').max(254)).min(1, 'a recipient is needed').max(50),
    }),
    z.object({ kind: z.literal('slack'), name, url }).describe('Slack, or what takes the same messages'),
    z.object({ kind: z.literal('webhook'), name, url }).describe('JSON, signed in `Sluice-Signature`'),
  ])
  .meta({ id: 'AlertChannelInput' })
export type ChannelInput = z.output<typeof channelInput>

/** What is absent stays; the kind always does, and so does what a webhook is signed with. */
export const channelEdit = z
  .strictObject({
    name: name.optional(),
    to: z
      .array(z.email('this is not an e-mail address').max(254))
      .min(1, 'a recipient is needed')
      .max(50)
      .optional()
      .describe('Of a channel by e-mail'),
    url: url.optional(),
  })
  .meta({ id: 'AlertChannelEdit' })
export type ChannelEdit = z.output<typeof channelEdit>

export const channel = z
  .object({
    id,
    name: z.string(),
    kind: z.enum(['email', 'slack', 'webhook']),
    address: z.string().describe('The recipients, or the host of the address'),
    created_at: time,
  })
  .meta({ id: 'AlertChannel' })
export type Channel = z.output<typeof channel>

export const channelMade = channel
  .extend({
    signing_secret: z
      .string()
      .nullable()
      .describe('Of a webhook, shown this once: HMAC-SHA-256 of `t.body` with it is `v1` of the signature'),
  })
  .meta({ id: 'AlertChannelMade' })
export type ChannelMade = z.output<typeof channelMade>

export const channelTest = z
  .object({ ok: z.boolean(), trouble: trouble.nullable() })
  .meta({ id: 'AlertTest' })
export type ChannelTest = z.output<typeof channelTest>

export const ruleInput = z
  .object({
    channel_id: id,
    integration_id: id.nullable().default(null).describe('Null: all, also those to come'),
    events: z.array(alertEvent).min(1, 'choose what is told').max(6),
    hours: z.int().min(1).max(8_760).nullable().default(null).describe('With `stale`: how old tables may be'),
  })
  .refine(({ events, hours }) => !events.includes('stale') || hours !== null, {
    path: ['hours'],
    error: 'how many hours old may a table be?',
  })
  .meta({ id: 'AlertRuleInput' })
export type RuleInput = z.output<typeof ruleInput>

/** What is absent stays. */
export const ruleEdit = z
  .strictObject({
    channel_id: id.optional(),
    integration_id: id.nullable().optional(),
    events: z.array(alertEvent).min(1, 'choose what is told').max(6).optional(),
    hours: z.int().min(1).max(8_760).nullable().optional(),
  })
  .meta({ id: 'AlertRuleEdit' })
export type RuleEdit = z.output<typeof ruleEdit>

export const rule = z
  .object({
    id,
    channel_id: id,
    integration_id: id.nullable(),
    events: z.array(alertEvent).readonly(),
    hours: z.int().nullable(),
    created_at: time,
  })
  .meta({ id: 'AlertRule' })
export type Rule = z.output<typeof rule>

/** What a channel gets; a webhook as it stands here, with `link`. */
export const alertMessage = z
  .object({
    id: id.describe('Sent again, it is the same'),
    event: z.enum([...alertEvent.options, 'test']),
    state: z.enum(['began', 'ended', 'happened']).describe('What lasts begins and ends; a test happens'),
    at: time,
    integration: z.object({ id, name: z.string() }).nullable(),
    run_id: id.nullable(),
    verification_id: id.nullable(),
    title: z.string().describe('One line'),
    details: z.array(z.string()).describe('One line each; no keys, no data of customers'),
  })
  .meta({ id: 'AlertMessage' })
export type AlertMessage = z.output<typeof alertMessage>

export const delivery = z
  .object({
    id,
    channel: z.string(),
    message: alertMessage,
    status: z.enum(['queued', 'sent', 'failed']),
    tries: count,
    error: z.string().nullable().describe('Of the last try'),
    created_at: time,
    ended_at: time.nullable(),
  })
  .meta({ id: 'AlertDelivery' })
export type Delivery = z.output<typeof delivery>

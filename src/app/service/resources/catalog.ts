/** What a connector offers: its snapshot, its streams, their columns. */
import { z } from 'zod'

export const connector = z
  .object({
    name: z.string(),
    title: z.string(),
    summary: z.string(),
    docs: z.string(),
    api_version: z.string(),
    tables: z.int(),
    replication: z.array(z.string()),
    suggested_minutes: z.int(),
    authentication: z.array(z.string()),
  })
  .meta({ id: 'Connector' })

export const catalogColumn = z
  .object({
    name: z.string(),
    type: z.string(),
    nullable: z.boolean(),
    key: z.boolean(),
    description: z.string().nullable().describe("In Stripe's words"),
    parts: z
      .array(
        z.object({
          name: z.string(),
          type: z.string(),
          description: z.string().nullable(),
          personal: z.boolean(),
        }),
      )
      .describe(
        'What is nested in a JSON column, so far as Stripe declares it: `payment_method_details.card`, then `payment_method_details.card.last4`',
      ),
    personal: z.boolean().describe('May hold what identifies a person: think of hashing or dropping it'),
    withheld: z.boolean().describe('A secret: left out unless it is named'),
  })
  .meta({ id: 'CatalogColumn' })

export const catalogStream = z
  .object({
    name: z.string(),
    description: z.string(),
    docs: z.string().nullable(),
    core: z.boolean(),
    standard: z.boolean().describe('Part of `all`'),
    seven: z.boolean().describe('One of the seven tables of the hosted connector'),
    parent: z.string().nullable(),
    replication: z
      .enum(['changes', 'sweeps', 'whole'])
      .describe('How changes are found: events, listing again, reading all'),
    permission: z.string().nullable(),
    columns: z.int(),
    unreadable: z.string().nullable(),
  })
  .meta({ id: 'CatalogStream' })

export const catalogStreamDetail = catalogStream
  .omit({ columns: true })
  .extend({ columns: z.array(catalogColumn) })
  .meta({ id: 'CatalogStreamDetail' })

export type Connector = z.output<typeof connector>
export type CatalogStream = z.output<typeof catalogStream>
export type CatalogStreamDetail = z.output<typeof catalogStreamDetail>

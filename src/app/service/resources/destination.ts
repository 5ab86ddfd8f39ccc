/** Warehouses as objects of their own: made once, tested, used by many integrations. */
import { z } from 'zod'
import { count, id, time, trouble } from './common.ts'

export const destinationInput = z
  .object({
    name: z.string().trim().min(1, 'a warehouse needs a name').max(80),
    address: z
      .string()
      .trim()
      .min(1, 'an address is needed')
      .max(2_000)
      .describe(
        'As `--to` of the command line: `duckdb:./warehouse.duckdb`, `postgres://user:password@host/database`',
      ),
  })
  .meta({ id: 'DestinationInput' })

export type DestinationInput = z.output<typeof destinationInput>

export const destination = z
  .object({
    id,
    name: z.string(),
    kind: z.string().describe('`duckdb`, `postgres`, …'),
    address: z.string().describe('Without its password'),
    integrations: count.describe('How many use it'),
    queryable: z.boolean().describe('Whether SQL can be asked of it here'),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: 'Destination' })

export type Destination = z.output<typeof destination>

/** Of a test: it connects, makes a table for a moment, and removes it. */
export const destinationTest = z
  .object({
    ok: z.boolean(),
    kind: z.string().nullable(),
    trouble: trouble.nullable(),
    seconds: z.number(),
  })
  .meta({ id: 'DestinationTest' })

export type DestinationTest = z.output<typeof destinationTest>

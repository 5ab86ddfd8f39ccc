/** What an integration replicates: tables, their fields, and what is kept of them. */
import { z } from 'zod'

const name = z.string().min(1).max(200)
const fields = z.array(name).max(2_000)

export const sweep = z.union([
  z.literal('off'),
  z.object({
    every_minutes: z.int().min(5).max(525_600),
    back_days: z.union([z.int().min(1).max(36_500), z.literal('all')]).optional(),
  }),
])

export const tableSelection = z
  .object({
    name: name.describe('A stream of the catalog: `invoices`'),
    fields: fields
      .min(1)
      .nullable()
      .default(null)
      .describe('Columns to copy; null for all, also those to come'),
    drop: fields
      .default([])
      .describe('Fields that are never copied, by their place: `address`, `metadata.note`'),
    hash: fields.default([]).describe('Fields that are copied as keyed hashes'),
    mode: z.enum(['incremental', 'full_refresh', 'append', 'history']).default('incremental'),
    sweep: sweep
      .nullable()
      .default(null)
      .describe('When it is listed again for what no event tells; null as by default'),
  })
  .meta({ id: 'TableSelection' })

export const selection = z
  .object({
    tables: z.array(tableSelection).min(1, 'select at least one table').max(500),
    deletes: z.enum(['soft', 'hard', 'ignore']).default('soft'),
    new_fields: z
      .enum(['reload', 'from_now'])
      .default('reload')
      .describe(
        'What a field that is selected later gets for the rows of before: their table read whole again, or nothing',
      ),
  })
  .meta({ id: 'Selection' })

export type TableSelection = z.output<typeof tableSelection>
export type Selection = z.output<typeof selection>

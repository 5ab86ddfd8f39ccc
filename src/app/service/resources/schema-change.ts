/** How tables changed, run by run. */
import { z } from 'zod'
import { id, time } from './common.ts'

export const schemaChange = z
  .object({
    run_id: id,
    stream: z.string(),
    table: z.string().describe('As it is called in the warehouse: `acme.invoices`'),
    at: time,
    added: z.array(z.string()).describe('Columns that the table was given'),
    unexpected: z
      .array(z.object({ field: z.string(), kind: z.enum(['unknown', 'misfit']), type: z.string() }))
      .describe(
        'Fields that the catalog does not know, or whose values their column cannot hold: in `_extra`',
      ),
  })
  .meta({ id: 'SchemaChange' })

export type SchemaChange = z.output<typeof schemaChange>

/** How the service itself is. */
import { z } from 'zod'
import { count, time } from './common.ts'

export const system = z
  .object({
    version: z.string(),
    started_at: time,
    store: z.object({
      version: z.string().describe('Of PostgreSQL'),
      bytes: count,
      schema: z.int().describe('The last migration that was applied'),
    }),
    queue: z.object({
      queued: count,
      running: count,
      oldest_queued_at: time.nullable(),
    }),
    runs_last_day: z.record(z.string(), count).describe('How many ended, by status'),
    mail: z.boolean(),
    memory_bytes: count,
  })
  .meta({ id: 'System' })
export type System = z.output<typeof system>

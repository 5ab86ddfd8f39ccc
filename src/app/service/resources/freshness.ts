/** How fresh an integration was over time. */
import { z } from 'zod'
import { time } from './common.ts'

export const freshnessQuery = z.object({
  runs: z.coerce.number().int().min(1).max(500).default(100).describe('Of how many of its last runs'),
})

export const freshness = z
  .object({
    target_seconds: z
      .number()
      .nullable()
      .describe('The longest time between two runs of its schedule; null when it runs by hand'),
    points: z
      .array(
        z.object({
          at: time,
          fresh_until: time
            .nullable()
            .describe('From `at` to the next point; null while one of the tables had no data yet'),
        }),
      )
      .describe(
        'Oldest first: each moment from which the oldest lastRunDate of its tables was another one. In between, the data grows older by a second each second',
      ),
  })
  .meta({ id: 'Freshness' })

export type Freshness = z.output<typeof freshness>

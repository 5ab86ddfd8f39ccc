/** When an integration runs. */
import { z } from 'zod'

/** Minutes: from 5 to 7 days. */
export const shortestInterval = 5
export const longestInterval = 7 * 24 * 60

export const schedule = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('every'),
      minutes: z.int().min(shortestInterval).max(longestInterval),
    }),
    z.object({
      kind: z.literal('cron'),
      expression: z
        .string()
        .min(9)
        .max(200)
        .describe('Five fields: minute, hour, day, month, day of the week'),
      time_zone: z.string().min(1).max(60).describe('`Europe/Berlin`'),
    }),
    z.object({ kind: z.literal('manual') }),
  ])
  .meta({ id: 'Schedule' })

export type Schedule = z.output<typeof schedule>

/** The hosted product's suggestion. */
export const suggestedSchedule: Schedule = { kind: 'every', minutes: 24 * 60 }

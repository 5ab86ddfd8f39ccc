/** What several resources of the service share. Names of fields are as in the API, in SQL and in JSON. */
import { z } from 'zod'

export const id = z.uuid().describe('Made by the service; never changes')

/** ISO 8601 in UTC, to the millisecond. */
export const time = z.iso.datetime().describe('ISO 8601 in UTC')

export const count = z.int().nonnegative()

/** Why something is not as it should be, and what to do about it: one line each. */
export const trouble = z
  .object({
    message: z.string(),
    cure: z.string().nullable(),
  })
  .meta({ id: 'Trouble' })

export type Trouble = z.output<typeof trouble>

/** What a list answers with: items newest first, and where the next ones begin. */
export function page<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item).readonly(),
    next: z.string().nullable().describe('Give it as `after` for the next page; null when there is none'),
  })
}

export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

/** How a list is asked for. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(200).optional(),
})

export type PageQuery = z.output<typeof pageQuery>

/** From what the store has to what people see. */
import { BudgetError, ConfigError, FenceError, TransientError } from '../../core/errors.ts'
import { redact } from '../redact.ts'
import type { Page, Trouble } from './resources/common.ts'

export function iso(at: Date): string
export function iso(at: Date | null): string | null
export function iso(at: Date | null): string | null {
  return at === null ? null : at.toISOString()
}

/** A time within JSON of the database, as ISO 8601 in UTC. */
export function isoText(text: string | null): string | null {
  return text === null ? null : new Date(text).toISOString()
}

/** Whether it is neither the user's error, nor the world's, nor a way in which a run is told to stop. */
export function isBug(error: unknown): boolean {
  return ![ConfigError, TransientError, BudgetError, FenceError].some((kind) => error instanceof kind)
}

/** What a person is told of an error that is theirs or the world's; of a bug only its name. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof ConfigError || error instanceof TransientError) {
    return { message: redact(error.message), cure: error.cure === undefined ? null : redact(error.cure) }
  }
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  if (!isBug(error)) return { message: redact(message), cure: null }
  return {
    message: redact(`${name}: ${message}`),
    cure: 'this is a bug in sluice; please report it with the lines of the log',
  }
}

/** A page of rows of which one more was asked for than fit, so that it is known whether another page comes. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  view: (row: Row) => Item,
  placeOf: (row: Row) => string,
): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(view), next: rows.length > limit && last !== undefined ? placeOf(last) : null }
}

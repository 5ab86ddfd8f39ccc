/** Where the tables of an integration are, in a person's words. */
import { called, destinationFor } from '../destinations/registry.ts'
import type { Settings } from './settings.ts'

export interface Place {
  readonly address: string
  /** How a person writes a table there: `acme.invoices`. */
  readonly called: (table: string) => string
}

/** The place of an integration's tables. Throws `ConfigError` when the address means no destination. */
export async function placeOf({ to, name }: Pick<Settings, 'to' | 'name'>): Promise<Place> {
  const destination = await destinationFor(to)
  return { address: to, called: (table) => called(destination, name, table) }
}

/** What the fields of Stripe's objects are, in Stripe's own words: generated from the doc comments of the `stripe` package. */
import { readFileSync } from 'node:fs'

/** By stream, then by column, or `column.field` for what is in a JSON column; empty where Stripe says nothing. */
export type Descriptions = Readonly<Record<string, Readonly<Record<string, string>>>>

let loaded: Descriptions | undefined

/** Of the columns of a stream. Apart from the catalog, since only who chooses fields needs them: read at the first call. */
export function descriptionsOf(stream: string): Readonly<Record<string, string>> {
  loaded ??= JSON.parse(
    readFileSync(new URL('./descriptions.gen.json', import.meta.url), 'utf8'),
  ) as Descriptions
  return loaded[stream] ?? {}
}

/** What the fields of Stripe's objects are, in Stripe's own words: generated from the doc comments of the `stripe` package. */
import { readFileSync } from 'node:fs'

/** What a field within JSON holds. */
export type PartType = 'text' | 'integer' | 'decimal' | 'float' | 'boolean' | 'json'

export interface Described {
  /** By column; empty where Stripe says nothing. */
  readonly columns: Readonly<Record<string, string>>
  /** What is nested in JSON columns, by `column.field` and `column.field.field`; each before what is in it. */
  readonly parts: Readonly<Record<string, readonly [type: PartType, text: string]>>
}

/** By stream. */
export type Descriptions = Readonly<Record<string, Described>>

let loaded: Descriptions | undefined
const nothing: Described = { columns: {}, parts: {} }

/** Of a stream. Apart from the catalog, since only who chooses fields needs them: read at the first call. */
export function descriptionsOf(stream: string): Described {
  loaded ??= JSON.parse(
    readFileSync(new URL('./descriptions.gen.json', import.meta.url), 'utf8'),
  ) as Descriptions
  return loaded[stream] ?? nothing
}

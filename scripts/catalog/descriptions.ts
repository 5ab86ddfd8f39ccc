/** What Stripe's doc comments say of columns, as plain text. */
import type { Descriptions } from '../../src/stripe/descriptions.ts'
import type { DescribedColumn } from './columns.ts'
import { plainText } from './names.ts'

/** Characters; a longer one ends with its last whole sentence. */
const longest = 300
/** True of Stripe's answer, and not of a column of times. */
const wireTime = / ?(Measured|Represented) (in|as) seconds since the (Unix )?epoch\.?/i

/** By column, and by `column.field` for the fields of a JSON column's objects; empty where the comment is missing. */
export function told(columns: readonly DescribedColumn[]): Readonly<Record<string, string>> {
  const entries = columns.flatMap(({ name, type, doc, parts = [] }) => [
    [name, described(type === 'timestamp' ? doc.replace(wireTime, '') : doc)] as const,
    ...parts.map((part) => [`${name}.${part.name}`, described(part.doc)] as const),
  ])
  return Object.fromEntries(entries)
}

/** A comment as a line of plain text. A list of values in it is left out: as a line it can't be read. */
export function described(doc: string): string {
  const [text = ''] = plainText(doc).split(/ \* | - `?\w+`?: /)
  if (text.length <= longest) return text.trim()
  const cut = text.slice(0, longest)
  const sentences = cut.match(/^.*[.!?](?= )/)?.[0]
  return sentences ?? `${cut.replace(/\s+\S*$/, '')}…`
}

/** JSON with a column per line, so that a diff says what changed. */
export function renderDescriptions(descriptions: Descriptions): string {
  const blocks = Object.entries(descriptions).map(([stream, columns]) => {
    const lines = Object.entries(columns).map(
      ([name, text]) => `${JSON.stringify(name)}: ${JSON.stringify(text)}`,
    )
    return `${JSON.stringify(stream)}: {\n${lines.join(',\n')}\n}`
  })
  return `{\n${blocks.join(',\n')}\n}\n`
}

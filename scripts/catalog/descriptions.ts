/** What Stripe's doc comments say of columns, as plain text. */
import type { Described, Descriptions } from '../../src/stripe/descriptions.ts'
import type { DescribedColumn } from './columns.ts'
import { plainText } from './names.ts'

/** Characters; a longer one ends with its last whole sentence. */
const longest = 300
/** True of Stripe's answer, and not of a column of times. */
const wireTime = / ?(Measured|Represented) (in|as) seconds since the (Unix )?epoch\.?/i

/** Of columns, and of what is nested in those of JSON. */
export function told(columns: readonly DescribedColumn[]): Described {
  const texts = columns.map(
    ({ name, type, doc }) =>
      [name, described(type === 'timestamp' ? doc.replace(wireTime, '') : doc)] as const,
  )
  const parts = columns.flatMap(({ name, parts = [] }) =>
    parts.map(({ place, type, doc }) => [`${name}.${place}`, [type, described(doc)]] as const),
  )
  return { columns: Object.fromEntries(texts), parts: Object.fromEntries(parts) }
}

/** A comment as a line of plain text. A list of values in it is left out: as a line it can't be read. */
export function described(doc: string): string {
  const [text = ''] = plainText(doc).split(/ \* | - `?\w+`?: /)
  if (text.length <= longest) return text.trim()
  const cut = text.slice(0, longest)
  const sentences = cut.match(/^.*[.!?](?= )/)?.[0]
  return sentences ?? `${cut.replace(/\s+\S*$/, '')}…`
}

/** JSON with a field per line, so that a diff says what changed. */
export function renderDescriptions(descriptions: Descriptions): string {
  const blocks = Object.entries(descriptions).map(
    ([stream, { columns, parts }]) =>
      `${JSON.stringify(stream)}: {\n"columns": ${lines(columns)},\n"parts": ${lines(parts)}\n}`,
  )
  return `{\n${blocks.join(',\n')}\n}\n`
}

function lines(entries: Readonly<Record<string, unknown>>): string {
  const each = Object.entries(entries).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  )
  return each.length === 0 ? '{}' : `{\n${each.join(',\n')}\n}`
}

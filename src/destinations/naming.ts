/** Names in a warehouse: quoted always, within the limit in bytes, never two for one after folding. */
import { createHash } from 'node:crypto'

export interface NameRules {
  /** Longest identifier in bytes of UTF-8. */
  readonly maxBytes: number
  /** What the warehouse takes for the same name, written one way. */
  readonly fold: (name: string) => string
}

/** An identifier for SQL: `"order"`, `"say ""hi"""`. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A string for SQL: `'it''s'`. Only for what has no NUL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/**
 * The one name that a table or column has in the warehouse. It depends on nothing but
 * the name itself, so that a neighbour that comes later never changes it: a name that
 * is too long, that folding would change or that holds a control character is cut or
 * mended and gets eight hex digits of its own hash as suffix; every other stays as it is.
 */
export function physicalName(name: string, rules: NameRules): string {
  const mended = name.replaceAll(/\p{Cc}/gu, '_')
  const bytes = Buffer.byteLength(mended)
  if (mended === name && name !== '' && rules.fold(name) === name && bytes <= rules.maxBytes) return name
  const suffix = `_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`
  return `${cut(mended, rules.maxBytes - suffix.length)}${suffix}`
}

/** The longest beginning that fits, never half a character. */
function cut(text: string, maxBytes: number): string {
  let bytes = 0
  let end = 0
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > maxBytes) break
    end += character.length
  }
  return text.slice(0, end)
}

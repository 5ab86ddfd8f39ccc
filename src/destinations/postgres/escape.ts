/**
 * What PostgreSQL's text and jsonb cannot hold, written so that they can, and read back exactly: U+0000, halves of
 * surrogate pairs, and the mark itself become `␛` (U+241B) and four hexadecimal digits of their code unit. Every
 * other text is stored as it is. docs/decisions/0012-postgres.md
 */
const mark = '\u241b'
const digits = (code: number) => code.toString(16).padStart(4, '0')

/** U+0000, the mark, and halves of surrogate pairs without their other half. */
const unheld = /[\0\u241b]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

export function escapeText(text: string): string {
  if (!text.includes('\0') && !text.includes(mark) && text.isWellFormed()) return text
  return text.replace(unheld, (unit) => mark + digits(unit.charCodeAt(0)))
}

export function unescapeText(text: string): string {
  if (!text.includes(mark)) return text
  return text.replace(/\u241b([0-9a-f]{4})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
}

/** A whole pair, any other escape of a code unit, any other escape. */
const units = /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u([\da-fA-F]{4})|\\[^u]/g

/** The same for the text of a JSON value, in which these may be written as escapes. */
export function escapeJson(json: string): string {
  if (!json.includes('\\u') && !json.includes(mark) && json.isWellFormed()) return json
  return escapeText(
    json.replace(units, (found, code?: string) => {
      if (code === undefined) return found
      const unit = Number.parseInt(code, 16)
      const isHalf = unit >= 0xd800 && unit <= 0xdfff
      return unit === 0 || unit === 0x241b || isHalf ? String.fromCharCode(unit) : found
    }),
  )
}

/** JSON as it came: what JSON text cannot have bare is an escape again. */
export function unescapeJson(json: string): string {
  if (!json.includes(mark)) return json
  return json.replace(/\u241b([0-9a-f]{4})/g, (_, code: string) => (code === '241b' ? mark : `\\u${code}`))
}
